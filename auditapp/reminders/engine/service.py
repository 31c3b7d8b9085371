"""The jobs of the database, run one after the other."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.model import Setting
from auditapp.people.queries import today_of
from auditapp.people.service import forget_expired
from auditapp.relationships.issues.queries.running import anything_due
from auditapp.relationships.issues.service import advance
from auditapp.relationships.obligations.service import begin_missing
from auditapp.reminders.digest.service import anything_waits, gather
from auditapp.reminders.engine import registry
from auditapp.reminders.engine.model import JobMark
from auditapp.reminders.engine.registry import Job, register
from auditapp.reminders.ladder.service import anything_comes, anything_new, climb, scan
from auditapp.reminders.news.service import anything_new as any_news
from auditapp.reminders.news.service import tell_news

MOST_ERROR = 4000  # characters of what went wrong


BEGUN = "obligations.begun_on"  # the key under which is kept on which day it was looked what has not begun


def _begin_obligations(session: Session, *, at: datetime) -> int:
    """Once a day: what recurs and has not begun, because a rule or a relationship is new, begins."""
    today = today_of(session, at).isoformat()
    mark = session.get(Setting, BEGUN)
    if mark is not None and mark.value == today:
        return 0
    if mark is None:
        session.add(Setting(key=BEGUN, value=today))
    else:
        mark.value = today
    return begin_missing(session, at=at)


def _add(
    order: int,
    name: str,
    label: Text,
    work: Callable[..., int],
    due: Callable[..., bool] | None = None,
    **more: Any,
) -> None:
    """A service that takes ``session, *, at`` as a job of the database."""
    register(
        Job(
            name=name,
            label=label,
            order=order,
            work=lambda session, at: work(session, at=at),
            due=None if due is None else lambda session, at: due(session, at=at),
            **more,
        )
    )


_add(10, "advance", Text("Issues that move up by themselves"), advance, anything_due)
_add(15, "obligations", Text("What recurs and has not begun"), _begin_obligations, every=timedelta(hours=1))
_add(20, "scan", Text("Reminders begin and end with what is due"), scan, anything_new)
_add(30, "climb", Text("Reminders whose moment has come"), climb, anything_comes)
_add(35, "notify", Text("What happened that somebody should know"), tell_news, any_news)
_add(40, "gather", Text("What waits to be told becomes messages"), gather, anything_waits)
_add(
    80,
    "clean_up",
    Text("What has expired and nobody needs is removed"),
    forget_expired,
    every=timedelta(hours=12),
)


def run_jobs(session: Session, *, at: datetime, only: Collection[str] | None = None) -> int:
    """Every job of the database once, or ``only`` some, in order, without committing. Gives how much was done.

    Nothing of it leaves the database, so a preview can run it on a copy.
    """
    return sum(
        job.work(session, at)
        for job in registry.jobs()
        if job.work is not None and (only is None or job.name in only)
    )


def run_job(session: Session, job: Job, *, at: datetime, worker: str) -> int:
    """One job of the database, and the mark that it ended well, in the caller's unit of work."""
    done = job.work(session, at) if job.work is not None else 0
    mark(session, job.name, at=at, worker=worker)
    return done


def mark(session: Session, name: str, *, at: datetime, worker: str) -> None:
    """It ended well."""
    found = _mark(session, name)
    found.began_at = found.ended_at = at
    found.worker, found.error = worker, ""


def mark_failed(session: Session, name: str, *, at: datetime, worker: str, error: str) -> None:
    """It ended badly; when it last ended well stays."""
    found = _mark(session, name)
    found.began_at, found.worker = at, worker
    found.error = error[-MOST_ERROR:]


def _mark(session: Session, name: str) -> JobMark:
    found = session.get(JobMark, name, populate_existing=True)
    if found is None:
        found = JobMark(name=name)
        session.add(found)
    return found
