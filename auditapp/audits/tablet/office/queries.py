"""Reading the tablets of an audit: a handful of statements, whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Copy, Device, Operation
from auditapp.audits.execution.devices.queries import still_coming
from auditapp.audits.execution.devices.rules import OperationState
from auditapp.audits.execution.model import AuditQuestion, Evidence
from auditapp.audits.tablet.office.rules import Tablet, body_of, content, question_in
from auditapp.audits.tablet.sync.rules import KIND_LABELS, Kind
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person

Key = tuple[UUID | None, UUID]  # device, person


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An operation that was not taken: what it says, whose it is, and why."""

    operation: Operation
    person: str
    device: str
    label: Text
    content: str
    position: int | None
    section: str


def tablets(session: Session, audit_id: UUID) -> list[Tablet]:
    """Each person's copy on each device, and what came without one (by a rescue file). Three statements."""
    refused = sa.func.sum(sa.case((Operation.state == OperationState.REFUSED, 1), else_=0))
    came = {
        (row[0].id, row[1]): row
        for row in session.execute(
            sa.select(
                Device, Person.id, Person.name, sa.func.count(), refused, sa.func.max(Operation.received_at)
            )
            .join(Operation, Operation.device_id == Device.id)
            .join(Person, Person.id == Operation.person_id)
            .where(Operation.audit_id == audit_id)
            .group_by(Device.id, Person.id, Person.name)
        ).all()
    }
    coming: dict[Key, int] = {
        (row[0], row[1]): row[2]
        for row in session.execute(
            sa.select(Evidence.device_id, Evidence.added_by_id, sa.func.count())
            .where(still_coming(audit_id), Evidence.device_id.is_not(None))
            .group_by(Evidence.device_id, Evidence.added_by_id)
        ).all()
    }
    found = []
    for copy, device, name in session.execute(
        sa.select(Copy, Device, Person.name)
        .join(Device, Device.id == Copy.device_id)
        .join(Person, Person.id == Copy.person_id)
        .where(Copy.audit_id == audit_id)
    ).all():
        key = (copy.device_id, copy.person_id)
        row = came.pop(key, None)
        found.append(
            Tablet(
                device_id=device.id,
                device=device.name,
                agent=device.agent,
                person_id=copy.person_id,
                person=name,
                copied=True,
                heard_at=copy.heard_at,
                taken_at=copy.taken_at,
                departed_at=copy.departed_at,
                removed_at=copy.removed_at,
                oldest_at=copy.oldest_at,
                unsent=copy.unsent,
                photos=copy.unsent_photos,
                bytes=copy.unsent_bytes,
                came=row[3] if row else 0,
                refused=row[4] if row else 0,
                coming=coming.get(key, 0),
            )
        )
    found += [
        Tablet(
            device_id=row[0].id,
            device=row[0].name,
            agent=row[0].agent,
            person_id=row[1],
            person=row[2],
            copied=False,
            heard_at=row[5],
            came=row[3],
            refused=row[4],
            coming=coming.get(key, 0),
        )
        for key, row in came.items()
    ]
    return sorted(found, key=lambda one: (one.person.casefold(), one.device.casefold(), str(one.device_id)))


def left(session: Session, audit_id: UUID, *, page: int) -> Page[Left]:
    """What was not taken, the newest first. Three statements."""
    found: Page[Any] = paginate(
        session,
        sa.select(Operation, Person.name, Device.name)
        .join(Person, Person.id == Operation.person_id)
        .join(Device, Device.id == Operation.device_id)
        .where(Operation.audit_id == audit_id, Operation.state == OperationState.REFUSED)
        .order_by(Operation.received_at.desc(), Operation.device_id, Operation.seq.desc()),
        page=page,
        scalars=False,
    )
    bodies = [body_of(row[0].text) for row in found.rows]
    places = _places(session, audit_id, [one for one in map(question_in, bodies) if one])
    rows = []
    for (operation, person, device), body in zip(found.rows, bodies, strict=True):
        place = places.get(question_in(body))
        kind = Kind(operation.kind)
        rows.append(
            Left(
                operation=operation,
                person=person,
                device=device,
                label=KIND_LABELS[kind],
                content=content(kind, body),
                position=place[0] if place else None,
                section=place[1] if place else "",
            )
        )
    return Page(rows=rows, number=found.number, per_page=found.per_page, total=found.total)


def _places(
    session: Session, audit_id: UUID, question_ids: Sequence[UUID]
) -> dict[UUID | None, tuple[int, str]]:
    rows = session.execute(
        sa.select(AuditQuestion.id, AuditQuestion.position, AuditQuestion.section).where(
            AuditQuestion.audit_id == audit_id, AuditQuestion.id.in_(question_ids)
        )
    ).all()
    return {row[0]: (row[1], row[2]) for row in rows}
