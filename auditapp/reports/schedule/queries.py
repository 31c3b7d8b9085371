"""Schedules as the page lists them, and those whose moment has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Account, Person
from auditapp.people.queries import organization, principals_of
from auditapp.people.rules import Capability, Principal
from auditapp.reports.schedule.model import ReportSchedule
from auditapp.reports.schedule.rules import NEEDS, Form, Timing, What

AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """A schedule on the page. ``allowed``: the person may see the report now; otherwise nothing is sent."""

    id: UUID
    person_id: UUID
    person: str
    set_by_id: UUID
    what: What
    standard: str
    timing: Timing
    form: Form
    next_at: datetime
    last_at: datetime | None
    allowed: bool


def manages(who: Principal) -> bool:
    """Whether somebody may set reports for others."""
    return who.can(Capability.MANAGE_SETTINGS) or who.can(Capability.MANAGE_PROGRAMME)


def may_have(who: Principal | None, what: What) -> bool:
    """Whether a report is somebody's to see."""
    return who is not None and who.partner_id is None and who.can(NEEDS[what])


def reader(session: Session, person_id: UUID) -> Principal | None:
    """A person as somebody who reads: active, with an account that is not disabled; ``None`` otherwise."""
    return readers(session, [person_id]).get(person_id)


def readers(session: Session, person_ids: Collection[UUID]) -> dict[UUID, Principal]:
    """The same for many; who does not read any more is not among them. Two statements."""
    works = session.scalars(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Person.id.in_(person_ids), Person.active, Account.disabled_at.is_(None))
    ).all()
    return principals_of(session, works)


def timing_of(session: Session, row: ReportSchedule) -> Timing:
    """When a schedule comes; working days are the organization's."""
    own = organization(session)
    return Timing(
        rhythm=row.rhythm, day=row.day, zone=row.zone, country=own.country if own else "GB",
        subdivision=own.subdivision if own else "",
    )  # fmt: skip


def schedules(session: Session, who: Principal) -> list[Line]:
    """One's own, and those of all for who sets them; by person. Four statements at most."""
    query = (
        sa.select(ReportSchedule, Person.name)
        .join(Person, Person.id == ReportSchedule.person_id)
        .where(ReportSchedule.ended_at.is_(None))
        .order_by(Person.name, ReportSchedule.set_at)
    )
    if not manages(who):
        query = query.where(ReportSchedule.person_id == who.person_id)
    found = session.execute(query).all()
    known = readers(session, {row.person_id for row, _ in found})
    return [
        Line(
            id=row.id, person_id=row.person_id, person=name, set_by_id=row.set_by_id, what=row.what, standard=row.standard,
            timing=timing_of(session, row), form=row.form, next_at=row.next_at, last_at=row.last_at,
            allowed=may_have(known.get(row.person_id), row.what),
        )
        for row, name in found
    ]  # fmt: skip


def live(session: Session, schedule_id: UUID) -> ReportSchedule | None:
    """A schedule that has not ended."""
    return session.scalar(
        sa.select(ReportSchedule).where(ReportSchedule.id == schedule_id, ReportSchedule.ended_at.is_(None))
    )


def come(session: Session, at: datetime) -> Sequence[ReportSchedule]:
    """The schedules whose moment has come, of people who are still here, the longest waiting first."""
    query = (
        sa.select(ReportSchedule)
        .join(Person, Person.id == ReportSchedule.person_id)
        .where(ReportSchedule.ended_at.is_(None), ReportSchedule.next_at <= at, Person.active)
        .order_by(ReportSchedule.next_at, ReportSchedule.id)
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def anything_comes(session: Session, at: datetime) -> bool:
    """Whether :func:`come` would find something: cheap."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists()
                .where(ReportSchedule.ended_at.is_(None), ReportSchedule.next_at <= at)
                .where(Person.id == ReportSchedule.person_id, Person.active)
            )
        )
    )
