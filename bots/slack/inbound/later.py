"""What is done after the answer: by threads of this process, at once; by the clock's job, when this process is gone."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from uuid import UUID

from flask import Flask

log = logging.getLogger(__name__)
THREADS = 4
DO = "auditapp_slack_do"  # in app.extensions: does one piece of work by its id
_waiting: ContextVar[list[UUID]] = ContextVar("slack_waiting")
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
_running: set[Future[None]] = set()
_lock = threading.Lock()


def begin() -> list[UUID]:
    """A new list of what is to be done after this unit of work; a unit that is repeated begins anew."""
    found: list[UUID] = []
    _waiting.set(found)
    return found


def add(work_id: UUID) -> None:
    """Do this once the unit of work is committed."""
    _waiting.get().append(work_id)


def go(app: Flask, waiting: list[UUID]) -> None:
    """The unit is committed and the answer is out: now."""
    do: Callable[[UUID], None] = app.extensions[DO]
    for work_id in waiting:
        run(lambda one=work_id: do(one))  # type: ignore[misc] # mypy does not infer a lambda's default
    waiting.clear()


def run(task: Callable[[], None]) -> None:
    """In a thread of its own; what fails there is logged, and what must not be lost has its row."""

    def safely() -> None:
        try:
            task()
        except Exception:
            log.exception("something asked for in Slack failed; it is tried again")

    future = _pool.submit(safely)
    with _lock:
        _running.add(future)
    future.add_done_callback(_ended)


def _ended(future: Future[None]) -> None:
    with _lock:
        _running.discard(future)


def settle(timeout: float = 30) -> None:
    """Wait until all of it is done: for tests, and for a process that ends."""
    while True:
        with _lock:
            futures = list(_running)
        if not futures:
            return
        for future in futures:
            future.result(timeout)
