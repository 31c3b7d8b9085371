"""Triggers: watched by people, put on watch by an issue, decided about when they have tripped."""

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitTrigger
from auditapp.relationships.exits.rules.triggers import TriggerState


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
