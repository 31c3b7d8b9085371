"""Measures: what is measured, what is aimed at, who measures and how often."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.registers.objectives.model import Measure, Objective
from auditapp.relationships.registers.objectives.queries import MOST_MEASURES
from auditapp.relationships.registers.objectives.rules import (
    INTERVALS,
    LARGEST,
    OPEN,
    Direction,
    Scale,
    scale_faults,
)
from auditapp.relationships.registers.objectives.service.base import (
    must_be_somebody,
    must_say,
    must_write,
    running,
    tell,
)


def _checked(  # what a form of a measure gives, as the row holds it
    session: Session,
    actor: Principal,
    found: Objective,
    *,
    name: str,
    unit: str,
    direction: Direction,
    baseline: float | None,
    target: float,
    target_high: float | None,
    tolerance: float,
    method: str,
    measured_by_id: UUID | None,
    interval: str,
) -> dict[str, Any]:
    must_write(session, actor, found)
    place = running(session, actor, found.relationship_id)
    if found.state not in OPEN:
        raise Refusal(Text("This objective is settled. Take it up again before its measures are changed."))
    if direction is not Direction.WITHIN:
        target_high = None
    scale = Scale(direction=direction, target=target, target_high=target_high, tolerance=tolerance)
    for field, fault in scale_faults(scale).items():
        raise Invalid(fault, field=field)
    if baseline is not None and not abs(baseline) <= LARGEST:
        raise Invalid(Text("Type a number that can be measured."), field="baseline")
    if interval not in INTERVALS:
        raise Invalid(Text("Choose how often it is read."), field="interval")
    must_be_somebody(session, measured_by_id, place, field="measured_by")
    months, days = INTERVALS[interval]
    return {
        "name": must_say(name, "name", Text("Say what is measured.")),
        "unit": unit.strip(), "direction": direction, "baseline": baseline, "target": target,
        "target_high": target_high, "tolerance": tolerance, "method": method.strip(),
        "measured_by_id": measured_by_id, "months": months, "days": days,
    }  # fmt: skip


def add_measure(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    name: str,
    direction: Direction,
    target: float,
    unit: str = "",
    baseline: float | None = None,
    target_high: float | None = None,
    tolerance: float = 0.0,
    method: str = "",
    measured_by_id: UUID | None = None,
    interval: str = "",
    starts_on: date | None = None,
) -> Measure:
    """Add a measure to an objective; its first reading is due one interval after ``starts_on`` (today).

    ``interval``: a key of ``rules.INTERVALS``.
    """
    values = _checked(
        session, actor, found, name=name, unit=unit, direction=direction, baseline=baseline, target=target,
        target_high=target_high, tolerance=tolerance, method=method, measured_by_id=measured_by_id,
        interval=interval,
    )  # fmt: skip
    count = session.scalar(sa.select(sa.func.count()).where(Measure.objective_id == found.id))
    if (count or 0) >= MOST_MEASURES:
        raise Refusal(
            Text(
                "An objective has at most %(most)s measures. End one, or split the objective.",
                most=MOST_MEASURES,
            )
        )
    today = today_of(session, at)
    made = Measure(
        ref=f"ME-{today.year}-{next_number(session, f'ME-{today.year}'):03d}", objective_id=found.id,
        starts_on=starts_on or today, created_at=at, **values,
    )  # fmt: skip
    session.add(made)
    session.flush()
    tell(
        session, found, actor=actor, at=at, verb="measure.added", measure=made,
        after={"name": made.name, "target": target, "objective": found.ref},
    )  # fmt: skip
    return made


def set_measure(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    measure: Measure,
    version: int,
    name: str,
    unit: str,
    direction: Direction,
    baseline: float | None,
    target: float,
    target_high: float | None,
    tolerance: float,
    method: str,
    measured_by_id: UUID | None,
    interval: str,
    starts_on: date,
) -> Measure:
    """Change a measure. Readings stay; they are judged by the new target from now on, and the old one is on record."""
    values = _checked(
        session, actor, found, name=name, unit=unit, direction=direction, baseline=baseline, target=target,
        target_high=target_high, tolerance=tolerance, method=method, measured_by_id=measured_by_id,
        interval=interval,
    )  # fmt: skip
    values["starts_on"] = starts_on
    if measure.version != version:
        raise Stale(
            Text("Somebody else changed this measure since you opened it. Look at it again, then change it.")
        )
    before = {key: getattr(measure, key) for key in values}
    changed = [key for key, value in values.items() if before[key] != value]
    if not changed:
        return measure
    for key in changed:
        setattr(measure, key, values[key])
    session.flush()
    tell(
        session, found, actor=actor, at=at, verb="measure.changed", measure=measure,
        before={key: _plain(before[key]) for key in changed},
        after={key: _plain(values[key]) for key in changed},
    )  # fmt: skip
    return measure


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float) else str(value)


def set_ended(
    session: Session, *, actor: Principal, at: datetime, found: Objective, measure: Measure, ended: bool
) -> Measure:
    """Stop measuring, or go on. What was read stays."""
    must_write(session, actor, found)
    running(session, actor, found.relationship_id)
    if (measure.ended_on is not None) is ended:
        return measure
    measure.ended_on = today_of(session, at) if ended else None
    if ended:
        tell(session, found, actor=actor, at=at, verb="measure.ended", measure=measure)
    else:
        tell(session, found, actor=actor, at=at, verb="measure.resumed", measure=measure)
    return measure
