"""Marking notices as read. It is no fact of the trail: the notice itself keeps when."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.rules import Principal
from auditapp.reminders.centre.queries import notice_of
from auditapp.reminders.outbox.model import Notice


def mark_read(session: Session, *, actor: Principal, at: datetime, notice_id: UUID) -> Notice:
    """Mark one of one's own notices as read; the first time counts. Raises NotFound for anybody else's."""
    found = notice_of(session, actor, notice_id, at=at)
    if found.read_at is None:
        found.read_at = at
    return found


def mark_all_read(session: Session, *, actor: Principal, at: datetime, until: datetime) -> int:
    """Mark as read all that one could see at ``until``, when the page was made; returns how many those were."""
    result = session.execute(
        sa.update(Notice)
        .where(
            Notice.person_id == actor.person_id,
            Notice.read_at.is_(None),
            Notice.cancelled_at.is_(None),
            Notice.not_before <= min(until, at),
            Notice.created_at <= until,
        )
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))
