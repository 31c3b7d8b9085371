"""The jobs of the database, run one after the other."""

from collections.abc import Collection
from datetime import datetime, timedelta

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


def _advance(session: Session, at: datetime) -> int:
    return advance(session, at=at)


register(
    Job(
        name="advance",
        label=Text("Issues that move up by themselves"),
        order=10,
        work=_advance,
        due=anything_due,
    )
)


BEGUN = "obligations.begun_on"  # the key under which is kept on which day it was looked what has not begun


def _begin_obligations(session: Session, at: datetime) -> int:
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


def _forget(session: Session, at: datetime) -> int:
    return forget_expired(session, at=at)


register(
    Job(
        name="obligations",
        label=Text("What recurs and has not begun"),
        order=15,
        work=_begin_obligations,
        every=timedelta(hours=1),
    )
)
register(
    Job(
        name="clean_up",
        label=Text("What has expired and nobody needs is removed"),
        order=80,
        work=_forget,
        every=timedelta(hours=12),
    )
)


def _scan(session: Session, at: datetime) -> int:
    return scan(session, at=at)


def _climb(session: Session, at: datetime) -> int:
    return climb(session, at=at)


def _gather(session: Session, at: datetime) -> int:
    return gather(session, at=at)


register(
    Job(
        name="scan",
        label=Text("Reminders begin and end with what is due"),
        order=20,
        work=_scan,
        due=lambda session, at: anything_new(session, at=at),
    )
)
register(
    Job(
        name="climb",
        label=Text("Reminders whose moment has come"),
        order=30,
        work=_climb,
        due=lambda session, at: anything_comes(session, at=at),
    )
)


def _news(session: Session, at: datetime) -> int:
    return tell_news(session, at=at)


register(
    Job(
        name="notify",
        label=Text("What happened that somebody should know"),
        order=35,
        work=_news,
        due=lambda session, at: any_news(session, at=at),
    )
)
register(
    Job(
        name="gather",
        label=Text("What waits to be told becomes messages"),
        order=40,
        work=_gather,
        due=lambda session, at: anything_waits(session, at=at),
    )
)


def run_jobs(session: Session, *, at: datetime, but: Collection[str] = ()) -> int:
    """Every job of the database once, in its order, without committing. Gives how much was done. ``but``: left out.

    Nothing of it leaves the database, so a preview can run it on a copy.
    """
    return sum(
        job.work(session, at) for job in registry.jobs() if job.work is not None and job.name not in but
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
