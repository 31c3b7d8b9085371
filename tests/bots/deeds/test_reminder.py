"""Answers to reminders from a conversation: only what can be said, by whoever may, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.people.rules import Role
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.ladder.service import answer, climb, scan
from auditapp.reminders.rules import Answer
from bots.deeds.reminder import ReminderTrade
from bots.deeds.rules import FieldKind, fields_by_name
from tests.bots.deeds.doing import ONCE, facts
from tests.factories import make_person
from tests.factories.reminding import make_owed, on
from tests.statements import counted

TRADE = ReminderTrade()
AT = on(19, 10)
once = pytest.mark.parametrize("app", [ONCE], indirect=True)


@pytest.fixture
def late(session):
    """A reminder of what was due yesterday."""
    owed = make_owed(session)
    for moment in (on(17), on(19)):
        scan(session, at=moment, force=True)
        climb(session, at=moment)
    return owed, session.scalar(sa.select(ReminderRun).where(ReminderRun.item_key == owed.key))


def test_acknowledged_as_on_the_site_and_twice_is_once(session, late):
    owed, run = late
    other = make_owed(session)
    scan(session, at=on(19), force=True)
    climb(session, at=on(19))
    twin = session.scalar(sa.select(ReminderRun).where(ReminderRun.item_key == other.key))
    thing = TRADE.look(session, owed.owner, str(run.id), at=AT)
    assert [one.verb for one in thing.deeds][:1] == ["acknowledge"]
    assert str(thing.turn).startswith("It is your turn.")
    assert "What comes next" in {str(label) for label, _ in thing.facts}
    assert "Olive Owner" in str({str(a): str(b) for a, b in thing.facts}["Asked so far"])
    for _ in range(2):
        done = TRADE.do(session, owed.owner, str(run.id), "acknowledge", {}, version=thing.version, at=AT)
        assert str(done.said).startswith("Thank you")
    answer(
        session,
        actor=other.owner,
        at=AT,
        run_id=twin.id,
        generation=twin.generation,
        answer=Answer.ACKNOWLEDGE,
    )
    assert run.state is RunState.ACKNOWLEDGED
    (said,), (there,) = facts(session, run.id), facts(session, twin.id)
    assert (said[0], said[1]) == ("reminder.acknowledged", owed.owner.person_id)
    assert there[0] == said[0]
    with pytest.raises(Refusal, match="answered already"):
        TRADE.do(session, owed.leader, str(run.id), "acknowledge", {}, version=thing.version, at=AT)


def test_put_off_not_mine_and_waiting_for_somebody(session, late):
    owed, run = late
    for verb, given, state in (
        ("snooze", {"until": None, "reason": "Tomorrow"}, RunState.SNOOZED),
        ("blocked", {"to_person_id": str(owed.manager.person_id), "reason": "Figures"}, RunState.BLOCKED),
        ("not_mine", {"reason": "It is Max's"}, RunState.CLIMBING),
    ):
        thing = TRADE.look(session, owed.owner, str(run.id), at=AT)
        form = TRADE.form(session, owed.owner, str(run.id), verb, at=AT)
        fields = fields_by_name(form)
        assert set(fields) == set(given)
        if verb == "snooze":
            assert fields["until"].kind is FieldKind.DAY
            given["until"] = fields["until"].latest
            later = {"until": fields["until"].latest + timedelta(days=1), "reason": ""}
            with pytest.raises(Invalid) as refused:
                TRADE.do(session, owed.owner, str(run.id), verb, later, version=thing.version, at=AT)
            assert refused.value.field == "until"
        if verb == "blocked":
            assert str(owed.owner.person_id) not in {one.value for one in fields["to_person_id"].options}
        TRADE.do(session, owed.owner, str(run.id), verb, given, version=thing.version, at=AT)
        assert run.state is state
    assert [one[0] for one in facts(session, run.id)] == [
        "reminder.snoozed",
        "reminder.blocked",
        "reminder.not_mine",
    ]


@once
def test_only_what_can_be_said_is_offered_and_only_to_whoever_may(session, late):
    owed, run = late
    owed.relationship.ser_id = owed.manager.person_id
    reader = make_person(session, Role.SER)  # reads the trail; another is the SER of this relationship
    thing = TRADE.look(session, reader, str(run.id), at=AT)
    assert thing.deeds == ()
    with pytest.raises(NotFound):
        TRADE.do(session, reader, str(run.id), "acknowledge", {}, version=thing.version, at=AT)
    stranger = make_person(session)
    assert TRADE.look(session, stranger, str(run.id), at=AT) is None
    assert TRADE.look(session, owed.owner, "garbage", at=AT) is None
    for ident in (str(run.id), "garbage"):
        with pytest.raises(NotFound):
            TRADE.do(session, stranger, ident, "acknowledge", {}, version=0, at=AT)
    with pytest.raises(NotFound):
        TRADE.form(session, owed.owner, str(run.id), "extend", at=AT)
    much_later = on(31)  # its day and the time after it are over
    late_thing = TRADE.look(session, owed.owner, str(run.id), at=much_later)
    assert "snooze" not in {one.verb for one in late_thing.deeds}
    with pytest.raises(Refusal):
        TRADE.form(session, owed.owner, str(run.id), "snooze", at=much_later)


@once
def test_what_was_done_meanwhile_asks_nothing(session, late):
    owed, run = late
    owed.obligation.state = "done"
    session.flush()
    thing = TRADE.look(session, owed.owner, str(run.id), at=AT)
    assert thing.closed
    assert thing.deeds == ()
    with pytest.raises(Refusal, match="Nothing is asked here any more"):
        TRADE.do(session, owed.owner, str(run.id), "acknowledge", {}, version=thing.version, at=AT)
    with pytest.raises(Refusal, match="Nothing is asked here any more"):
        TRADE.form(session, owed.owner, str(run.id), "not_mine", at=AT)


@once
def test_looking_is_bounded(session, late):
    owed, run = late
    with counted(session) as said:
        TRADE.look(session, owed.owner, str(run.id), at=AT)
    assert len(said) <= 40, len(said)
