"""Reminders as their rows have them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.people.model import Organization
from auditapp.relationships.issues.model import Issue
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.quiet.rules import DAY, local_moment


def open_runs(session: Session) -> Sequence[ReminderRun]:
    """Every reminder that has not ended."""
    return session.scalars(sa.select(ReminderRun).where(ReminderRun.ended_at.is_(None))).all()


def due_runs(session: Session, *, at: datetime) -> Sequence[ReminderRun]:
    """Those for which something comes now, the longest waiting first."""
    return session.scalars(
        sa.select(ReminderRun)
        .where(ReminderRun.ended_at.is_(None), ReminderRun.next_at <= at)
        .order_by(ReminderRun.next_at, ReminderRun.id)
    ).all()


def next_moment(session: Session, *, at: datetime) -> datetime:
    """The next moment after ``at`` at which something comes by itself: a reminder, somebody's morning, an issue, midnight."""
    zone = session.scalar(sa.select(Organization.zone)) or "UTC"
    moments = [
        session.scalar(
            sa.select(sa.func.min(ReminderRun.next_at)).where(
                ReminderRun.ended_at.is_(None), ReminderRun.next_at > at
            )
        ),
        session.scalar(
            sa.select(sa.func.min(Notice.not_before)).where(
                Notice.message_id.is_(None), Notice.cancelled_at.is_(None), Notice.not_before > at
            )
        ),
        session.scalar(sa.select(sa.func.min(Issue.next_at)).where(Issue.next_at > at)),
        local_moment(day_in(zone, at) + DAY, 0, zone),
    ]
    return min(one for one in moments if one is not None and one > at)
