"""The pages behind the links of mails."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.model import Account, Person
from auditapp.people.rules import Role
from auditapp.reminders.answering.rules import sign_quiet
from auditapp.reminders.ladder import service as ladder
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.quiet.model import PersonRhythm
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.rules import Answer
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.statements import counted

SECRET = "k" * 48


def words(answer):
    """What a page says, without its markup."""
    main = answer.text.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def test_it_says_what_it_is_about_and_waits_for_the_button(client_of, case):
    browser, address = client_of(None), f"/answer/{case.token()}"
    for _ in range(3):  # scanners of links open them, more than once
        page = browser.get(address)
        assert browser.head(address).status_code == 200
    assert page.status_code == 200
    said = words(page)
    assert case.ref in said
    assert "Put the review into the joint calendar" in said
    assert "You answer as Olga Owner. It was due on " in said
    assert "you are asked again after 5 working days" in said
    assert page.text.count('<form method="post" data-once>') == 1
    assert "It is in hand" in said
    assert case.run().generation == case.generation
    assert case.run().state is RunState.CLIMBING


def test_the_button_answers_once_in_their_name(unit, client_of, case):
    browser, address = client_of(None), f"/answer/{case.token()}"
    said = words(browser.post(address))
    assert "Thank you. You said that it is in hand." in said
    assert case.run().state is RunState.ACKNOWLEDGED
    assert case.run().answered_by_id == case.owner.person_id
    assert case.run().generation == case.generation + 1
    again = browser.post(address)
    assert "Thank you." in words(again)
    assert "Thank you." in words(browser.get(address))
    assert case.run().generation == case.generation + 1
    facts = unit(
        lambda s: s.scalars(sa.select(Fact).where(Fact.verb == "reminder.acknowledged")).all(), "read"
    )
    assert [fact.actor_id for fact in facts] == [case.owner.person_id]


def test_an_answer_that_came_since_overtakes_it(unit, client_of, case):
    unit(
        lambda s: ladder.answer(
            s, actor=case.manager, at=now(), run_id=case.run_id, generation=case.generation, answer=Answer.ACKNOWLEDGE
        )
    )  # fmt: skip
    browser, address = client_of(None), f"/answer/{case.token()}"
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code == 200
        assert "This was answered since by Paula Programme" in words(answer)
        assert "<form" not in answer.text.split("<main", 1)[1].split("</main>")[0]
    assert case.run().answered_by_id == case.manager.person_id
    assert case.run().generation == case.generation + 1


def test_what_is_settled_asks_nothing_more(unit, client_of, case):
    unit(lambda s: s.execute(sa.text("UPDATE reminder_run SET ended_at = started_at")))
    for answer in (
        client_of(None).get(f"/answer/{case.token()}"),
        client_of(None).post(f"/answer/{case.token()}"),
    ):
        assert "Nothing is asked here any more" in words(answer)


@pytest.mark.parametrize("gone", ["left", "disabled"])
def test_who_is_gone_answers_nothing(unit, client_of, case, gone):
    def shut_out(session):
        if gone == "left":
            session.execute(sa.update(Person).where(Person.id == case.owner.person_id).values(active=False))
        else:
            session.execute(
                sa.update(Account).where(Account.person_id == case.owner.person_id).values(disabled_at=now())
            )

    unit(shut_out)
    address = f"/answer/{case.token()}"
    assert client_of(None).get(address).status_code == 403
    refused = client_of(None).post(address)
    assert refused.status_code == 403
    assert "Nothing was answered" in words(refused)
    assert case.run().generation == case.generation
    quiet = f"/answer/quiet/{sign_quiet(SECRET, case.owner.person_id, at=now())}"
    assert client_of(None).get(quiet).status_code == 403
    assert client_of(None).post(quiet).status_code == 403


def test_somebody_else_of_the_house_answers_nothing_that_is_not_theirs(unit, client_of, case):
    stranger = unit(lambda s: make_person(s, Role.VIEWER))
    refused = client_of(None).post(f"/answer/{case.token(stranger)}")
    assert refused.status_code == 404
    assert case.run().generation == case.generation


@pytest.mark.parametrize("kind", ["old", "cut", "changed", "nonsense"])
def test_a_link_that_is_none(client_of, case, kind):
    token = {
        "old": case.token(at=now() - timedelta(days=61)),
        "cut": case.token()[:-3],
        "changed": case.token()[:5] + "x" + case.token()[6:],
        "nonsense": "..%20",
    }[kind]
    for answer in (client_of(None).get(f"/answer/{token}"), client_of(None).post(f"/answer/{token}")):
        assert answer.status_code == 404
        assert "Open the newest mail, or sign in" in words(answer)
        assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert case.run().generation == case.generation


def test_the_link_stays_between_us(client_of, case):
    quiet = f"quiet/{sign_quiet(SECRET, case.owner.person_id, at=now())}"
    for address in (case.token(), quiet):
        for answer in (client_of(None).get(f"/answer/{address}"), client_of(None).post(f"/answer/{address}")):
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.text.count("<form") == answer.text.split("<main")[1].count("<form"), "no other form"
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_it_works_with_form_tokens_switched_on_and_over_https(app, client_of, case):
    app.config["WTF_CSRF_ENABLED"] = True
    browser = client_of(None)
    answer = browser.post(f"/answer/{case.token()}", base_url="https://localhost")
    assert answer.status_code == 200
    assert case.run().state is RunState.ACKNOWLEDGED
    one_click = browser.post(
        f"/answer/quiet/{sign_quiet(SECRET, case.owner.person_id, at=now())}",
        data={"List-Unsubscribe": "One-Click"},
        base_url="https://localhost",
    )
    assert one_click.status_code == 200, "RFC 8058 takes no redirect"


def test_guessing_is_slowed_down(app, client_of, case):
    app.extensions["auditapp"].sign_in_attempts = 3
    browser = client_of(None)
    answers = [browser.post(f"/answer/no{number}").status_code for number in range(16)]
    assert answers == [404] * 15 + [429]
    assert browser.post(f"/answer/{case.token()}").status_code == 429
    assert case.run().generation == case.generation


def test_titles_can_be_private(app, client_of, case):
    app.extensions["auditapp"].mail_private_titles = True
    said = words(client_of(None).get(f"/answer/{case.token()}"))
    assert case.ref in said
    assert "joint calendar" not in said


def test_it_opens_what_it_is_about(unit, client_of, case):
    def told(session):
        ladder.climb(session, at=now())

    unit(told)
    page = client_of(None).get(f"/answer/{case.token()}").text
    assert f'href="/actions/{case.ref}"' in page or f'href="/findings/actions/{case.ref}"' in page


def test_the_cost_of_a_page(app, client_of, case):
    browser, token = client_of(None), case.token()
    browser.get(f"/answer/{token}")
    with app.app_context(), counted(db.engine) as said:
        browser.get(f"/answer/{token}")
    assert len([one for one in said if one.lstrip().upper().startswith("SELECT")]) <= 5


def channels_of(unit, who):
    return list(unit(lambda s: rhythms(s, [who.person_id], at=now())[who.person_id].channels, "read"))


def test_one_click_ends_the_digest_by_mail(unit, client_of, case):
    browser = client_of(None)
    address = f"/answer/quiet/{sign_quiet(SECRET, case.owner.person_id, at=now())}"
    page = browser.get(address)
    assert "Switch mail off" in words(page)
    assert "The notices in the site" in words(page)
    assert "mail" in channels_of(unit, case.owner), "looking changes nothing"
    done = browser.post(address, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "Mail is switched off." in words(done)
    assert channels_of(unit, case.owner) == ["slack", "in_app"]
    assert browser.post(address).status_code == 200
    assert "Mail is switched off." in words(browser.get(address))


def test_what_was_chosen_otherwise_stays(unit, client_of, case):
    unit(
        lambda s: s.add(
            PersonRhythm(
                person_id=case.owner.person_id, work_days=[0, 1], starts_at=600, ends_at=700, digest_at=610, budget=3,
                channels=["mail", "in_app"], country="DE", subdivision="BY", deputy_id=case.manager.person_id,
            )
        )
    )  # fmt: skip
    client_of(None).post(f"/answer/quiet/{sign_quiet(SECRET, case.owner.person_id, at=now())}")
    row = unit(lambda s: s.get_one(PersonRhythm, case.owner.person_id), "read")
    assert (row.work_days, row.starts_at, row.ends_at, row.digest_at, row.budget) == (
        [0, 1],
        600,
        700,
        610,
        3,
    )
    assert (row.channels, row.country, row.subdivision, row.deputy_id) == (
        ["in_app"], "DE", "BY", case.manager.person_id,
    )  # fmt: skip
