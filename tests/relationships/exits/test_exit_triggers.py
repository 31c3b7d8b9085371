"""Triggers: watched by people, put on watch by an issue, decided about when they have tripped."""

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitTrigger, ExitTriggerCheck
from auditapp.relationships.exits.rules.triggers import TriggerState
from auditapp.relationships.exits.rules.triggers import TriggerVerb as V
from auditapp.relationships.exits.rules.versions import VersionKind
from auditapp.relationships.obligations.queries import open_extras, open_one

# The life on PostgreSQL is walked in test_exit_process.py.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def states(session, scene):
    session.flush()
    return {
        one.description: one.state
        for one in session.query(ExitTrigger).filter_by(strategy_id=scene.strategy.id).all()
    }


def watch(session, scene, ref="IS-2026-001"):
    return service.watch_triggers(
        session, at=now(), relationship_id=scene.relationship.id, because="Level 4 is over.", ref=ref
    )


def test_an_issue_of_the_last_level_puts_its_trigger_on_watch_once(session, agreed):
    assert watch(session, agreed) == 1
    assert watch(session, agreed) == 0
    assert watch(session, agreed, "IS-2026-002") == 0  # it is on watch already
    found = states(session, agreed)
    assert found.pop("An issue that level 4 did not resolve") is TriggerState.WATCH
    assert set(found.values()) == {TriggerState.QUIET}


def test_without_a_marked_trigger_all_of_performance_are_watched(session, agreed):
    session.query(ExitTrigger).update({"issues": False})
    session.expire_all()
    assert watch(session, agreed) == 2


def test_without_a_strategy_nothing_happens(session):
    assert service.watch_triggers(session, at=now(), relationship_id=new_id(), because="x", ref="IS-1") == 0


def the(session, scene, number=1):
    return session.query(ExitTrigger).filter_by(strategy_id=scene.strategy.id, number=number).one()


def base(scene, part="manager"):
    return {"actor": scene[part], "at": now(), "strategy": scene.strategy}


def test_a_check_is_recorded_and_needs_a_note_when_something_changed(session, agreed):
    trigger = the(session, agreed)
    service.check_trigger(session, trigger=trigger, verb=V.CONFIRM, note="", **base(agreed))
    with pytest.raises(Invalid):
        service.check_trigger(session, trigger=trigger, verb=V.TRIP, note=" ", **base(agreed))
    with pytest.raises(Stale):
        service.check_trigger(session, trigger=trigger, verb=V.TRIP, note="Sold.", version=99, **base(agreed))
    service.check_trigger(session, trigger=trigger, verb=V.TRIP, note="Sold.", **base(agreed))
    assert (trigger.state, trigger.checked_on) == (TriggerState.TRIPPED, now().date())
    found = session.scalars(sa.select(ExitTriggerCheck).order_by(ExitTriggerCheck.at)).all()
    assert [(one.verb, one.after) for one in found] == [
        (V.CONFIRM, TriggerState.QUIET), (V.TRIP, TriggerState.TRIPPED),
    ]  # fmt: skip
    extras = open_extras(session, "exit_review", agreed.strategy.id)
    assert [one.extra for one in extras] == ["trigger"]


def test_a_tripped_trigger_asks_for_a_decision(session, agreed):
    trigger = the(session, agreed)
    service.check_trigger(session, trigger=trigger, verb=V.TRIP, note="Sold.", **base(agreed))
    for verb in (V.CALM, V.WATCH, V.STAY):
        with pytest.raises(Refusal):
            service.check_trigger(session, trigger=trigger, verb=verb, note="Fine again.", **base(agreed))
    with pytest.raises(Invalid):
        service.decide_to_stay(session, trigger=trigger, reason="", **base(agreed, "ser"))
    for part in ("viewer", "speaker"):
        with pytest.raises(NotAllowed):
            service.decide_to_stay(session, trigger=trigger, reason="We stay.", **base(agreed, part))
    service.decide_to_stay(
        session, trigger=trigger, reason="The new owner keeps the team.", **base(agreed, "ser")
    )
    assert trigger.state is TriggerState.WATCH


def test_the_watcher_may_check_and_nobody_else_of_the_house(session, agreed):
    trigger = the(session, agreed)
    service.edit_trigger(
        session, trigger=trigger, version=None, kind=trigger.kind, description=trigger.description,
        watcher_id=agreed["viewer"].person_id, sharing=trigger.sharing, issues=False, **base(agreed),
    )  # fmt: skip
    service.check_trigger(session, trigger=trigger, verb=V.CONFIRM, note="", **base(agreed, "viewer"))
    with pytest.raises(NotAllowed):
        service.check_trigger(
            session, trigger=the(session, agreed, 2), verb=V.CONFIRM, note="", **base(agreed, "viewer")
        )
    with pytest.raises(NotAllowed):
        service.check_trigger(session, trigger=trigger, verb=V.CONFIRM, note="", **base(agreed, "speaker"))
    agreed.relationship.ended_on = now().date()
    with pytest.raises(Refusal):
        service.check_trigger(session, trigger=trigger, verb=V.CONFIRM, note="", **base(agreed, "viewer"))
    agreed.relationship.ended_on = None
    with pytest.raises(Invalid):  # the other party does not watch for us
        service.edit_trigger(
            session, trigger=trigger, version=None, kind=trigger.kind, description=trigger.description,
            watcher_id=agreed["speaker"].person_id, sharing=trigger.sharing, issues=False, **base(agreed),
        )  # fmt: skip


def test_what_a_trigger_says_changes_with_a_new_version_only(session, agreed):
    trigger = the(session, agreed)
    with pytest.raises(Refusal, match="Begin a new version"):
        service.drop_trigger(session, trigger=trigger, reason="Gone.", **base(agreed))
    service.begin_version(session, kind=VersionKind.JOINT, changes="Fewer triggers.", **base(agreed))
    service.drop_trigger(session, trigger=trigger, reason="Gone.", **base(agreed))
    assert trigger.dropped_at is not None
    with pytest.raises(Refusal):
        service.check_trigger(session, trigger=trigger, verb=V.CONFIRM, note="", **base(agreed))


def test_the_watch_is_done_when_all_were_looked_at_near_its_day(session, agreed):
    due = open_one(session, "trigger_watch", agreed.strategy.id)
    first = due.due_on
    numbers = [one.number for one in session.query(ExitTrigger).all()]
    everything = dict.fromkeys(numbers, (V.CONFIRM, ""))
    service.check_all(session, said_of=everything, **base(agreed))
    assert open_one(session, "trigger_watch", agreed.strategy.id).due_on == first  # months too early
    due.due_on = due.intended_on = due.anchor_on = now().date()
    due.number = 0
    service.check_all(session, said_of={numbers[0]: (V.WATCH, "Rumours.")}, **base(agreed))
    following = open_one(session, "trigger_watch", agreed.strategy.id)
    assert following.due_on > now().date()  # the others were seen today as well
    with pytest.raises(NotFound):
        service.check_all(session, said_of={99: (V.CONFIRM, "")}, **base(agreed))
