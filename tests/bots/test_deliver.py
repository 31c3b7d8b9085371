"""Delivery: claimed, sent outside any transaction, recorded; whatever a channel does, nothing is lost or said twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.db import current_session
from auditapp.reminders.outbox import service
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import LEASE, SETTLE, Fault, NotSentError, State
from bots.deliver import Counts, Pace, deliver_all, deliver_once
from tests.reminders.outbox.conftest import NOW, SECOND, attempts, message, put
from tests.reminders.outbox.sinks import plain_message


def deliver(app, at=NOW, **more):
    return deliver_once(app, worker="w1", at=at, build=plain_message, **more)


def states(unit):
    return unit(
        lambda s: dict(
            s.execute(sa.select(OutboxMessage.state, sa.func.count()).group_by(OutboxMessage.state)).all()
        ),
        "read",
    )


def test_without_anything_to_say_nothing_is_claimed(app, unit, sinks, ada, monkeypatch):
    monkeypatch.setattr("bots.deliver._builder", [])  # another test of this process may have mounted the bots
    assert deliver(app) == Counts()
    unit(lambda s: put(s, ada.person_id))
    assert deliver_once(app, worker="w1", at=NOW) == Counts(), "nobody builds messages yet"
    assert states(unit) == {State.PENDING: 1}


def test_messages_go_out_a_few_at_a_time(app, unit, sinks, ada):
    ids = unit(lambda s: [put(s, ada.person_id, n).id for n in range(25)])
    rounds = [deliver(app).sent for _ in range(4)]
    assert rounds == [10, 10, 5, 0]
    assert sorted(sinks["slack"].arrived) == sorted(ids)
    assert len(ids) == 25
    assert states(unit) == {State.SENT: 25}


def test_nothing_is_held_open_while_it_is_sent(app, unit, sinks, ada):
    def look(_message):
        with app.app_context():
            assert not current_session().in_transaction()
        unit(lambda s: put(s, ada.person_id, 99, not_before=NOW + LEASE))  # somebody else can write

    unit(lambda s: put(s, ada.person_id))
    sinks["slack"].script.append(look)
    assert deliver(app).sent == 1


def test_what_was_settled_meanwhile_is_not_sent(app, unit, sinks, ada):
    message_id = unit(lambda s: put(s, ada.person_id, extra={"empty": True}).id)
    assert deliver(app).cancelled == 1
    assert sinks["slack"].arrived == []
    assert unit(lambda s: message(s, message_id).state, "read") is State.CANCELLED


@pytest.mark.parametrize(
    ("channel", "expected"), [("slack", 1), ("mail", 2)], ids=["can be asked", "cannot be asked"]
)
def test_a_lost_answer(app, unit, sinks, ada, channel, expected):  # noqa: PLR0917 - fixtures
    if channel == "mail":
        sinks["slack"].unreachable.add(ada.person_id)
    message_id = unit(lambda s: put(s, ada.person_id).id)
    sinks[channel].script.append(TimeoutError("read timed out"))
    assert deliver(app).faults == 1
    assert states(unit) == {State.UNKNOWN: 1}
    assert deliver(app, NOW + SETTLE - SECOND) == Counts()
    deliver(app, NOW + SETTLE)
    assert sinks[channel].arrived == [message_id] * expected
    found = unit(lambda s: message(s, message_id), "read")
    assert (found.state, found.doubted) == (State.SENT, expected - 1)


def test_a_channel_that_breaks_while_it_is_asked_is_asked_again(app, unit, sinks, ada):
    unit(lambda s: put(s, ada.person_id))
    sinks["slack"].script += [TimeoutError(), NotSentError(Fault.RETRY, "busy", retry_after=20)]
    deliver(app)
    deliver(app, NOW + SETTLE)
    assert states(unit) == {State.UNKNOWN: 1}
    deliver(app, NOW + SETTLE + 19 * SECOND)
    assert states(unit) == {State.UNKNOWN: 1}
    deliver(app, NOW + SETTLE + 20 * SECOND)
    assert states(unit) == {State.SENT: 1}
    assert len(sinks["slack"].arrived) == 1


def test_a_message_that_cannot_be_built_ends_as_a_dead_letter_and_stops_no_other(app, unit, sinks, ada):
    bad = unit(lambda s: put(s, ada.person_id, extra={"broken": "no subject"}).id)
    good = unit(lambda s: put(s, ada.person_id, 2).id)
    at = NOW
    for _ in range(40):
        deliver(app, at)
        at += timedelta(hours=3)
    assert sinks["slack"].arrived == [good]
    found = unit(lambda s: message(s, bad), "read")
    assert found.state is State.FAILED
    assert "no subject" in found.error


def test_the_next_channel_goes_on_at_once(app, unit, sinks, ada):
    message_id = unit(lambda s: put(s, ada.person_id).id)
    sinks["slack"].script.append(NotSentError(Fault.PERSON_GONE, "user_not_found"))
    sinks["mail"].script.append(NotSentError(Fault.CHANNEL_DEAD, "535 authentication failed"))
    for _ in range(3):
        deliver(app)
    assert unit(lambda s: attempts(s, message_id), "read") == [
        (1, "slack", "person_gone"), (2, "mail", "channel_dead"), (3, "in_app", "sent"),
    ]  # fmt: skip


def test_what_does_not_fit_into_the_lease_is_handed_back(app, unit, sinks, ada):
    unit(lambda s: [put(s, ada.person_id, n) for n in range(3)])
    found = deliver(app, pace=Pace(lease=timedelta(seconds=10), margin=timedelta(seconds=30)))
    assert (found.claimed, found.sent, found.released) == (3, 0, 3)
    assert states(unit) == {State.PENDING: 3}
    assert deliver(app).sent == 3


def test_whoever_sends_too_long_says_nothing_wrong(app, unit, sinks, ada):
    message_id = unit(lambda s: put(s, ada.person_id).id)

    def sleep(_message):  # meanwhile the lease ends, and another worker has asked and sent it again
        with app.app_context():
            later = NOW + LEASE
            unit(lambda s: service.lose_track(s, at=later))
            (asked,) = unit(lambda s: service.claim_unknown(s, at=later, worker="w2", limit=1))
            unit(lambda s: service.record_asked(s, at=later, claim=asked, provider_id=None))
            unit(lambda s: service.claim(s, at=later, worker="w2", limit=1))

    sinks["slack"].script.append(sleep)
    assert deliver(app).late == 1
    assert unit(lambda s: message(s, message_id).state, "read") is State.SENDING


def test_rounds_go_on_until_nothing_is_left(app, unit, sinks, ada, monkeypatch):
    monkeypatch.setattr("bots.deliver._builder", [plain_message])
    unit(lambda s: [put(s, ada.person_id, n) for n in range(23)])
    assert deliver_all(app, NOW) == 23
    assert states(unit) == {State.SENT: 23}
