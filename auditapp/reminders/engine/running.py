"""The edge where jobs are run: each in its own unit of work, and a failing one stops none of the others."""

import logging
import os
import socket
import threading
import traceback
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.exc import DBAPIError

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.reminders.engine import queries, registry, service
from auditapp.reminders.engine.registry import Job
from auditapp.reminders.engine.rules import TICK, TICK_SECONDS, Mark

log = logging.getLogger(__name__)
STOPPING = "auditapp_stopping"  # in app.extensions: set when this process is asked to end
BACKLOG = "auditapp_backlog"  # in app.extensions: a job ended early and has more to do
IDLE = timedelta(minutes=2)  # a job with nothing to do is marked no more often than that


def worker_name() -> str:
    """This process, as attempts and marks name it."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}"


def stopping(app: Flask) -> threading.Event:
    """Set when this process is asked to end: long jobs look at it between two steps."""
    found: threading.Event = app.extensions.setdefault(STOPPING, threading.Event())
    return found


def run_job(app: Flask, job: Job, *, at: datetime | None = None, worker: str = "") -> int:
    """One job now, in the app's own context; gives how much it did. Raises what it raises, after noting it down."""
    at, worker = at or clock.now(), worker or worker_name()
    with app.app_context():
        try:
            if job.edge is not None:
                done = job.edge(app, at)
                run_unit(lambda: service.mark(current_session(), job.name, at=at, worker=worker), "write")
                return done
            return run_unit(lambda: service.run_job(current_session(), job, at=at, worker=worker), "write")
        except DBAPIError:
            raise  # the database itself: nothing can be noted down there
        except Exception:
            error = traceback.format_exc()
            run_unit(
                lambda: service.mark_failed(current_session(), job.name, at=at, worker=worker, error=error),
                "write",
            )
            raise


def wanted(app: Flask, *, at: datetime) -> list[Job]:
    """The jobs that have not run lately and have something to do. Reads only."""

    def work() -> list[Job]:
        marks = queries.marks(current_session())
        return [job for job in registry.jobs() if _is_wanted(job, marks.get(job.name), at)]

    with app.app_context():
        return run_unit(work, "read")


def _is_wanted(job: Job, mark: Mark | None, at: datetime) -> bool:
    ended = mark.ended_at if mark is not None else None
    if ended is not None and ended > at - job.every and not (mark is not None and mark.error):
        return False
    if job.due is None or ended is None or ended < at - IDLE:
        return True
    return job.due(current_session(), at)


def tick(app: Flask, *, at: datetime | None = None) -> int:
    """Mark the tick, then run each job that is wanted, in turn. Gives how much was done."""
    at = at or clock.now()
    mark_tick(app, at=at)
    done = 0
    for job in wanted(app, at=at):
        if stopping(app).is_set():
            break
        try:
            done += run_job(app, job, at=at)
        except DBAPIError:
            raise
        except Exception:
            log.exception("the job %s failed; it is run again with the next tick", job.name)
    return done


def mark_tick(app: Flask, *, at: datetime) -> None:
    """The clock is alive; one mark per half tick is enough, however many processes tick."""

    def fresh() -> bool:
        found = queries.marks(current_session()).get(TICK)
        return (
            found is not None
            and found.ended_at is not None
            and abs(found.ended_at - at) < timedelta(seconds=TICK_SECONDS / 2)
        )

    with app.app_context():
        if not run_unit(fresh, "read"):
            run_unit(lambda: service.mark(current_session(), TICK, at=at, worker=worker_name()), "write")
