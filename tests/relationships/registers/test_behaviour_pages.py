"""The pages of competence and behaviours: what each side is shown, and what it is not."""

import re

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.queries import today_of
from auditapp.relationships.registers.behaviours import service
from auditapp.relationships.registers.behaviours.model import BehaviourAssessment, BehaviourItem

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
HERE = "/relationships/R-01/behaviours"


def assessed(session, cast):
    """Levels on both sides, by manager and by the other side."""
    for actor, subject, words in (
        (cast.ada, cast.kim, "Kim interrupts"),
        (cast.wes, cast.kim, "Kim is late"),
        (cast.wes, cast.tim, "Tim is shy"),
        (cast.kim, cast.tim, "Tim hides"),
    ):
        service.assess(
            session, actor=actor, at=now(), relationship_id=cast.found.id, person_id=subject.person_id,
            on=today_of(session, now()), levels={"listening": (1, words)},
        )  # fmt: skip


SHOWN = {
    "kim": ("Kim interrupts", "Kim is late"),  # about herself; nothing of the partner's people
    "ada": ("Kim interrupts", "Kim is late"),
    "ben": ("Kim interrupts", "Kim is late"),
    "vic": (),
    "wes": ("Tim is shy", "Tim hides"),
    "tim": ("Tim is shy", "Tim hides"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_levels_are_shown_to_those_who_may_know(unit, client_of, cast, name):
    unit(lambda s: assessed(s, cast))
    browser = client_of(getattr(cast, name))
    pages = [browser.get(HERE)] + [
        browser.get(f"{HERE}/{one.person_id}") for one in (cast.kim, cast.tim, cast.wes)
    ]
    assert [page.status_code for page in pages] == [200] * 4
    words = " ".join(page.text for page in pages)
    told = {one for one in ("Kim interrupts", "Kim is late", "Tim is shy", "Tim hides") if one in words}
    assert told == set(SHOWN[name])
    hidden = [page for page in pages[1:] if "is personal" in page.text]
    assert all("level-on" not in page.text.split("<h2")[1].split("Induction")[0] for page in hidden)


def test_feedback_across_is_given_and_not_read_again(unit, client_of, cast):
    browser = client_of(cast.wes)
    page = browser.get(f"{HERE}/{cast.kim.person_id}/assess")
    assert "do not see it again" in " ".join(page.text.split())
    form = {"on": "2026-01-05", "level_listening": "2", "evidence_listening": "Quick to answer"}
    wrong = browser.post(f"{HERE}/{cast.kim.person_id}/assess", data=form | {"evidence_listening": ""})
    assert (wrong.status_code, 'id="evidence_listening-error"' in wrong.text) == (422, True)
    assert browser.post(f"{HERE}/{cast.kim.person_id}/assess", data=form).status_code == 302
    assert "Quick to answer" not in browser.get(f"{HERE}/{cast.kim.person_id}").text
    assert "Quick to answer" in client_of(cast.kim).get(f"{HERE}/{cast.kim.person_id}").text
    given = unit(lambda s: s.scalar(sa.select(BehaviourAssessment.id)), "read")
    path = f"{HERE}/{cast.kim.person_id}/assessments/{given}/take-back"
    assert client_of(cast.kim).post(path).status_code == 403  # it is not hers to take back
    assert client_of(cast.eve).post(path).status_code == 404


def test_no_way_round_by_post(unit, client_of, cast):
    person = f"{HERE}/{cast.kim.person_id}"
    for who in (cast.wes, cast.vic):
        browser = client_of(who)
        for path in ("development", "induction", "induction/step", "induction/not-needed"):
            answer = browser.post(
                f"{person}/{path}", data={"what": "x", "due_on": "2099-01-01", "text": "x", "reason": "x"}
            )
            assert answer.status_code == 403, path
    assert client_of(cast.vic).post(f"{person}/assess", data={}).status_code == 403
    assert client_of(cast.wes).get("/behaviours/").status_code == 403
    assert client_of(cast.kim).post("/behaviours/new", data={}).status_code == 403


def test_development_and_induction_on_the_page(unit, client_of, cast):
    browser, person = client_of(cast.kim), f"{HERE}/{cast.kim.person_id}"
    assert (
        browser.post(
            f"{person}/development", data={"item_key": "listening", "what": "", "due_on": ""}
        ).status_code
        == 422
    )
    plan = {"item_key": "listening", "what": "Read a book", "due_on": "2099-01-01"}
    assert browser.post(f"{person}/development", data=plan).status_code == 302
    page = browser.get(person).text
    assert "Read a book" in page
    end = re.search(r'href="([^"]+/finish)"', page)[1]
    version = re.search(r'name="version" value="(\d+)"', browser.get(end).text)[1]
    assert browser.post(end, data={"version": version, "reason": ""}).status_code == 422
    assert browser.post(end, data={"version": version, "reason": "Learned much"}).status_code == 302
    assert "Learned much" in browser.get(person).text
    assert browser.post(f"{person}/induction").status_code == 302
    assert browser.post(f"{person}/induction/step", data={"text": "Has seen the site"}).status_code == 302
    page = browser.get(person).text
    steps = re.findall(r'action="([^"]+/induction/[^"]+/done)"', page)
    assert len(steps) == 9
    for path in steps:
        assert browser.post(path).status_code == 302
    page = browser.get(person).text
    assert "Not done after all" in page
    assert re.findall(r'action="([^"]+/induction/[^"]+/done)"', page) == []


def test_the_catalogue_is_kept(unit, client_of, cast):
    browser = client_of(cast.ada)
    form = {"kind": "ability", "name": "Reads tides", "text": "Knows when", "active": "y"} | {
        f"level_{role}": "3"
        for role in ("ser", "owner", "manager", "partner_ser", "partner_manager", "joint_team", "contact")
    }
    assert browser.post("/behaviours/new", data=form | {"name": ""}).status_code == 422
    assert browser.post("/behaviours/new", data=form).status_code == 302
    assert browser.get("/behaviours/listening/edit").status_code == 200
    assert (
        browser.post("/behaviours/listening/edit", data=form | {"version": "0", "active": ""}).status_code
        == 302
    )
    assert browser.post("/behaviours/listening/edit", data=form | {"version": "0"}).status_code == 409
    page = browser.get("/behaviours/").text
    assert "No longer expected" in page
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(BehaviourItem)), "read") == 2
    assert "Reads tides" in client_of(cast.kim).get(f"{HERE}/{cast.kim.person_id}").text
    assert browser.post(f"{HERE}/review", data={"on": "2026-01-05", "outcome": "Fine"}).status_code == 302
