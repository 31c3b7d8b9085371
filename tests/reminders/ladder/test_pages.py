"""The page of a reminder: who sees it, what can be said there, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.ladder.service import scan
from tests.factories import make_person
from tests.factories.reminding import make_owed


@pytest.fixture
def late(unit):
    """Something that is two days late, and its reminder."""

    def make(session):
        owed = make_owed(session, due=now().date() - timedelta(days=2))
        scan(session, at=now(), force=True)
        run = session.scalars(sa.select(ReminderRun)).one()
        return owed, run.id

    return unit(make)


def state(unit, run_id):
    return unit(lambda s: s.get(ReminderRun, run_id).state, "read")


def test_it_says_whose_turn_it_is_who_comes_next_and_what_happened(late, client_of):
    owed, run_id = late
    page = client_of(owed.owner).get(f"/reminders/{run_id}")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    for words in (
        "scorecard",
        "Yours:",
        "Lea Leader",
        "Max Manager",
        "Sam Senior",
        "It is in hand",
        "The reminder began.",
    ):
        assert words in text, words


def test_whoever_stands_above_and_the_auditors_of_the_trail_see_it_and_nobody_else(late, client_of, unit):
    owed, run_id = late
    stranger = unit(make_person)
    seen = {
        who.name: client_of(who).get(f"/reminders/{run_id}").status_code
        for who in (owed.ser, owed.programme, stranger)
    }
    assert seen == {"Sam Senior": 200, "Pam Programme": 200, stranger.name: 404}
    assert (
        client_of(stranger).post(f"/reminders/{run_id}/acknowledge", data={"generation": 0}).status_code
        == 404
    )


def test_in_hand_with_one_press(late, client_of, unit):
    owed, run_id = late
    browser = client_of(owed.owner)
    answer = browser.post(f"/reminders/{run_id}/acknowledge", data={"generation": 0}, follow_redirects=True)
    assert b"Nobody further up is asked" in answer.data
    assert state(unit, run_id) is RunState.ACKNOWLEDGED
    again = browser.post(
        f"/reminders/{run_id}/snooze", data={"generation": 0, "until": str(now().date() + timedelta(days=2))}
    )
    assert again.status_code == 409
    assert b"answered already" in again.data


@pytest.mark.parametrize(
    ("said", "data", "message"),
    [
        ("snooze", {"reason": "The crane comes later."}, "Choose a day."),
        ("snooze", {"until": "2199-01-01", "reason": "Much later."}, "at most"),
        ("not_mine", {"reason": ""}, "Say whose it is"),
        ("blocked", {"reason": "The figures are missing."}, "Choose for whom it waits."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    *, late, client_of, unit, said, data, message
):
    owed, run_id = late
    page = client_of(owed.owner).post(f"/reminders/{run_id}/{said}", data={"generation": 0} | data)
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert message in text
    assert data.get("reason", "") in text
    assert state(unit, run_id) is RunState.CLIMBING


def test_somebody_else_is_told_what_it_waits_for(late, client_of, unit):
    owed, run_id = late
    other = unit(lambda s: make_person(s, name="Ulf Upstream"))
    browser = client_of(owed.owner)
    assert "Ulf Upstream" in browser.get(f"/reminders/{run_id}").get_data(as_text=True)
    answer = browser.post(
        f"/reminders/{run_id}/blocked",
        data={"generation": 0, "to_person_id": str(other.person_id), "reason": "The figures."},
        follow_redirects=True,
    )
    assert b"They have been told." in answer.data
    assert re.search(rb"Waits for.{0,200}Ulf Upstream", answer.data, re.DOTALL)
    assert state(unit, run_id) is RunState.BLOCKED


def test_from_a_due_item_to_its_reminder(late, client_of):
    owed, run_id = late
    browser = client_of(owed.owner)
    assert f"/reminders/of?item={owed.key.replace(':', '%3A')}" in browser.get("/due/").get_data(
        as_text=True
    ).replace("item=" + owed.key, "item=" + owed.key.replace(":", "%3A"))
    assert browser.get("/reminders/of", query_string={"item": owed.key}).location.endswith(
        f"/reminders/{run_id}"
    )
    assert browser.get("/reminders/of", query_string={"item": "action:none"}).status_code == 404
