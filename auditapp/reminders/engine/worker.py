"""The clock and the workers of this process: one tick each half minute, and on PostgreSQL the jobs that wait there.

The clock is APScheduler with nothing stored: correctness never depends on who ticks or how often. On SQLite the tick runs
the jobs itself. On PostgreSQL it only rings for them, and workers of procrastinate run them, in any number of processes.
"""

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import procrastinate
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from procrastinate.exceptions import ProcrastinateException, UniqueViolation
from procrastinate.jobs import Status
from psycopg import AsyncConnection
from psycopg import Error as PsycopgError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from auditapp.kit import clock, queue
from auditapp.kit.db import current_session, run_unit
from auditapp.reminders.engine import registry
from auditapp.reminders.engine.registry import Job
from auditapp.reminders.engine.rules import TICK_SECONDS
from auditapp.reminders.engine.running import BACKLOG, mark_tick, run_job, stopping, tick, wanted, worker_name

log = logging.getLogger(__name__)
AT_ONCE = 2  # jobs one process runs side by side: one that sends, and one of the others
PAUSE = 2.0  # seconds until a worker that lost its database begins again
POLL = 5.0  # seconds after which a worker looks by itself, should a notification be lost
RETRY, EACH_MINUTE = "retry_stalled", "* * * * *"


class Running:
    """The clock and the worker of this process, until they are stopped."""

    def __init__(self, app: Flask, *, seconds: float) -> None:
        """Start them."""
        self.app = app
        stopping(app).clear()
        self._worker: _Worker | None = None
        if on_postgres(app):
            self._worker = _Worker(app)
            self._worker.start()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._tick,
            "interval",
            seconds=seconds,
            next_run_time=clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self._endings = [end for begin in registry.companions() if (end := begin(app)) is not None]

    def _tick(self) -> None:
        try:
            if self._worker is not None:
                ring_wanted(self.app)
                return
            tick(self.app)
            while self.app.extensions.get(BACKLOG) and not stopping(self.app).is_set():
                tick(self.app)
        except DBAPIError as error:
            log.warning("the database does not answer, the next tick tries again: %s", error.orig)

    def stop(self) -> None:
        """End after what is being done now; a message on its way is finished and written down."""
        stopping(self.app).set()
        for end in self._endings:
            end()
        self._scheduler.shutdown(wait=True)
        if self._worker is not None:
            self._worker.stop()


def start(app: Flask, *, seconds: float = TICK_SECONDS) -> Running:
    """The clock and the worker of this process."""
    return Running(app, seconds=seconds)


def on_postgres(app: Flask) -> bool:
    """Whether jobs wait in the database."""
    return str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("postgresql")


def ring_wanted(app: Flask) -> list[str]:
    """Mark the tick and have the jobs run that are wanted; gives their names."""
    at = clock.now()
    mark_tick(app, at=at)
    names = [job.name for job in wanted(app, at=at)]

    def ring() -> None:
        for name in names:
            queue.ring(current_session(), name)

    if names:
        with app.app_context():
            run_unit(ring, "write")
    return names


def tasks_of(app: Flask) -> procrastinate.App:
    """Every job as a task of procrastinate, on connections of its own."""
    url = make_url(str(app.config["SQLALCHEMY_DATABASE_URI"])).set(drivername="postgresql")
    connector = procrastinate.PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False),
        min_size=1,
        max_size=AT_ONCE + 3,
        configure=_search_path,
    )
    tasks = procrastinate.App(connector=connector)
    for job in registry.jobs():
        _add_task(tasks, app, job)

    @tasks.periodic(cron=EACH_MINUTE)
    @tasks.task(name=RETRY, queue=queue.QUEUE, queueing_lock=RETRY, pass_context=True)
    async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
        """What a killed worker was doing is given to another one."""
        del timestamp
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs():
            try:
                await manager.retry_job(job)
            except UniqueViolation:  # another one waits already, and does the same
                await manager.finish_job(job, status=Status.ABORTED, delete_job=True)

    return tasks


def _add_task(tasks: procrastinate.App, app: Flask, job: Job) -> None:
    def work() -> None:
        # What goes wrong is noted down by run_job, and the next tick tries again: procrastinate need not know of it.
        try:
            run_job(app, job)
        except DBAPIError as error:
            log.warning("the database does not answer to the job %s: %s", job.name, error.orig)
        except Exception:
            log.exception("the job %s failed; it is run again with the next tick", job.name)

    tasks.task(name=job.name, queue=queue.QUEUE, queueing_lock=job.name)(work)


async def _search_path(connection: AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
    await connection.execute(f"SET search_path TO {queue.SCHEMA}")
    await connection.set_autocommit(False)


class _Worker(threading.Thread):
    """A worker of procrastinate in a thread and a loop of its own; begins again when it lost its database."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="jobs", daemon=True)
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        with contextlib.closing(self._loop):
            self._task = self._loop.create_task(self._go_on())
            with contextlib.suppress(asyncio.CancelledError):
                self._loop.run_until_complete(self._task)

    async def _go_on(self) -> None:
        while not stopping(self.app).is_set():
            try:
                tasks = tasks_of(self.app)
                async with tasks.open_async():
                    await tasks.run_worker_async(
                        name=worker_name(),
                        queues=[queue.QUEUE],
                        concurrency=AT_ONCE,
                        fetch_job_polling_interval=POLL,
                        delete_jobs="always",
                        install_signal_handlers=False,
                    )
            except (ProcrastinateException, PsycopgError, OSError, TimeoutError) as error:
                log.warning("the worker lost its database and begins again: %s", error)
            if not stopping(self.app).is_set():
                await asyncio.sleep(PAUSE)

    def stop(self) -> None:
        """Ask it to end and wait until it has finished what it was doing."""
        task = self._task
        if task is not None and self.is_alive():
            self._loop.call_soon_threadsafe(task.cancel)
        self.join()


def work_alone(
    app: Flask, *, seconds: float = TICK_SECONDS, ready: Callable[[], None] = lambda: None
) -> None:
    """Clock and worker without the site, until SIGTERM or SIGINT; what is being done then is finished."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    running = start(app, seconds=seconds)
    try:
        ready()
        ended.wait()
    finally:
        running.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
