"""Actions: planning, doing, asking, deciding, on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from auditapp.findings.actions import service
from auditapp.findings.actions.queries import steps_of
from auditapp.findings.life.service.base import about as nc_about
from auditapp.findings.model import ActionRequest
from auditapp.findings.rules.action import (
    STEPS,
    WHO,
    ActionKind,
    ActionStatus,
    ActionVerb,
    RequestKind,
    RequestStatus,
)
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.trail import service as trail
from tests.findings.actions.conftest import IN_TWO_WEEKS, TODAY, calls, do, extension, facts, verbs

V, S = ActionVerb, ActionStatus


ELSEWHERE = {V.VERIFY, V.RETURN, V.REOPEN, V.COMMENT, V.ATTACH}  # the rooms of verification and exchange
BY_DECISION = {V.CANCEL}
WITH_A_STEP = {V.TICK_STEP}
MINE = sorted(set(V) - ELSEWHERE - BY_DECISION - WITH_A_STEP)
# Who may, said a second time and by hand, so that a change of the table is noticed here.
MAY = {
    V.EDIT: {"responsible", "deputy", "manager"},
    V.ACCEPT: {"owner", "stand_in"},
    V.START: {"owner", "stand_in"},
    V.FINISH: {"owner", "stand_in"},
    V.RESUME: {"owner", "stand_in"},
    V.REASSIGN: {"responsible", "deputy", "manager"},
    V.CHANGE_DUE: {"verifier", "manager"},
    V.ASK_EXTENSION: {"owner", "stand_in"},
    V.SAY_CANT: {"owner", "stand_in"},
    V.SAY_NOT_MINE: {"owner", "stand_in"},
    V.ASK_CANCEL: {"owner", "stand_in", "responsible", "deputy"},
    V.TAKE_BACK: {"owner", "stand_in"},  # whoever asked, and the other of the two
    V.DECIDE: {"verifier", "manager"},
    V.PLAN_STEP: {"owner", "stand_in", "responsible", "deputy", "manager"},
}


def prepare(session, scene, verb):
    """Bring the action to where the verb is good."""
    function, values, status = calls(scene)[verb]
    scene.action.status = status
    if verb in {V.TAKE_BACK, V.DECIDE}:
        ask = calls(scene)[V.ASK_EXTENSION]
        do(session, ask[0], scene["owner"], scene.action, **ask[1])
    session.flush()
    return function, values


def test_every_verb_is_tried():
    assert set(MINE) == set(MAY)
    assert set(MAY) | ELSEWHERE | BY_DECISION | WITH_A_STEP == set(WHO)


@pytest.mark.parametrize("verb", MINE)
def test_who_may_and_who_may_not(session, scene, verb):
    for part, who in scene.people.items():
        with session.begin_nested() as attempt:
            function, values = prepare(session, scene, verb)
            count = len(facts(session, scene.action.id))
            if part in MAY[verb]:
                do(session, function, who, scene.action, **values)
                assert len(facts(session, scene.action.id)) == count + 1
            else:
                with pytest.raises(NotAllowed):
                    do(session, function, who, scene.action, **values)
                assert not session.dirty
                assert len(facts(session, scene.action.id)) == count
            attempt.rollback()
        session.expire_all()


@pytest.mark.parametrize("verb", MINE)
def test_a_verb_in_a_status_without_a_step_is_refused(session, scene, verb):
    function, values = prepare(session, scene, verb)
    who = scene[min(MAY[verb])]
    for status in S:
        with session.begin_nested() as attempt:
            scene.action.status = status
            session.flush()
            try:
                do(session, function, who, scene.action, **values)
                allowed = True
            except Refusal:
                allowed = False
            attempt.rollback()
        session.expire_all()
        assert allowed == ((status, verb) in STEPS), status


@pytest.mark.parametrize(
    "status", [NcStatus.DRAFT, NcStatus.ISSUED, NcStatus.DISPUTED, NcStatus.CLOSED, NcStatus.WITHDRAWN]
)
@pytest.mark.parametrize("verb", MINE)
def test_nothing_is_done_for_a_nonconformity_that_is_not_at_work(session, scene, verb, status):
    function, values = prepare(session, scene, verb)
    scene.nc.status = status
    session.flush()
    with pytest.raises(Refusal):
        do(session, function, scene[min(MAY[verb])], scene.action, **values)


def test_a_submitted_plan_is_read_as_it_was_submitted(session, scene):
    scene.nc.status = NcStatus.PLAN_SUBMITTED
    with pytest.raises(Refusal, match="Plan submitted"):
        do(
            session,
            service.edit_action,
            scene["responsible"],
            scene.action,
            kind=ActionKind.CORRECTION,
            title="X",
        )


def test_proposing_offers_the_action_to_its_owner(session, scene):
    scene.nc.status = NcStatus.PLANNING
    action = service.propose_action(
        session,
        actor=scene["responsible"],
        at=now(),
        nc=scene.nc,
        kind=ActionKind.CORRECTIVE,
        title="  Name   a secretary ",
        owner_id=scene["contact"].person_id,
        due_on=IN_TWO_WEEKS,
        steps=["Ask", "", "Name"],
    )
    assert (action.ref, action.title) == (f"{scene.nc.ref}-A2", "Name a secretary")
    assert action.status is S.PROPOSED
    assert action.worked_ids == []
    assert [step.text for step in steps_of(session, [action.id])[action.id]] == ["Ask", "Name"]
    assert verbs(session, action.id) == ["action.proposed"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"due_on": TODAY - timedelta(days=2)}, "due_on"),
        ({"owner": "verifier"}, "owner_id"),
        ({"owner": "stranger"}, "owner_id"),
        ({"owner": None}, "owner_id"),
        ({"deputy": "verifier"}, "deputy_id"),
        ({"deputy": "owner"}, "deputy_id"),
        ({"cause_id": uuid4()}, "cause_id"),
        ({"steps": ["x"] * 31}, "steps"),
        ({"steps": ["x" * 301]}, "steps"),
    ],
)
def test_a_proposal_that_cannot_be_taken_names_its_field(session, scene, change, field):
    scene.nc.status = NcStatus.PLANNING
    values = {"title": "Name a secretary", "due_on": IN_TWO_WEEKS, "owner": "owner", "deputy": None} | change
    owner, deputy = values.pop("owner"), values.pop("deputy")
    with pytest.raises(Invalid) as refused:
        service.propose_action(
            session,
            actor=scene["responsible"],
            at=now(),
            nc=scene.nc,
            kind=ActionKind.CORRECTIVE,
            owner_id=scene[owner].person_id if owner else uuid4(),
            deputy_id=scene[deputy].person_id if deputy else None,
            **values,
        )
    assert refused.value.field == field


def test_the_life_of_an_action(session, scene):
    owner, action = scene["owner"], scene.action
    do(session, service.accept_action, owner, action, version=action.version)
    do(session, service.accept_action, owner, action)  # came twice
    do(session, service.start_action, scene["stand_in"], action)
    with pytest.raises(Invalid, match="what was done"):
        do(session, service.finish_action, owner, action, result=" ")
    do(session, service.finish_action, owner, action, result="It stands in the calendar.")
    do(session, service.finish_action, owner, action, result="It stands in the calendar.")
    assert action.done_by_id == owner.person_id
    assert set(action.worked_ids) == {str(owner.person_id), str(scene["stand_in"].person_id)}
    do(session, service.resume_action, owner, action)
    assert (action.status, action.done_at) == (S.IN_PROGRESS, None)
    assert verbs(session, action.id) == [
        "action.accepted",
        "action.started",
        "action.finished",
        "action.resumed",
    ]
    last = facts(session, action.id)[-1]
    assert last.context_id == scene.nc.id
    assert '"turn_due_on":"' + IN_TWO_WEEKS.isoformat() in last.after


def test_a_page_that_is_too_old_names_who_was_faster(session, scene):
    version = scene.action.version
    do(session, service.accept_action, scene["stand_in"], scene.action)
    with pytest.raises(Stale, match="Stan Standin"):
        do(session, service.start_action, scene["owner"], scene.action, version=version)


def test_reassigning_brings_it_to_the_new_owner_and_remembers_the_old_one(session, scene):
    do(session, service.accept_action, scene["owner"], scene.action)
    request = do(session, service.say_cant, scene["owner"], scene.action, reason="No access.")
    do(
        session, service.reassign_action, scene["responsible"], scene.action,
        owner_id=scene["other"].person_id, reason="On leave.",
    )  # fmt: skip
    assert scene.action.status is S.PROPOSED
    assert scene.action.deputy_id is None
    assert str(scene["owner"].person_id) in scene.action.worked_ids
    assert request.status is RequestStatus.OVERTAKEN
    with pytest.raises(NotAllowed):
        do(session, service.accept_action, scene["owner"], scene.action)


def test_an_owner_who_never_accepted_has_not_worked_on_it(session, scene):
    do(
        session, service.reassign_action, scene["responsible"], scene.action,
        owner_id=scene["other"].person_id, reason="On leave.",
    )  # fmt: skip
    assert scene.action.worked_ids == []


def test_a_change_of_deputy_leaves_the_status(session, scene):
    do(session, service.accept_action, scene["owner"], scene.action)
    do(
        session, service.reassign_action, scene["responsible"], scene.action,
        owner_id=scene["owner"].person_id, deputy_id=scene["contact"].person_id, reason="Knows the room.",
    )  # fmt: skip
    assert scene.action.status is S.ACCEPTED
    assert scene.action.deputy_id == scene["contact"].person_id


def test_steps_keep_their_ticks(session, scene):
    action = scene.action
    do(session, service.set_steps, scene["owner"], action, texts=["Call", "Write", "Send"])
    write = steps_of(session, [action.id])[action.id][1]
    do(session, service.tick_step, scene["owner"], action, step_id=write.id, done=True)
    do(session, service.tick_step, scene["owner"], action, step_id=write.id, done=True)
    do(session, service.set_steps, scene["responsible"], action, texts=["Write", "Post"])
    do(session, service.set_steps, scene["responsible"], action, texts=["Write", "Post"])
    found = steps_of(session, [action.id])[action.id]
    assert [(step.text, step.done_at is not None) for step in found] == [("Write", True), ("Post", False)]
    assert verbs(session, action.id) == ["action.steps_planned", "action.step_ticked", "action.steps_planned"]
    do(session, service.tick_step, scene["owner"], action, step_id=write.id, done=False)
    assert found[0].done_at is None
    with pytest.raises(NotFound):
        do(session, service.tick_step, scene["owner"], action, step_id=uuid4(), done=True)


def test_an_edit_says_what_changed_and_nothing_else(session, scene):
    action, who = scene.action, scene["responsible"]
    same = {"kind": action.kind, "title": action.title}
    do(session, service.edit_action, who, action, **same)
    assert verbs(session, action.id) == []
    do(session, service.edit_action, who, action, **same, expected="Nobody forgets.")
    assert '"expected":"Nobody forgets."' in facts(session, action.id)[0].after
    with pytest.raises(Refusal, match="more time"):
        do(session, service.edit_action, who, action, **same, due_on=IN_TWO_WEEKS + timedelta(days=1))
    scene.nc.status = NcStatus.PLANNING
    do(session, service.edit_action, who, action, **same, due_on=IN_TWO_WEEKS + timedelta(days=1))
    assert action.first_due_on == action.due_on == IN_TWO_WEEKS + timedelta(days=1)


def test_a_withdrawn_nonconformity_cancels_its_open_actions(session, scene):
    request = extension(session, scene, 3)
    scene.nc.status = NcStatus.WITHDRAWN
    scene.nc.status_reason = "It was somebody else’s plan."
    for _ in range(2):
        trail.record(
            session,
            actor_id=scene["manager"].person_id,
            at=now(),
            verb="nonconformity.withdrawn",
            **nc_about(scene.nc),
        )
    assert scene.action.status is S.CANCELLED
    assert scene.action.status_reason == "It was somebody else’s plan."
    assert request.status is RequestStatus.OVERTAKEN
    assert verbs(session, scene.action.id) == ["action.extension_asked", "action.cancelled"]


def test_the_database_itself_keeps_a_second_open_request_out(session, scene):
    for _ in range(2):
        session.add(
            ActionRequest(
                action_id=scene.action.id,
                kind=RequestKind.CANT_DO,
                reason="No.",
                asked_by_id=scene["owner"].person_id,
                asked_at=now(),
            )
        )
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_the_same_again_by_somebody_who_may_not_is_refused(session, scene):
    action = scene.action
    with pytest.raises(NotAllowed):
        do(session, service.change_due, scene["owner"], action, due_on=action.due_on, reason="As it is.")
    same = {"owner_id": action.owner_id, "deputy_id": action.deputy_id}
    with pytest.raises(NotAllowed):
        do(session, service.reassign_action, scene["owner"], action, **same, reason="As it is.")
    do(session, service.change_due, scene["verifier"], action, due_on=action.due_on, reason="As it is.")


def test_whoever_did_a_step_has_worked_on_it(session, scene):
    action = scene.action
    do(session, service.set_steps, scene["owner"], action, texts=["Look for a day"])
    (step,) = steps_of(session, [action.id])[action.id]
    do(session, service.tick_step, scene["stand_in"], action, step_id=step.id, done=True)
    assert str(scene["stand_in"].person_id) in action.worked_ids
