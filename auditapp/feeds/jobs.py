"""The job that keeps the feeds up to date, for the engine."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from auditapp.feeds import service
from auditapp.feeds.site import site_of
from auditapp.kit.text import Text
from auditapp.reminders import due
from auditapp.reminders.engine.registry import Job


def pending(session: Session, at: datetime) -> bool:
    """Whether a fact was recorded since the last time, or a day has ended somewhere. Two statements."""
    return service.pending(session, at=at)


def work(session: Session, at: datetime) -> int:
    """Write what changed since the last time; how many events and feeds changed."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - a local proxy's own way
    return service.refresh(session, at=at, site=site_of(app), items=due.items)


JOB = Job(name="feeds", label=Text("Calendar feeds"), order=50, work=work, due=pending)
