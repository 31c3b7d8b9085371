"""The page of when one is told."""

import re

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import day_in, now
from auditapp.kit.db import db
from auditapp.people.model import Organization
from auditapp.people.rules import Role
from auditapp.reminders.quiet.model import Absence, PersonRhythm
from tests.factories import make_contact, make_person, make_relationship
from tests.statements import counted

FORM = {
    "work_days": ["0", "1", "2", "3"],
    "starts": "08:30",
    "ends": "00:00",
    "digest": "08:45",
    "budget": "4",
    "first": "mail",
    "second": "slack",
    "country": "DE",
    "region": "",
    "deputy": "",
}


@pytest.fixture
def people(unit):
    def make(session):
        return {
            "manager": make_person(session, Role.SYSTEM_MANAGER, name="Mona Manager"),
            "own": make_person(session, Role.AUDITOR, name="Olga Own", zone="America/New_York"),
            "other": make_person(session, Role.AUDITOR, name="Otto Other"),
            "contact": make_contact(session, make_relationship(session), country="IE", name="Carl Contact"),
        }

    return unit(make)


def version_on(page):
    return re.search(r'name="version"[^>]* value="(\d*)"', page).group(1)


def row(unit, who):
    table = PersonRhythm.__table__
    return unit(
        lambda s: s.execute(sa.select(table).where(table.c.person_id == who.person_id)).first(), "read"
    )


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_it_says_plainly_when_somebody_is_told(client_of, people):
    page = text_of(client_of(people["own"]).get("/me/reminders"))
    assert "You are told Monday to Friday between 09:00 and 17:00 in America/New York; the morning digest comes at 09:00." in page  # fmt: skip
    assert re.search(r"The next one comes on \w+day \d+ \w+\.", page)
    assert "Slack (not connected yet)" in page
    assert "Christmas Day" in page  # of the organization's country


def test_it_is_found_from_the_menu_the_account_and_the_person(client_of, people):
    own, manager = client_of(people["own"]), client_of(people["manager"])
    assert own.get("/people/me").text.count('href="/me/reminders"') == 2
    person = f"/people/{people['own'].person_id}"
    assert manager.get(person).text.count(f'href="{person}/reminders"') == 1
    assert own.get(person).text.count('href="/me/reminders"') == 2
    assert "/reminders" not in client_of(people["other"]).get(person).text.replace("/me/reminders", "")


def test_choosing_keeps_it_and_offers_the_regions_next(client_of, people, unit):
    browser = client_of(people["own"])
    page = browser.get("/me/reminders").text
    answer = browser.post(
        "/me/reminders", data=FORM | {"version": version_on(page), "deputy": str(people["other"].person_id)}
    )
    assert answer.location == "/me/reminders"
    found = row(unit, people["own"])
    assert (found.work_days, found.starts_at, found.ends_at, found.digest_at) == (
        [0, 1, 2, 3],
        510,
        1440,
        525,
    )
    assert (found.budget, found.channels, found.country) == (4, ["mail", "slack", "in_app"], "DE")
    page = browser.get("/me/reminders").text
    assert "Look whether a region has holidays of its own" in page
    assert 'value="BY"' in page
    assert "between 08:30 and 24:00" in page
    again = browser.post(
        "/me/reminders", data=FORM | {"version": version_on(page), "region": "BY", "first": "in_app"}
    )
    assert again.status_code == 302
    found = row(unit, people["own"])
    assert (found.subdivision, found.channels, found.deputy_id) == ("BY", ["in_app"], None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"work_days": []}, "work_days"),
        ({"starts": "22:00", "ends": "06:00"}, "ends"),
        ({"starts": "25:00"}, "starts"),
        ({"budget": "0"}, "budget"),
        ({"budget": "99"}, "budget"),
        ({"first": "pigeon"}, "first"),
        ({"country": "XX"}, "country"),
        ({"deputy": "me"}, "deputy"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_stays_typed(client_of, people, unit, wrong, field):
    browser = client_of(people["own"])
    answer = browser.post("/me/reminders", data=FORM | {"version": "0"} | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="08:45"' in answer.text
    assert row(unit, people["own"]) is None


def test_an_older_page_overwrites_nothing(client_of, people, unit):
    browser = client_of(people["own"])
    for budget, status in (("4", 302), ("5", 409)):
        assert (
            browser.post("/me/reminders", data=FORM | {"version": "0", "budget": budget}).status_code
            == status
        )
    assert row(unit, people["own"]).budget == 4


def away(first=0, last=3, **more):
    today = day_in("America/New_York", now())
    return {
        "away-first_on": today.replace(year=today.year + 1 if first else today.year).isoformat(),
        "away-last_on": today.replace(year=today.year + 1).isoformat(),
        "away-deputy": "",
        "away-note": "",
    } | more


def test_an_absence_is_added_shown_and_taken_back(client_of, people, unit):
    browser = client_of(people["own"])
    answer = browser.post(
        "/me/absences",
        data=away(**{"away-deputy": str(people["other"].person_id), "away-note": "Sabbatical"}),
    )
    assert answer.location == "/me/reminders#away"
    page = browser.get("/me/reminders")
    assert "Otto Other is told meanwhile" in text_of(page)
    assert "Sabbatical" in page.text
    ask = re.search(r'href="(/me/absences/[0-9a-f-]+/end)"', page.text).group(1)
    assert "Take back the absence from" in text_of(browser.get(ask))
    assert browser.post(ask).status_code == 302
    assert "No absence is planned" in browser.get("/me/reminders").text
    assert browser.get(ask).status_code == 404
    assert unit(lambda s: s.scalars(sa.select(Absence)).all(), "read") == []


def test_two_absences_that_meet_are_refused_at_the_field(client_of, people):
    browser = client_of(people["own"])
    browser.post("/me/absences", data=away())
    answer = browser.post("/me/absences", data=away())
    assert answer.status_code == 422
    assert 'id="away-first_on-error"' in answer.text
    assert 'href="#away-first_on"' in answer.text
    nothing = browser.post("/me/absences", data={})
    assert 'id="away-last_on-error"' in nothing.text


def test_the_system_manager_does_it_for_others_and_nobody_else(client_of, people, unit):
    base = f"/people/{people['own'].person_id}"
    manager = client_of(people["manager"])
    page = manager.get(f"{base}/reminders")
    assert "Olga Own is told Monday to Friday" in text_of(page)
    assert manager.post(f"{base}/absences", data=away()).location == f"{base}/reminders#away"
    answer = manager.post(f"{base}/reminders", data=FORM | {"version": version_on(page.text)})
    assert answer.location == f"{base}/reminders"
    absence = unit(lambda s: s.scalar(sa.select(Absence.id)), "read")
    for who in ("other", "contact"):
        browser = client_of(people[who])
        assert browser.get(f"{base}/reminders").status_code == 404
        assert browser.post(f"{base}/reminders", data=FORM).status_code == 404
        assert browser.post(f"{base}/absences", data=away()).status_code == 404
        assert browser.get(f"{base}/absences/{absence}/end").status_code == 404
        assert browser.post(f"{base}/absences/{absence}/end").status_code == 404
        assert (
            browser.post(f"/me/absences/{absence}/end").status_code == 302
        )  # theirs is no such one: nothing happens
    assert manager.get(f"/people/{people['manager'].person_id}/absences/{absence}/end").status_code == 404
    assert manager.post(f"{base}/absences/{absence}/end").status_code == 302
    history = text_of(manager.get("/history/?kind=person"))
    assert "Mona Manager chose when and how Olga Own is told." in history
    assert "Mona Manager said when Olga Own is away" in history


def test_a_partners_contact_has_the_page_with_their_own_side_only(client_of, people):
    page = client_of(people["contact"]).get("/me/reminders").text
    assert "As usual here: Ireland" in page
    assert "Otto Other" not in page
    assert "Mona Manager" not in page
    assert client_of(people["contact"]).post("/me/reminders", data=FORM | {"version": "0"}).status_code == 302


def test_the_page_costs_the_same_for_many_people_and_absences(app, client_of, people, unit):
    browser = client_of(people["own"])
    with app.app_context():
        engine = db.engine

    def ask():
        with counted(engine) as said:
            assert browser.get("/me/reminders").status_code == 200
        return len([one for one in said if one.lstrip().startswith("SELECT")])

    before = ask()

    def fill(session):
        for _ in range(30):
            make_person(session, Role.AUDITOR)
        session.execute(sa.update(Organization).values(subdivision="SCT"))

    unit(fill)
    browser.post("/me/absences", data=away())
    assert before == ask() <= 10
