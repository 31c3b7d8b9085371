"""The jobs that keep the feeds up to date and invite by mail, for the engine."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.feeds import service
from auditapp.feeds.gather import Site
from auditapp.feeds.site import site_of
from auditapp.kit.app import this_app
from auditapp.kit.text import Text
from auditapp.reminders import due
from auditapp.reminders.engine.registry import Job


def _site() -> Site:
    return site_of(this_app())


def pending(session: Session, at: datetime) -> bool:
    """Whether a fact was recorded since the last time, or a day has ended somewhere. Two statements."""
    return service.pending(session, at=at)


def work(session: Session, at: datetime) -> int:
    """Write what changed since the last time; how many events and feeds changed."""
    return service.refresh(session, at=at, site=_site(), items=due.items)


def invitations_pending(session: Session, at: datetime) -> bool:
    """The same for whoever asked for invitations. One statement when nobody did."""
    return service.invitations_pending(session, at=at)


def invite(session: Session, at: datetime) -> int:
    """Put invitations, changes and cancellations into the outbox; how many."""
    settings: Settings = current_app.extensions["auditapp"]
    return service.invite(session, at=at, site=_site(), sender=settings.sender.addr_spec)


JOBS = (
    Job(name="feeds", label=Text("Calendar feeds"), order=50, work=work, due=pending),
    Job(
        name="invitations", label=Text("Invitations by mail"), order=60, work=invite, due=invitations_pending
    ),
)
