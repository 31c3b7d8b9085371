"""Reading for the protocol: what the server holds of a tablet, and the cards that changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.devices.rules import OperationState
from auditapp.audits.execution.model import Answer, Evidence
from auditapp.people.model import SignIn


def held_operations(session: Session, audit_id: UUID, asked: Sequence[tuple[UUID, str]]) -> list[str]:
    """The ids of those operations that are here with that hash and were not refused. One statement."""
    if not asked:
        return []
    rows = session.execute(
        sa.select(Operation.id, Operation.sha256).where(
            Operation.audit_id == audit_id,
            Operation.id.in_([one for one, _ in asked]),
            Operation.state != OperationState.REFUSED,
        )
    ).all()
    here = {row[0]: row[1] for row in rows}
    return [str(one) for one, sha256 in asked if here.get(one) == sha256]


def held_places(session: Session, device_id: UUID) -> list[list[int]]:
    """The places of a device's chain that are here and were not refused, as runs ``[first, last]``. One statement.

    The highest place alone would hide a hole: after a restore the next operation comes on top of what was lost.
    """
    place = Operation.seq
    runs = (
        sa.select(place.label("seq"), (place - sa.func.row_number().over(order_by=place)).label("run"))
        .where(Operation.device_id == device_id, Operation.state != OperationState.REFUSED)
        .subquery()
    )
    rows = session.execute(
        sa.select(sa.func.min(runs.c.seq), sa.func.max(runs.c.seq))
        .group_by(runs.c.run)
        .order_by(sa.func.min(runs.c.seq))
    ).all()
    return [[row[0], row[1]] for row in rows]


def arrived_photos(session: Session, audit_id: UUID, asked: Iterable[str]) -> list[str]:
    """Those of the hashes that are photos of the audit and whose bytes came. One statement."""
    wanted = list(asked)
    if not wanted:
        return []
    return list(
        session.scalars(
            sa.select(Evidence.sha256)
            .where(
                Evidence.audit_id == audit_id, Evidence.sha256.in_(wanted), Evidence.arrived_at.is_not(None)
            )
            .distinct()
        )
    )


def revisions(session: Session, audit_id: UUID) -> dict[str, int]:
    """The revision of every card by its question. One statement."""
    rows = session.execute(
        sa.select(Answer.question_id, Answer.revision).where(Answer.audit_id == audit_id)
    ).all()
    return {str(row[0]): row[1] for row in rows}


def sign_in_ends(session: Session, sign_in_id: UUID | None) -> datetime | None:
    """When a sign-in ends by itself."""
    return session.scalar(sa.select(SignIn.expires_at).where(SignIn.id == sign_in_id)) if sign_in_id else None
