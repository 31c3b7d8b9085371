"""Reading what the tablets of an audit still hold."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Copy, Device
from auditapp.audits.execution.devices.rules import Holding, HoldReason
from auditapp.audits.execution.model import Evidence
from auditapp.people.model import Person


def still_coming(audit_id: UUID) -> sa.ColumnElement[bool]:
    """Photos of an audit whose row is here and whose bytes are still on a tablet, as a condition on Evidence."""
    return sa.and_(
        Evidence.audit_id == audit_id,
        Evidence.sha256 != "",
        Evidence.arrived_at.is_(None),
        Evidence.removed_at.is_(None),
    )


def holding(session: Session, audit_id: UUID) -> list[Holding]:
    """The known devices that hold unsent work of an audit, or may hold some. Two statements.

    Said of itself that something is unsent; departed with a copy and not heard of since; or the row of a photo is
    here and its bytes are not.
    """
    rows = session.execute(
        sa.select(Copy, Device.name, Person.name)
        .join(Device, Device.id == Copy.device_id)
        .join(Person, Person.id == Copy.person_id)
        .where(
            Copy.audit_id == audit_id,
            Copy.removed_at.is_(None),
            sa.or_(Copy.unsent > 0, Copy.unsent_photos > 0, Copy.departed_at.is_not(None)),
        )
        .order_by(Person.name, Device.name)
    ).all()
    missing = session.execute(
        sa.select(
            Evidence.device_id,
            Device.name,
            Evidence.added_by_id,
            Person.name,
            sa.func.count(),
            sa.func.min(Evidence.added_at),
        )
        .join(Person, Person.id == Evidence.added_by_id)
        .outerjoin(Device, Device.id == Evidence.device_id)
        .where(still_coming(audit_id))
        .group_by(Evidence.device_id, Device.name, Evidence.added_by_id, Person.name)
        .order_by(Person.name)
    ).all()
    coming = {(device_id, person_id): count for device_id, _, person_id, _, count, _ in missing}
    told = {(copy.device_id, copy.person_id) for copy, _, _ in rows if copy.unsent_photos}
    return [
        Holding(
            device_id=str(copy.device_id),
            device=device,
            person_id=str(copy.person_id),
            person=person,
            reason=HoldReason.UNSENT if copy.unsent or copy.unsent_photos else HoldReason.AWAY,
            unsent=copy.unsent,
            photos=copy.unsent_photos,
            missing=coming.get((copy.device_id, copy.person_id), 0),
            since=copy.oldest_at or copy.departed_at or copy.heard_at,
        )
        for copy, device, person in rows
    ] + [
        Holding(
            device_id=str(device_id or ""),
            device=device or "",
            person_id=str(person_id),
            person=person,
            reason=HoldReason.PHOTOS,
            photos=count,
            missing=count,
            since=since,
        )
        for device_id, device, person_id, person, count, since in missing
        if (device_id, person_id) not in told
    ]
