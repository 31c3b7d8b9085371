"""The steps of disengagement that a version lists, as rows: what, whose, when, after which."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import ExitPlanStep, ExitStrategy, ExitVersion
from auditapp.relationships.exits.rules.content import CountedFrom
from auditapp.relationships.exits.service.agreeing import changed, number_of
from auditapp.relationships.exits.service.base import (
    fresh,
    may_write,
    party_in,
    person_of,
    relationship_for,
    said,
)
from auditapp.trail.service import record

MOST_DAYS = 500  # working days: two years


@dataclass(frozen=True, kw_only=True)
class StepValues:
    """What a step of the plan says. ``after_id``: the step it waits for."""

    what: str
    party_id: UUID | None
    owner_id: UUID | None
    days: int
    counted_from: CountedFrom
    premature_days: int | None
    continuity: bool
    after_id: UUID | None


def save_plan_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    values: StepValues,
    step: ExitPlanStep | None = None,
    seen: int | None = None,
) -> ExitPlanStep:
    """A new step at the end of the list, or another text of one that is there."""
    may_write(actor, relationship_for(session, strategy))
    if step is not None:
        fresh(step, seen)
    what = said(values.what, Text("Say what is to be done."), "what")[:300]
    party_in(session, strategy.relationship_id, values.party_id)
    if step is None or (values.owner_id, values.party_id) != (step.owner_id, step.party_id):
        person_of(session, values.owner_id, values.party_id)
    for field, days in (("days", values.days), ("premature_days", values.premature_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise Invalid(Text("Give working days from 0 to %(most)s.", most=MOST_DAYS), field=field)
    _no_circle(session, version, step, values.after_id)
    before = _plain(step) if step is not None else None
    if step is None:
        last = session.scalar(
            sa.select(sa.func.max(ExitPlanStep.position)).where(ExitPlanStep.version_id == version.id)
        )
        step = ExitPlanStep(
            version_id=version.id, position=0 if last is None else last + 1, what=what, days=values.days
        )
    step.what, step.party_id, step.owner_id, step.days = what, values.party_id, values.owner_id, values.days
    step.counted_from, step.premature_days = values.counted_from, values.premature_days
    step.continuity, step.after_id = values.continuity, values.after_id
    if before == _plain(step):
        return step
    changed(session, version, strategy, actor=actor, at=at, shared=True)
    session.add(step)
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.steps_changed", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        before=before, after=_plain(step),
    )  # fmt: skip
    return step


def remove_plan_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    step: ExitPlanStep,
) -> None:
    """Take a step off the list; what waited for it waits for nothing."""
    may_write(actor, relationship_for(session, strategy))
    changed(session, version, strategy, actor=actor, at=at, shared=True)
    session.execute(
        sa.update(ExitPlanStep)
        .where(ExitPlanStep.after_id == step.id)
        .values(after_id=None, version=ExitPlanStep.version + 1)
    )
    before = _plain(step)
    session.delete(step)
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.steps_changed", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        before=before,
    )  # fmt: skip


def lift_plan_step(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    step: ExitPlanStep,
) -> None:
    """Let a step change places with the one before it."""
    may_write(actor, relationship_for(session, strategy))
    above = session.scalar(
        sa.select(ExitPlanStep)
        .where(ExitPlanStep.version_id == version.id, ExitPlanStep.position < step.position)
        .order_by(ExitPlanStep.position.desc())
        .limit(1)
    )
    if above is None:
        return
    changed(session, version, strategy, actor=actor, at=at, shared=True)
    above.position, step.position = step.position, above.position
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.steps_changed", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        before={"what": step.what, "position": above.position}, after={"what": step.what, "position": step.position},
    )  # fmt: skip


def _no_circle(
    session: Session, version: ExitVersion, step: ExitPlanStep | None, after_id: UUID | None
) -> None:
    """A step waits for one of the same version, and never for itself, not even by way of others."""
    waits: dict[UUID, UUID | None] = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(ExitPlanStep.id, ExitPlanStep.after_id).where(ExitPlanStep.version_id == version.id)
        )
    }
    if after_id is not None and after_id not in waits:
        raise Invalid(Text("Choose a step of this list."), field="after")
    seen: UUID | None = after_id
    while seen is not None:
        if step is not None and seen == step.id:
            raise Invalid(Text("These steps would wait for each other. Choose another one."), field="after")
        seen = waits[seen]


def _plain(step: ExitPlanStep) -> dict[str, object]:
    return {
        "what": step.what,
        "party": str(step.party_id or "own"),
        "owner_id": str(step.owner_id or ""),
        "days": step.days,
        "counted_from": step.counted_from.value,
        "premature_days": step.premature_days,
        "continuity": step.continuity,
        "after": str(step.after_id or ""),
    }
