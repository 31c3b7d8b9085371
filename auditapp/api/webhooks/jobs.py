"""The jobs of webhooks, for the engine."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.api.webhooks.queries import behind
from auditapp.api.webhooks.running import send_all
from auditapp.api.webhooks.service.putting import SEND, put, tidy
from auditapp.feeds.site import site_of
from auditapp.kit.app import this_app
from auditapp.kit.text import Text
from auditapp.people.guards import settings
from auditapp.reminders.engine.registry import Job


def _put(session: Session, at: datetime) -> int:
    return put(session, at=at, link=site_of(this_app()).link)


def _tidy(session: Session, at: datetime) -> int:
    return tidy(session, at=at, days=settings().webhook_days)


JOBS = (
    Job(
        name="webhooks_put",
        label=Text("What happened is written down for webhooks"),
        order=85,
        work=_put,
        due=lambda session, _at: behind(session),
    ),
    Job(
        name=SEND,
        label=Text("Delivery to webhooks"),
        order=95,
        edge=lambda app, _at: send_all(app),
        every=timedelta(),
    ),
    Job(
        name="webhooks_tidy",
        label=Text("What was delivered to webhooks long ago is removed"),
        order=82,
        work=_tidy,
        every=timedelta(hours=12),
    ),
)
