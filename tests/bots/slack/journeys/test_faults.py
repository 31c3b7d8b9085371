"""The table of crashes and faults. Whatever goes wrong, a person gets each message once, and each deed is done once."""

import threading
from itertools import pairwise

import pytest

from auditapp.findings.actions import service as actions
from auditapp.findings.model import Action, Comment
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session
from auditapp.people.queries import principal_of_person
from auditapp.reminders.outbox.model import OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import ASKED_AND_FOUND, State
from auditapp.trail.model import Fact
from bots.slack.channel import SlackChannel
from bots.slack.model import SlackTeam, TeamState
from tests.factories.nonconformities import Cast, make_case


class Killed(BaseException):
    """The process ends here: nothing catches it, as nothing catches SIGKILL."""


@pytest.fixture
def case(world):
    """An action that its owner carries out; owner, deputy and verifier are in Slack."""

    def make():
        session = current_session()
        cast = Cast(session)
        _, action, _ = make_case(session, cast, NcStatus.IMPLEMENTING, actions=ActionStatus.ACCEPTED)
        action.deputy_id = cast.id_of("stand_in")
        session.flush()
        cast.action_id, cast.ref = action.id, action.ref
        return cast

    made = world.write(make)
    for one in ("owner", "verifier", "stand_in"):
        world.join(one, made.id_of(one))
    return made


def sent(world, case, name="owner"):
    """(channel, state) of every message about anything to somebody."""
    return world.read(
        lambda s: [
            (one.channel, one.state) for one in s.query(OutboxMessage).filter_by(person_id=case.id_of(name)).order_by(OutboxMessage.created_at)
        ]
    )  # fmt: skip


def posts(world, name="owner"):
    """What the app wrote to somebody by itself: cards, nudges and digests."""
    return [one for one in world.posts(name) if one.metadata]


def facts(world, case, *verbs):
    return world.read(
        lambda s: [
            one.verb for one in s.query(Fact).filter_by(thing_id=str(case.action_id)) if one.verb in verbs
        ]
    )


def until_quiet(world, rounds=8, **step):
    for _ in range(rounds):
        world.run()
        world.watch.go(**step)


def test_the_worker_dies_between_the_call_and_its_record(world, case, monkeypatch):
    world.run()
    keep, dead = SlackChannel._keep, []

    def die_once(self, *args):
        if not dead:
            dead.append(True)
            raise Killed
        return keep(self, *args)

    monkeypatch.setattr(SlackChannel, "_keep", die_once)
    world.watch.morning()
    with pytest.raises(Killed):
        world.run()
    until_quiet(world, minutes=4)
    assert len(posts(world)) == 1
    assert sent(world, case) == [("slack", State.SENT)]
    assert world.card("owner", case.ref) is not None, "found again, it is the living card"
    world.deed("owner", "action", case.action_id, "start")
    assert "In progress" in world.card("owner", case.ref).text


@pytest.mark.parametrize("kind", ["lose_answer", "drop_after_reading", "drop_before", "status:503", "status_after:500", "html", "error:internal_error"])  # fmt: skip
def test_a_call_ends_in_doubt(world, case, kind):
    world.run()
    world.fake.faults.add("chat.postMessage", kind, times=1)
    world.watch.morning()
    until_quiet(world, minutes=4)
    assert len(posts(world)) == 1
    assert sent(world, case) == [("slack", State.SENT)]
    assert world.card("owner", case.ref) is not None


def test_a_storm_of_429(world, case):
    world.run()
    world.fake.faults.add("chat.postMessage", "ratelimited:30", times=6)
    world.watch.morning()
    until_quiet(world, rounds=12, seconds=35)
    assert len(posts(world)) == 1
    assert sent(world, case) == [("slack", State.SENT)]
    waits = [one.at for one in world.fake.calls("chat.postMessage")]
    assert all(later - before >= 30 for before, later in pairwise(waits)), "Retry-After is kept"


def test_a_token_is_revoked_on_the_way(world, case):
    world.run()
    for token in world.fake.world.tokens.values():
        world.fake.revoke(token)
    world.watch.morning()
    until_quiet(world, minutes=4)
    assert posts(world) == []
    assert sent(world, case) == [("mail", State.SENT)]
    team = world.read(lambda s: s.query(SlackTeam).one())
    assert (team.state, team.reason) == (TeamState.DEAD, "token_revoked")


def test_slack_is_down_for_a_day(world, case):
    world.run()
    with world.fake.faults.outage():
        world.watch.morning()
        until_quiet(world, rounds=12, hours=2)
    until_quiet(world, rounds=3, minutes=30)
    found = sent(world, case)
    assert [one for one in found if one[1] is not State.SENT] == [], "nothing waits, nothing is dead"
    assert len(posts(world)) == len([one for one in found if one[0] == "slack"])
    assert world.doubles() == []


def test_the_same_event_twice_and_out_of_order(world, case):
    world.next_morning()
    card = world.card("owner", case.ref)
    world.fake.events.hold()
    world["owner"].dm_say("The first word.", thread=card)
    world["owner"].dm_say("The second word.", thread=card)
    world.fake.events.release("reversed")
    world.settle()
    world.fake.events.redeliver()
    world.settle()
    words = world.read(
        lambda s: sorted(one.text for one in s.query(Comment).filter_by(action_id=case.action_id))
    )
    assert words == ["The first word.", "The second word."]


def test_a_double_click(world, case):
    world.next_morning()
    card = world.card("owner", case.ref)
    shown = card.snapshot()
    label = world.label("owner", "action", case.action_id, "start")[1]
    for _ in range(2):
        world["owner"].click(card, label, as_shown=shown)
    world.settle()
    assert facts(world, case, "action.started") == ["action.started"]
    assert [one for one in world.fake.ephemerals(world.users["owner"]) if "cannot" in one.text] == []


def test_a_click_on_a_stale_card_says_what_changed(world, case):
    world.next_morning()
    card = world.card("owner", case.ref)
    shown = card.snapshot()
    label = world.label("owner", "action", case.action_id, "start")[1]

    def in_the_site():
        session = current_session()
        found = session.get(Action, case.action_id)
        who = principal_of_person(session, case.id_of("owner"))
        actions.start_action(session, actor=who, at=world.watch.now(), action=found)
        actions.finish_action(session, actor=who, at=world.watch.now(), action=found, result="All done.")

    world.write(in_the_site)
    world["owner"].click(card, label, as_shown=shown)
    world.settle()
    assert facts(world, case, "action.started", "action.finished") == ["action.started", "action.finished"]
    said = [one.text for one in world.fake.ephemerals(world.users["owner"])]
    assert len(said) == 1
    assert case.ref in said[0]
    assert "Done" in world.card("owner", case.ref).text, "the card shows how it stands"


def test_two_people_at_once(world, case):
    world.next_morning()
    label = world.label("owner", "action", case.action_id, "start")[1]
    ref = world.label("stand_in", "action", case.action_id, "start")[0]
    world["stand_in"].command("/audit", f"find {ref}")
    world.settle()
    answer = world.fake.ephemerals(world.users["stand_in"])[-1]
    row = next(one for one in answer.blocks if one.get("accessory"))
    world["stand_in"].click(answer, row["accessory"]["action_id"], block_id=row["block_id"])
    world.settle()
    view, card = world["stand_in"].views()[-1], world.card("owner", case.ref)
    both = [
        threading.Thread(target=lambda: world["owner"].click(card, label)),
        threading.Thread(target=lambda: world["stand_in"].click(view, label)),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    world.settle()
    assert facts(world, case, "action.started") == ["action.started"]


def test_the_process_dies_after_it_acknowledged(world, case, monkeypatch):
    """What was taken in is done by the clock of another process."""
    world.next_morning()
    card = world.card("owner", case.ref)
    label = world.label("owner", "action", case.action_id, "start")[1]
    monkeypatch.setattr("bots.slack.inbound.later.go", lambda _app, waiting: waiting.clear())
    assert world["owner"].click(card, label).ok
    world.settle()
    assert facts(world, case, "action.started") == []
    until_quiet(world, rounds=2, seconds=30)
    assert facts(world, case, "action.started") == ["action.started"]
    assert "In progress" in world.card("owner", case.ref).text


def test_every_try_is_on_record(world, case):
    world.run()
    world.fake.faults.add("chat.postMessage", "lose_answer", times=1)
    world.watch.morning()
    until_quiet(world, minutes=4)
    rows = world.read(
        lambda s: [
            (one.channel, one.outcome, one.error)
            for one in s.query(OutboxAttempt).filter_by(message_id=only(s, case))
        ]
    )
    assert rows == [("slack", "sent", ASKED_AND_FOUND.msgid)], "it was asked about, not sent again"
    assert len([one for one in world.fake.calls("chat.postMessage") if case.ref in str(one.args)]) == 1


def only(session, case):
    """The one message to the owner."""
    return session.query(OutboxMessage).filter_by(person_id=case.id_of("owner")).one().id
