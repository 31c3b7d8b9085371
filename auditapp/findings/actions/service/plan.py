"""Planning actions: propose, change, give to somebody else, sub-steps."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings.actions.queries import steps_of
from auditapp.findings.actions.service import base
from auditapp.findings.life.service.base import allowed as nc_allowed
from auditapp.findings.life.service.base import count_turn
from auditapp.findings.model import Action, ActionStep, Cause, Nonconformity
from auditapp.findings.rules.action import ActionKind, ActionPriority, ActionStatus, ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal

MOST_STEPS = 30
LONGEST_STEP = 300
LONGEST_TITLE = 200


def propose_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    kind: ActionKind,
    title: str,
    owner_id: UUID,
    due_on: date,
    description: str = "",
    expected: str = "",
    evidence_wanted: str = "",
    priority: ActionPriority = ActionPriority.MEDIUM,
    deputy_id: UUID | None = None,
    cause_id: UUID | None = None,
    steps: Sequence[str] = (),
    version: int | None = None,
) -> Action:
    """Plan an action of a nonconformity and offer it to its owner, who accepts it or says why not."""
    nc_allowed(session, nc, NcVerb.PROPOSE_ACTION, actor=actor, version=version)
    _check_people(session, nc, owner_id, deputy_id)
    base.day_to_come(session, due_on, at=at, field="due_on")
    _check_cause(session, nc, cause_id)
    words, wanted = _title(title), _steps(steps)
    number = next_number(session, nc.ref)
    action = Action(
        ref=f"{nc.ref}-A{number}",
        nonconformity_id=nc.id,
        number=number,
        round=nc.round,
        kind=kind,
        status_since=at,
        priority=priority,
        title=words,
        description=description.strip(),
        expected=expected.strip(),
        evidence_wanted=evidence_wanted.strip(),
        cause_id=cause_id,
        owner_id=owner_id,
        deputy_id=deputy_id,
        due_on=due_on,
        first_due_on=due_on,
        proposed_by_id=actor.person_id,
        proposed_at=at,
    )
    session.add(action)
    session.flush()
    _write_steps(session, action, wanted)
    count_turn(session, nc)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.proposed", before={})
    return action


def edit_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    kind: ActionKind,
    title: str,
    description: str = "",
    expected: str = "",
    evidence_wanted: str = "",
    priority: ActionPriority = ActionPriority.MEDIUM,
    cause_id: UUID | None = None,
    due_on: date | None = None,
    version: int | None = None,
) -> None:
    """Change what an action says. ``due_on`` can be given while the plan is being written; later ``change_due``."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.EDIT, actor=actor, version=version)
    _check_cause(session, nc, cause_id)
    words = _title(title)
    before, old = base.standing(action), _contents(action)
    if due_on is not None and due_on != action.due_on:
        if nc.status is NcStatus.IMPLEMENTING:
            raise Refusal(
                Text("The plan is accepted: its owner asks for more time, or the verifier changes the date."),
                field="due_on",
            )
        action.due_on = action.first_due_on = base.day_to_come(session, due_on, at=at, field="due_on")
        count_turn(session, nc)
    action.kind = kind
    action.title = words
    action.description = description.strip()
    action.expected = expected.strip()
    action.evidence_wanted = evidence_wanted.strip()
    action.priority = priority
    action.cause_id = cause_id
    new = _contents(action)
    if new == old and base.standing(action) == before:
        return
    changed = [key for key in new if new[key] != old[key]]
    base.tell(
        session,
        action,
        nc,
        actor=actor,
        at=at,
        verb="action.edited",
        before=before | {key: old[key] for key in changed},
        **{key: new[key] for key in changed},
    )


def reassign_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    owner_id: UUID,
    reason: str,
    deputy_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Give it to another owner, who has to accept it anew; or change its deputy only.

    Without ``deputy_id`` it has none from now on.
    """
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.REASSIGN, actor=actor)
    if (owner_id, deputy_id) == (action.owner_id, action.deputy_id):
        return
    base.check_version(session, action, version)
    why = base.said(reason)
    _check_people(session, nc, owner_id, deputy_id)
    before = base.standing(action)
    more = base.overtake(session, action, at=at) if owner_id != action.owner_id else {}
    hand_to(session, action, nc, owner_id=owner_id, deputy_id=deputy_id, at=at)
    base.tell(
        session, action, nc, actor=actor, at=at, verb="action.reassigned", before=before, reason=why, **more
    )


def hand_to(
    session: Session,
    action: Action,
    nc: Nonconformity,
    *,
    owner_id: UUID,
    deputy_id: UUID | None,
    at: datetime,
) -> None:
    """Change the owner; a new one finds it proposed. Whoever accepted it before has worked on it for good."""
    action.deputy_id = deputy_id
    if owner_id == action.owner_id:
        return
    if action.accepted_at is not None:
        base.add_worker(action, action.owner_id)
    action.owner_id = owner_id
    action.accepted_at = None
    base.put(session, action, nc, ActionStatus.PROPOSED, at=at)


def change_due(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    due_on: date,
    reason: str,
    version: int | None = None,
) -> None:
    """Another due date, by those who judge the work; the date first agreed stays on record."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.CHANGE_DUE, actor=actor)
    if due_on == action.due_on:
        return
    base.check_version(session, action, version)
    why = base.said(reason)
    before = base.standing(action)
    action.due_on = base.day_to_come(session, due_on, at=at, field="due_on")
    count_turn(session, nc)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.due_changed", before=before, reason=why)


def set_steps(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    texts: Sequence[str],
    version: int | None = None,
) -> None:
    """Replace the sub-steps by these texts in this order; a step whose text stays keeps its tick."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.PLAN_STEP, actor=actor, version=version)
    before = base.standing(action)
    old, new = _write_steps(session, action, _steps(texts))
    if old == new:
        return
    base.touch(action)
    base.tell(
        session,
        action,
        nc,
        actor=actor,
        at=at,
        verb="action.steps_planned",
        before=before | {"steps": old},
        steps=new,
    )


def tick_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    step_id: UUID,
    done: bool,
    version: int | None = None,
) -> None:
    """Tick a sub-step, or take the tick back. Raises NotFound for a step of something else."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.TICK_STEP, actor=actor, version=version)
    step = session.get(ActionStep, step_id)
    if step is None or step.action_id != action.id:
        raise NotFound
    if (step.done_at is not None) == done:
        return
    before = base.standing(action)
    step.done_at, step.done_by_id = (at, actor.person_id) if done else (None, None)
    base.add_worker(action, actor.person_id)  # whoever does a step of it never verifies it
    base.tell(
        session,
        action,
        nc,
        actor=actor,
        at=at,
        verb="action.step_ticked",
        before=before,
        step={"id": str(step.id), "done": done},
    )


def _steps(texts: Sequence[str]) -> list[str]:
    """The steps without blanks and empty lines. Raises Invalid for too many or too long ones."""
    wanted = [" ".join(text.split()) for text in texts if text.strip()]
    if len(wanted) > MOST_STEPS:
        raise Invalid(
            Text("At most %(most)s steps. Make it several actions.", most=MOST_STEPS), field="steps"
        )
    if any(len(text) > LONGEST_STEP for text in wanted):
        raise Invalid(Text("A step has at most %(most)s characters.", most=LONGEST_STEP), field="steps")
    return wanted


def _write_steps(session: Session, action: Action, wanted: list[str]) -> tuple[list[str], list[str]]:
    """Make the steps these; gives the texts before and after."""
    present = steps_of(session, [action.id])[action.id]
    old, left = [step.text for step in present], list(present)
    for position, text in enumerate(wanted):
        kept = next((step for step in left if step.text == text), None)
        if kept is None:
            session.add(ActionStep(action_id=action.id, position=position, text=text))
        else:
            left.remove(kept)
            kept.position = position
    for step in left:
        session.delete(step)
    return old, wanted


def _check_people(session: Session, nc: Nonconformity, owner_id: UUID, deputy_id: UUID | None) -> None:
    base.check_owner(session, nc, owner_id, field="owner_id")
    if deputy_id is not None:
        if deputy_id == owner_id:
            raise Invalid(Text("The deputy is somebody else than the owner."), field="deputy_id")
        base.check_owner(session, nc, deputy_id, field="deputy_id")


def _check_cause(session: Session, nc: Nonconformity, cause_id: UUID | None) -> None:
    if cause_id is None:
        return
    cause = session.get(Cause, cause_id)
    if cause is None or cause.nonconformity_id != nc.id:
        raise Invalid(Text("Choose a cause of this nonconformity."), field="cause_id")


def _title(title: str) -> str:
    text = " ".join(
        base.said(title, field="title", wanted=Text("Say in a few words what is to be done.")).split()
    )
    if len(text) > LONGEST_TITLE:
        raise Invalid(
            Text("At most %(most)s characters. Put the rest into the description.", most=LONGEST_TITLE),
            field="title",
        )
    return text


def _contents(action: Action) -> dict[str, Any]:
    """What an edit can change, as JSON values."""
    return {
        "kind": action.kind.value,
        "title": action.title,
        "description": action.description,
        "expected": action.expected,
        "evidence_wanted": action.evidence_wanted,
        "priority": action.priority.value,
        "cause": str(action.cause_id) if action.cause_id else None,
    }
