"""Readings of a measure: taken, corrected, taken back. Nothing that was read is lost."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.registers.objectives.model import Measure, MeasureReading, Objective
from auditapp.relationships.registers.objectives.queries import reading_of
from auditapp.relationships.registers.objectives.rules import LARGEST
from auditapp.relationships.registers.objectives.service.base import (
    must_not_be_ahead,
    must_read_off,
    must_say,
    running,
    tell,
)
from auditapp.relationships.service import must_be_theirs

WHY = Text("Say why. The reading as it was stays on record.")


def _must_fit(
    session: Session, measure: Measure, value: float, read_on: date, but: UUID | None = None
) -> None:
    """Refuse a figure that nothing has, and a second reading for a day."""
    if not abs(value) <= LARGEST:
        raise Invalid(Text("Type a number that can be measured."), field="value")
    there = session.scalar(
        sa.select(MeasureReading).where(
            MeasureReading.measure_id == measure.id,
            MeasureReading.read_on == read_on,
            MeasureReading.gone_at.is_(None),
            MeasureReading.id != but if but else sa.true(),
        )
    )
    if there is not None:
        raise Invalid(
            Text("There is a reading for this day already. If it is wrong, correct it."), field="read_on"
        )


def read_off(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    measure: Measure,
    read_on: date,
    value: float,
    note: str = "",
) -> MeasureReading:
    """Add a reading. The same day with the same value again is a silent success."""
    must_read_off(session, actor, measure, found)
    running(session, actor, found.relationship_id)
    if measure.ended_on is not None:
        raise Refusal(Text("This is no longer measured. Go on measuring before you add a reading."))
    must_not_be_ahead(session, read_on, at, field="read_on")
    same = session.scalar(
        sa.select(MeasureReading).where(
            MeasureReading.measure_id == measure.id,
            MeasureReading.read_on == read_on,
            MeasureReading.value == value,
            MeasureReading.note == note.strip(),
            MeasureReading.gone_at.is_(None),
        )
    )
    if same is not None:
        return same
    _must_fit(session, measure, value, read_on)
    made = MeasureReading(
        measure_id=measure.id, read_on=read_on, value=value, note=note.strip(), party_id=actor.partner_id,
        person_id=actor.person_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    tell(
        session, found, actor=actor, at=at, verb="measure.read", measure=measure,
        after={"on": read_on.isoformat(), "value": value},
    )  # fmt: skip
    return made


def _standing(
    session: Session, actor: Principal, measure: Measure, found: Objective, reading_id: UUID
) -> MeasureReading:
    reading = reading_of(session, measure.id, reading_id)
    must_be_theirs(actor, reading.party_id)
    if reading.person_id != actor.person_id:
        must_read_off(session, actor, measure, found)
    running(session, actor, found.relationship_id)
    if reading.gone_at is not None:
        raise Refusal(Text("This reading was corrected already. Open the measure again and look."))
    return reading


def correct_reading(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    measure: Measure,
    reading_id: UUID,
    read_on: date,
    value: float,
    note: str,
    reason: str,
) -> MeasureReading:
    """Put a reading right: a new one stands in its place, the old one stays in the history with the reason."""
    old = _standing(session, actor, measure, found, reading_id)
    if (read_on, value, note.strip()) == (old.read_on, old.value, old.note):
        return old
    must_not_be_ahead(session, read_on, at, field="read_on")
    _must_fit(session, measure, value, read_on, but=old.id)
    old.reason = must_say(reason, "reason", WHY)
    old.gone_at, old.gone_by_id = at, actor.person_id
    session.flush()  # one reading stands for a day: the database says so too
    made = MeasureReading(
        measure_id=measure.id, read_on=read_on, value=value, note=note.strip(), party_id=old.party_id,
        person_id=actor.person_id, at=at, replaces_id=old.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    tell(
        session, found, actor=actor, at=at, verb="measure.corrected", measure=measure,
        before={"on": old.read_on.isoformat(), "value": old.value},
        after={"on": read_on.isoformat(), "value": value, "reason": old.reason},
    )  # fmt: skip
    return made


def take_back_reading(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    measure: Measure,
    reading_id: UUID,
    reason: str,
) -> MeasureReading:
    """A reading that should not be there at all: it counts no more, and stays in the history with the reason."""
    old = _standing(session, actor, measure, found, reading_id)
    old.reason = must_say(reason, "reason", WHY)
    old.gone_at, old.gone_by_id = at, actor.person_id
    tell(
        session, found, actor=actor, at=at, verb="measure.reading_taken_back", measure=measure,
        before={"on": old.read_on.isoformat(), "value": old.value}, after={"reason": old.reason},
    )  # fmt: skip
    return old
