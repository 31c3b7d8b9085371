"""The job that keeps the feeds up to date, for the engine."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from auditapp.feeds.service import refresh
from auditapp.feeds.site import site_of
from auditapp.reminders import due


def bring_up_to_date(app: Flask, session: Session, at: datetime) -> int:
    """Write what changed since the last time; how many events and feeds changed."""
    return refresh(session, at=at, site=site_of(app), items=due.items)
