"""Messages on their way, on both databases: put once, claimed once, recorded by whoever claimed them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import NotFound, Refusal
from auditapp.people.model import Account, Person
from auditapp.people.rules import Role
from auditapp.reminders.outbox import service
from auditapp.reminders.outbox.model import ChannelState, OutboxMessage
from auditapp.reminders.outbox.rules import BACKOFF, LEASE, MOST_DOUBTED, REVIVAL, Fault, MessageKind, State
from auditapp.reminders.quiet.model import PersonRhythm
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.reminders.outbox.conftest import NOW, SECOND, attempts, message, put


def take(session, at=NOW, limit=10, worker="w1"):
    return service.claim(session, at=at, worker=worker, limit=limit)


def one(session, person_id, at=NOW):
    """A message that is claimed."""
    found = put(session, person_id)
    (claim,) = take(session, at)
    return found.id, claim


def fault(session, claim, kind, at=NOW, **more):
    return service.record_fault(session, at=at, claim=claim, fault=kind, reason="it said no", **more)


def test_the_same_message_is_put_once(unit, sinks, ada):
    first, again = (unit(lambda s: put(s, ada.person_id).id) for _ in range(2))
    assert first == again
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)), "read") == 1


def test_urgent_ones_are_taken_first_and_then_the_oldest(session, sinks, ada):
    old = put(session, ada.person_id, 1, at=NOW - 9 * SECOND)
    new = put(session, ada.person_id, 2, at=NOW - 2 * SECOND)
    urgent = put(session, ada.person_id, 3, at=NOW, urgent=True)
    put(session, ada.person_id, 4, at=NOW, not_before=NOW + SECOND)
    found = take(session)
    assert [one.message_id for one in found] == [urgent.id, old.id, new.id]
    assert {(one.channel, one.number) for one in found} == {("slack", 1)}
    assert take(session) == [], "what is claimed is nobody else's"


def test_it_is_sent(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    assert service.record_sent(session, at=NOW + SECOND, claim=claim, provider_id="C1:17")
    found = message(session, message_id)
    assert (found.state, found.sent_at, found.provider_id, found.claimed_by) == (
        State.SENT, NOW + SECOND, "C1:17", "",
    )  # fmt: skip
    assert attempts(session, message_id) == [(1, "slack", "sent")]


def test_it_is_tried_again_later_and_later_and_then_by_the_next_channel(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    at = NOW
    for wait in BACKOFF:
        assert fault(session, claim, Fault.RETRY, at) is State.PENDING
        assert message(session, message_id).next_try_at == at + wait
        assert take(session, at + wait - SECOND) == []
        at += wait
        (claim,) = take(session, at)
        assert claim.channel == "slack"
    assert fault(session, claim, Fault.RETRY, at) is State.PENDING
    (claim,) = take(session, at)
    assert (claim.channel, message(session, message_id).passed) == ("mail", ["slack"])
    assert message(session, message_id).tries == 1
    assert [one[2] for one in attempts(session, message_id)] == ["retry"] * 6 + [""]


def test_a_channel_that_says_when_is_left_alone_until_then(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    other = put(session, ada.person_id, 2)
    fault(session, claim, Fault.RETRY, retry_after=40)
    assert session.get_one(ChannelState, "slack").paused_until == NOW + 40 * SECOND
    assert take(session, NOW + SECOND) == [], (
        "the other one waits as well, and does not go to the next channel"
    )
    assert message(session, other.id).next_try_at == NOW + 40 * SECOND
    assert {one.message_id for one in take(session, NOW + 40 * SECOND)} == {message_id, other.id}
    assert message(session, message_id).tries == 1, "being asked to wait is no try"


@pytest.mark.parametrize("kind", [Fault.PERSON_GONE, Fault.CONTENT])
def test_whom_one_channel_cannot_reach_the_next_one_does(session, sinks, ada, kind):
    message_id, claim = one(session, ada.person_id)
    for channel in ("mail", "in_app"):
        assert fault(session, claim, kind) is State.PENDING
        (claim,) = take(session)
        assert claim.channel == channel
    assert fault(session, claim, kind) is State.FAILED
    found = message(session, message_id)
    assert (found.ended_at, found.fault, found.error) == (NOW, kind, "it said no")
    assert [one[1:] for one in attempts(session, message_id)] == [
        ("slack", kind), ("mail", kind), ("in_app", kind),
    ]  # fmt: skip


def test_a_dead_channel_is_passed_by_and_comes_back_by_itself(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    fault(session, claim, Fault.CHANNEL_DEAD)
    assert session.get_one(ChannelState, "slack").reason == "it said no"
    others = [put(session, ada.person_id, n) for n in (2, 3)]
    found = take(session, NOW + SECOND)
    assert {one.channel for one in found} == {"mail"}
    assert message(session, message_id).passed == []
    for claim in found:
        service.record_sent(session, at=NOW + SECOND, claim=claim, provider_id="")
    later = NOW + REVIVAL + SECOND
    for n in (4, 5):
        put(session, ada.person_id, n, at=later)
    found = take(session, later)
    assert [one.channel for one in found] == ["slack", "mail"], "one tries whether it lives"
    service.record_sent(session, at=later, claim=found[0], provider_id="")
    assert session.get(ChannelState, "slack", populate_existing=True).dead_since is None
    put(session, ada.person_id, 6, at=later)
    assert take(session, later)[0].channel == "slack"
    assert len(others) == 2


def test_a_channel_takes_no_more_than_its_rate(session, sinks, ada):
    sinks["slack"].per_minute = 60
    for number in range(20):
        put(session, ada.person_id, number)
    taken = [len(take(session, NOW + n * SECOND, limit=20)) for n in range(15)]
    assert taken[0] <= 6
    assert taken[1:] == [1] * 14
    assert sum(taken) == 20


def test_a_claim_that_ran_out_is_in_doubt(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    assert take(session, NOW + LEASE - SECOND, worker="w2") == []
    late = NOW + LEASE
    assert service.lose_track(session, at=late) == 1
    assert message(session, message_id).state is State.UNKNOWN
    assert attempts(session, message_id) == [(1, "slack", "unknown")]
    (asked,) = service.claim_unknown(session, at=late, worker="w2", limit=10)
    assert service.claim_unknown(session, at=late, worker="w3", limit=10) == []
    assert not service.record_sent(session, at=late, claim=claim, provider_id="x"), (
        "the first one comes too late"
    )
    assert message(session, message_id).state is State.UNKNOWN
    assert service.record_asked(session, at=late, claim=asked, provider_id="C1:5") is State.SENT
    assert attempts(session, message_id) == [(1, "slack", "sent")]


def test_one_that_comes_late_but_first_says_how_it_was(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    service.lose_track(session, at=NOW + LEASE)
    assert service.record_sent(session, at=NOW + LEASE, claim=claim, provider_id="C1:5")
    assert message(session, message_id).state is State.SENT


@pytest.mark.parametrize("kind", Fault)
def test_a_late_worker_records_nothing_wrong(session, sinks, ada, kind):
    message_id, claim = one(session, ada.person_id)
    service.lose_track(session, at=NOW + LEASE)
    (asked,) = service.claim_unknown(session, at=NOW + LEASE, worker="w2", limit=1)
    service.record_asked(session, at=NOW + LEASE, claim=asked, provider_id=None)
    (second,) = take(session, NOW + LEASE, worker="w2")
    assert fault(session, claim, kind, NOW + LEASE) is None
    assert not service.record_sent(session, at=NOW + LEASE, claim=claim, provider_id="x")
    assert not service.record_cancelled(session, at=NOW + LEASE, claim=claim, reason="x")
    assert service.hand_back(session, at=NOW + LEASE, claims=[claim]) == 0
    found = message(session, message_id)
    assert (found.state, found.claimed_by) == (State.SENDING, second.token)
    assert service.record_sent(session, at=NOW + LEASE, claim=second, provider_id="y")


def test_what_the_channel_does_not_have_is_sent_again(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    assert fault(session, claim, Fault.UNKNOWN) is State.UNKNOWN
    settled = message(session, message_id).deadline_at
    assert service.claim_unknown(session, at=settled - SECOND, worker="w2", limit=1) == []
    (asked,) = service.claim_unknown(session, at=settled, worker="w2", limit=1)
    assert service.record_asked(session, at=settled, claim=asked, provider_id=None) is State.PENDING
    (again,) = take(session, settled)
    assert (again.channel, again.number, message(session, message_id).doubted) == ("slack", 2, 0)


def test_a_channel_that_cannot_answer_now_is_asked_later(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    fault(session, claim, Fault.UNKNOWN, settle=timedelta())
    (asked,) = service.claim_unknown(session, at=NOW, worker="w2", limit=1)
    service.record_not_asked(session, at=NOW, claim=asked, wait=60 * SECOND, reason="busy")
    assert service.claim_unknown(session, at=NOW + SECOND, worker="w2", limit=1) == []
    assert len(service.claim_unknown(session, at=NOW + 60 * SECOND, worker="w2", limit=1)) == 1
    assert message(session, message_id).state is State.UNKNOWN


def test_a_channel_that_cannot_be_asked_sends_again_and_counts_its_doubts(session, sinks, ada):
    session.add(
        PersonRhythm(
            person_id=ada.person_id, work_days=[0], starts_at=0, ends_at=1, digest_at=0, budget=1, channels=["mail"]
        )
    )  # fmt: skip
    message_id, claim = one(session, ada.person_id)
    assert claim.channel == "mail"
    for doubt in range(1, MOST_DOUBTED + 1):
        fault(session, claim, Fault.UNKNOWN, settle=timedelta())
        assert service.claim_unknown(session, at=NOW, worker="w", limit=1) == [], "nobody is to be asked"
        assert message(session, message_id).doubted == doubt
        (claim,) = take(session)
    assert claim.channel == "in_app", "three doubts are enough"


def test_nothing_left_to_say(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    assert service.record_cancelled(session, at=NOW, claim=claim, reason="all done")
    assert message(session, message_id).state is State.CANCELLED
    assert attempts(session, message_id) == [(1, "slack", "cancelled")]


def test_what_was_not_begun_goes_back_and_counts_as_no_try(session, sinks, ada):
    message_id, claim = one(session, ada.person_id)
    assert service.hand_back(session, at=NOW, claims=[claim]) == 1
    (again,) = take(session)
    assert (again.number, message(session, message_id).tries) == (2, 1)


@pytest.mark.parametrize("by", ["message_id", "provider_id"])
def test_a_bounce_leads_to_the_next_channel_and_in_the_end_to_the_dead_letters(session, sinks, ada, by):
    message_id, claim = one(session, ada.person_id)
    fault(session, claim, Fault.PERSON_GONE)
    (claim,) = take(session)
    service.record_sent(session, at=NOW, claim=claim, provider_id="<m1@here>")
    which = {"message_id": message_id} if by == "message_id" else {"provider_id": "<m1@here>"}
    found = service.bounced(session, at=NOW, reason="550 no such user", **which)
    assert (found.state, found.passed, found.sent_at) == (State.PENDING, ["slack", "mail"], None)
    assert attempts(session, message_id)[-1] == (2, "mail", "bounced")
    assert service.bounced(session, at=NOW, reason="again", **which) is None
    sinks["slack"].unreachable.add(ada.person_id)
    invited = put(session, ada.person_id, 7, kind=MessageKind.INVITATION)
    claims = {one.message_id: one for one in take(session)}
    service.record_sent(session, at=NOW, claim=claims[invited.id], provider_id="<m2@here>")
    assert service.bounced(session, at=NOW, reason="550", message_id=invited.id).state is State.FAILED


def test_whoever_cannot_sign_in_is_not_told_in_the_site(session, sinks, ada):
    session.execute(sa.delete(Account).where(Account.person_id == ada.person_id))
    for sink in sinks.values():
        sink.unreachable.add(ada.person_id)
    found = put(session, ada.person_id)
    assert take(session) == []
    assert message(session, found.id).state is State.FAILED
    assert message(session, found.id).error == "No channel reaches this person."
    gone = make_person(session)
    session.get_one(Person, gone.person_id).active = False
    for sink in sinks.values():
        sink.unreachable.add(gone.person_id)
    lost = put(session, gone.person_id)
    take(session)
    assert message(session, lost.id).state is State.FAILED


def test_a_dead_letter_is_sent_again_by_hand_and_the_trail_says_by_whom(session, sinks, ada):
    for sink in sinks.values():
        sink.unreachable.add(ada.person_id)
    found = put(session, ada.person_id, kind=MessageKind.INVITATION)
    take(session)
    assert message(session, found.id).state is State.FAILED
    sam = make_person(session, Role.SYSTEM_MANAGER)
    sinks["mail"].unreachable.clear()
    service.resend(session, actor=sam, at=NOW, message_id=found.id)
    assert take(session)[0].channel == "mail"
    with pytest.raises(Refusal):
        service.resend(session, actor=sam, at=NOW, message_id=found.id)
    with pytest.raises(NotFound):
        service.resend(session, actor=sam, at=NOW, message_id=ada.person_id)
    assert session.scalars(sa.select(Fact.verb).order_by(Fact.seq.desc())).first() == "message.resent"


def test_a_channel_is_tried_again_by_hand(session, sinks, ada):
    _, claim = one(session, ada.person_id)
    fault(session, claim, Fault.CHANNEL_DEAD)
    sam = make_person(session, Role.SYSTEM_MANAGER)
    service.reopen(session, actor=sam, at=NOW, name="slack")
    assert take(session)[0].channel == "slack"
    with pytest.raises(NotFound):
        service.reopen(session, actor=sam, at=NOW, name="pigeon")


def test_a_claim_costs_the_same_however_many_there_are(app, unit, sinks, ada):
    sinks["mail"].per_minute = 600
    counts = []
    for many in (1, 10, 100):
        unit(lambda s, many=many: [put(s, ada.person_id, f"{many}-{n}") for n in range(many)])
        with app.app_context():
            sent = []

            def note(*arguments, sent=sent):
                sent.append(arguments[2])

            engine = app.extensions["sqlalchemy"].engine
            sa.event.listen(engine, "before_cursor_execute", note)
            try:
                claims = unit(lambda s, many=many: take(s, NOW, limit=many))
            finally:
                sa.event.remove(engine, "before_cursor_execute", note)
        assert len(claims) == many
        counts.append(len([one for one in sent if one.startswith(("SELECT", "INSERT", "UPDATE"))]))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 7
