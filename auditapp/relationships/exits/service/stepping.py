"""The steps of a started exit, and the notices that the parties give each other."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.exits.model import ExitNotice, ExitProcess, ExitStep
from auditapp.relationships.exits.rules.process import ExitVerb, StepStatus, StepVerb, next_status, next_step
from auditapp.relationships.exits.service.base import (
    fresh,
    may_decide,
    may_write,
    must_speak,
    not_later,
    party_in,
    person_of,
    said,
)
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.service import must_be_theirs, must_run
from auditapp.trail.service import record


def step_ref(process: ExitProcess, step: ExitStep) -> str:
    """The number of a step as people say it."""
    return f"{process.ref}-S{step.number}"


def may_settle(actor: Principal, relationship: Relationship, step: ExitStep) -> bool:
    """Whether somebody may say how a step stands: its party's people, its owner, and whoever manages for us."""
    if actor.partner_id is not None:
        return actor.partner_id == step.party_id
    return actor.person_id in {step.owner_id, relationship.ser_id} or actor.can(
        Capability.MANAGE_RELATIONSHIPS, relationship.id
    )


def _must_settle(actor: Principal, relationship: Relationship, process: ExitProcess, step: ExitStep) -> None:
    must_run(relationship)
    next_status(process.status, ExitVerb.WORK)
    if not may_settle(actor, relationship, step):
        raise NotAllowed(
            Text("This step is settled by its owner, or by whoever manages the relationship on that side.")
        )


def do_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    step: ExitStep,
    on: date,
    note: str = "",
    seen: int | None = None,
) -> None:
    """It is done. For the partner's step our manager says where that stands."""
    _must_settle(actor, relationship, process, step)
    fresh(step, seen)
    if step.status is StepStatus.DONE:
        return
    status = next_step(step.status, StepVerb.DO)
    not_later(on, today_of(session, at))
    waits = session.get(ExitStep, step.after_id) if step.after_id else None
    if waits is not None and waits.status is StepStatus.OPEN:
        raise Refusal(Text("It waits for step %(number)s, “%(what)s”. That one comes first.",
                           number=waits.number, what=waits.what))  # fmt: skip
    if actor.partner_id is None and step.party_id is not None:
        note = said(note, Text("Say how we know that the partner has done it."), "note")
    step.status, step.note, step.settled_on, step.settled_by_id = status, note.strip(), on, actor.person_id
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.step_done", thing_kind="exit_step", thing_id=step.id,
        thing_ref=step_ref(process, step), context_id=relationship.id,
        after={"on": on.isoformat(), "reason": note, "due_on": step.due_on.isoformat()},
    )  # fmt: skip


def waive_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    step: ExitStep,
    reason: str,
    seen: int | None = None,
) -> None:
    """It is not needed, for a reason."""
    _must_settle(actor, relationship, process, step)
    fresh(step, seen)
    if step.status is StepStatus.NOT_NEEDED:
        return
    status = next_step(step.status, StepVerb.WAIVE)
    reason = said(reason, Text("Say why it is not needed. The reason stays on record."), "note")
    step.status, step.note, step.settled_on = status, reason, today_of(session, at)
    step.settled_by_id = actor.person_id
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.step_not_needed", thing_kind="exit_step",
        thing_id=step.id, thing_ref=step_ref(process, step), context_id=relationship.id, after={"reason": reason},
    )  # fmt: skip


def reopen_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    step: ExitStep,
    seen: int | None = None,
) -> None:
    """It was not done after all."""
    _must_settle(actor, relationship, process, step)
    fresh(step, seen)
    if step.status is StepStatus.OPEN:
        return
    before = {"status": step.status.value, "note": step.note}
    step.status = next_step(step.status, StepVerb.REOPEN)
    step.note, step.settled_on, step.settled_by_id = "", None, None
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.step_reopened", thing_kind="exit_step",
        thing_id=step.id, thing_ref=step_ref(process, step), context_id=relationship.id, before=before,
    )  # fmt: skip


def move_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    step: ExitStep,
    due_on: date,
    owner_id: UUID | None,
    reason: str,
    seen: int | None = None,
) -> None:
    """Another day or owner, for a reason; the first day stays on record. Our manager does it for both sides."""
    may_write(actor, relationship)
    next_status(process.status, ExitVerb.WORK)
    fresh(step, seen)
    next_step(step.status, StepVerb.MOVE)
    if owner_id != step.owner_id:
        person_of(session, owner_id, step.party_id)
    if (due_on, owner_id) == (step.due_on, step.owner_id):
        return
    reason = said(reason, Text("Say why it is moved. The reason stays on record."), "reason")
    before = {"due_on": step.due_on.isoformat(), "owner_id": str(step.owner_id or "")}
    step.due_on, step.owner_id = due_on, owner_id
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.step_moved", thing_kind="exit_step", thing_id=step.id,
        thing_ref=step_ref(process, step), context_id=relationship.id, before=before,
        after={"due_on": due_on.isoformat(), "owner_id": str(owner_id or ""), "reason": reason},
    )  # fmt: skip


def add_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    what: str,
    party_id: UUID | None,
    owner_id: UUID | None,
    due_on: date,
) -> ExitStep:
    """A step that nobody had thought of."""
    may_write(actor, relationship)
    next_status(process.status, ExitVerb.WORK)
    what = said(what, Text("Say what is to be done."), "what")
    party_in(session, relationship.id, party_id)
    person_of(session, owner_id, party_id)
    last = session.scalar(sa.select(sa.func.max(ExitStep.number)).where(ExitStep.process_id == process.id))
    made = ExitStep(
        process_id=process.id, number=(last or 0) + 1, what=what[:300], party_id=party_id, owner_id=owner_id,
        due_on=due_on, first_due_on=due_on,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.step_added", thing_kind="exit_step", thing_id=made.id,
        thing_ref=step_ref(process, made), context_id=relationship.id,
        after={"what": what, "due_on": due_on.isoformat(), "party": str(party_id or "own")},
    )  # fmt: skip
    return made


def record_notice(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    party_id: UUID | None,
    on: date,
    route: str,
    reference: str = "",
) -> ExitNotice:
    """A notice was given: by whom, when, by which route, and where it stands."""
    must_run(relationship)
    next_status(process.status, ExitVerb.WORK)
    if actor.partner_id is not None:
        must_be_theirs(actor, party_id)
        must_speak(session, actor, relationship)
    else:
        may_decide(actor, relationship)
        party_in(session, relationship.id, party_id)
    not_later(on, today_of(session, at))
    route = said(route, Text("Say how the notice was given."), "route")
    last = session.scalar(
        sa.select(sa.func.max(ExitNotice.number)).where(ExitNotice.process_id == process.id)
    )
    made = ExitNotice(
        process_id=process.id, number=(last or 0) + 1, party_id=party_id, on=on, route=route[:300],
        reference=reference.strip()[:300], by_id=actor.person_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.notice_recorded", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id,
        after={"party": str(party_id or "own"), "on": on.isoformat(), "how": route},
    )  # fmt: skip
    return made


@owns_links("exit_step")
def links_of_step(session: Session, actor: Principal, step_id: UUID) -> tuple[str, UUID | None]:
    """Who may link evidence to a step: whoever may settle it."""
    step = session.get(ExitStep, step_id)
    if step is None:
        raise NotFound
    process = session.get_one(ExitProcess, step.process_id)
    relationship = relationship_of(session, actor, process.relationship_id)
    _must_settle(actor, relationship, process, step)
    return step_ref(process, step), relationship.id


@owns_links("exit_notice")
def links_of_notice(session: Session, actor: Principal, notice_id: UUID) -> tuple[str, UUID | None]:
    """Who may link evidence to a notice: the party that gave it, and our people who manage the relationship."""
    notice = session.get(ExitNotice, notice_id)
    if notice is None:
        raise NotFound
    process = session.get_one(ExitProcess, notice.process_id)
    relationship = relationship_of(session, actor, process.relationship_id)
    if actor.partner_id is not None:
        must_run(relationship)
        must_be_theirs(actor, notice.party_id)
    else:
        may_decide(actor, relationship)
    return f"{process.ref}-N{notice.number}", relationship.id
