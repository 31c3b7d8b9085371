"""Reading one's own notices. How many are unread comes with the sign-in (people.queries): one statement for both."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.rules import Principal
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind


def _own(who: Principal, at: datetime) -> sa.Select[Notice]:
    """What somebody was told by now, whatever channel carried it: nobody sees anybody else's."""
    return sa.select(Notice).where(
        Notice.person_id == who.person_id, Notice.cancelled_at.is_(None), Notice.not_before <= at
    )


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A notice, and what came of its reminder since: ``settled`` for good, or ``answered`` by somebody."""

    notice: Notice
    settled: bool
    answered: bool


def list_notices(
    session: Session, who: Principal, *, at: datetime, unread: bool, kind: NoticeKind | None, page: int
) -> Page[Listed]:
    """One page of somebody's own notices, newest first. Two statements."""
    query = (
        _own(who, at)
        .add_columns(ReminderRun.ended_at, ReminderRun.generation)
        .outerjoin(ReminderRun, ReminderRun.id == Notice.run_id)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
    )
    if unread:
        query = query.where(Notice.read_at.is_(None))
    if kind is not None:
        query = query.where(Notice.kind == kind)
    found = paginate(session, query, page=page, scalars=False)
    rows = [
        Listed(
            notice=notice,
            settled=ended_at is not None,
            answered=generation is not None and generation > notice.generation,
        )
        for notice, ended_at, generation in found.rows
    ]
    return Page(rows=rows, number=found.number, per_page=found.per_page, total=found.total)


def notice_of(session: Session, who: Principal, notice_id: UUID, *, at: datetime) -> Notice:
    """One of somebody's own notices. Raises NotFound, also for one of somebody else."""
    found = session.scalar(_own(who, at).where(Notice.id == notice_id))
    if found is None:
        raise NotFound
    return found
