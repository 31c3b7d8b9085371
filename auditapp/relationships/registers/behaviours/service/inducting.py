"""Bringing in somebody new in a key role. It begins by itself when a key person changes."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.people.service import person_ref
from auditapp.relationships.contacts.queries import SEATS
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours.model import Induction, InductionStep
from auditapp.relationships.registers.behaviours.queries import open_induction, steps_of
from auditapp.relationships.registers.behaviours.rules import (
    EXPECTED,
    INDUCTION_DAYS,
    INDUCTION_STEPS,
    KEY_ROLES,
    InductionState,
    may_induct,
)
from auditapp.relationships.registers.behaviours.service.base import Case, case_of, must, tell
from auditapp.relationships.registers.service import fresh, past
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from auditapp.trail.service import reacts_to, record

NONE_OPEN = Text("No induction is going on. Begin one first.")


@reacts_to("relationship.changed", "relationship.member_added")
def bring_in(session: Session, fact: Fact) -> None:
    """A key person changed: whoever is new in the role is brought in."""
    before, after = parsed(fact.before) or {}, parsed(fact.after) or {}
    if fact.verb == "relationship.changed":
        newcomers = [
            (seat, after[f"{seat}_id"])
            for seat in SEATS
            if after.get(f"{seat}_id") and after.get(f"{seat}_id") != before.get(f"{seat}_id")
        ]
    else:
        newcomers = [(after.get("role", ""), after.get("person_id", ""))]
    relationship_id = UUID(fact.thing_id)
    found = session.get(Relationship, relationship_id)
    if found is None or found.ended_on is not None:
        return
    for role, person_id in newcomers:
        if role in KEY_ROLES and person_id:
            _begin(
                session, actor_id=fact.actor_id, at=fact.at, relationship_id=relationship_id,
                person_id=UUID(person_id), role=role,
            )  # fmt: skip


def begin_induction(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, person_id: UUID
) -> Induction:
    """Begin an induction by hand, for whatever role the person has; one that is going on is given back."""
    case = case_of(session, actor, relationship_id, person_id)
    must(may_induct(case.reader, case.subject))
    role = max(case.one.roles, key=lambda one: EXPECTED.get(one, 0), default="contact")
    return _begin(
        session,
        actor_id=actor.person_id,
        at=at,
        relationship_id=relationship_id,
        person_id=person_id,
        role=role,
    )


def _begin(
    session: Session,
    *,
    actor_id: UUID | None,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    role: str,
) -> Induction:
    there = open_induction(session, relationship_id, person_id)
    if there is not None:
        return there
    today = today_of(session, at)
    made = Induction(
        relationship_id=relationship_id, person_id=person_id, role=role, begun_on=today,
        due_on=today + timedelta(days=INDUCTION_DAYS), created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        InductionStep(induction_id=made.id, position=place, key=key)
        for place, key in enumerate(INDUCTION_STEPS)
    )
    record(
        session, actor_id=actor_id, at=at, verb="induction.begun", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id), context_id=relationship_id, after={"due_on": made.due_on.isoformat()},
    )  # fmt: skip
    return made


def tick(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    step_id: UUID,
    on: date | None,
) -> Induction:
    """A step is done on a day, or (``on`` empty) not done after all. With the last step the induction is done."""
    case, found = _open(session, actor, relationship_id, person_id, or_done=on is None)
    steps = [row[0] for row in steps_of(session, found.id)]
    step = next((one for one in steps if one.id == step_id), None)
    if step is None:
        raise NotFound
    if on is not None:
        past(session, at, on, "on")
    step.done_on, step.done_by_id = on, actor.person_id if on is not None else None
    complete = all(one.done_on is not None for one in steps)
    found.state = InductionState.DONE if complete else InductionState.OPEN
    found.ended_on = today_of(session, at) if complete else None
    flag_modified(found, "role")  # the steps stand in another table: the version must move all the same
    session.flush()
    tell(
        session, case, actor=actor, at=at, verb="induction.step_ticked",
        after={"step": step.key or "own", "on": on.isoformat() if on else ""},
    )  # fmt: skip
    return found


def add_step(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, person_id: UUID, text: str
) -> None:
    """One more step, in one's own words."""
    case, found = _open(session, actor, relationship_id, person_id)
    if not text.strip():
        raise Invalid(Text("Say what belongs to it too."), field="text")
    last = session.scalar(
        sa.select(sa.func.max(InductionStep.position)).where(InductionStep.induction_id == found.id)
    )
    made = InductionStep(
        induction_id=found.id, position=0 if last is None else last + 1, text=text.strip()[:300]
    )
    session.add(made)
    session.flush()
    tell(session, case, actor=actor, at=at, verb="induction.step_added")


def not_needed(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    version: int,
    reason: str,
) -> Induction:
    """The induction is not needed, with the reason. Another can be begun at any time."""
    case, found = _open(session, actor, relationship_id, person_id)
    fresh(version, found.version)
    if not reason.strip():
        raise Invalid(Text("Say why. It stays on record."), field="reason")
    found.state, found.reason = InductionState.NOT_NEEDED, reason.strip()
    found.ended_on = today_of(session, at)
    session.flush()
    tell(
        session, case, actor=actor, at=at, verb="induction.not_needed_said", after={"reason": reason.strip()}
    )
    return found


def _open(
    session: Session, actor: Principal, relationship_id: UUID, person_id: UUID, *, or_done: bool = False
) -> tuple[Case, Induction]:
    case = case_of(session, actor, relationship_id, person_id)
    must(may_induct(case.reader, case.subject))
    found = open_induction(session, relationship_id, person_id)
    if found is None and or_done:
        found = session.scalar(
            sa.select(Induction)
            .where(
                Induction.relationship_id == relationship_id,
                Induction.person_id == person_id,
                Induction.state == InductionState.DONE,
            )
            .order_by(Induction.begun_on.desc())
            .limit(1)
        )
    if found is None:
        raise Refusal(NONE_OPEN)
    return case, found
