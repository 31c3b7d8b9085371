"""Reading how the jobs are doing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.reminders.engine import registry
from auditapp.reminders.engine.model import JobMark
from auditapp.reminders.engine.rules import Mark, complaints
from auditapp.reminders.outbox.queries import waiting


def marks(session: Session) -> dict[str, Mark]:
    """The mark of each job that ever ran. One statement."""
    return {
        name: Mark(began_at=began_at, ended_at=ended_at, error=error, worker=worker)
        for name, began_at, ended_at, error, worker in session.execute(
            sa.select(JobMark.name, JobMark.began_at, JobMark.ended_at, JobMark.error, JobMark.worker)
        )
    }


def what_is_wrong(session: Session, *, at: datetime, late: timedelta) -> list[Text]:
    """What a dead-man's switch says: the clock, each job, messages that wait. Two statements."""
    found: Mapping[str, Mark] = marks(session)
    paces = [(job.name, job.label, job.every) for job in registry.jobs()]
    overdue = waiting(session, at=at, late=late).overdue
    return complaints(found, paces, overdue=overdue, at=at, late=late)
