"""What is done after the answer: by threads of this process, at once; by the clock's jobs, when this process is gone.

Only hints wait here. The truth about what is still to be done stands in rows (``slack_work``, ``slack_post.wanted_at``).
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from flask import Flask

from auditapp.kit.db import Mode, run_unit

log = logging.getLogger(__name__)
T = TypeVar("T")
THREADS = 2  # more would only wait for one another, and keep acknowledgements waiting
PATIENCE = 0.5  # seconds that acknowledgements go before what follows from them
DO = "auditapp_slack_do"  # in app.extensions: follows one hint


@dataclass(frozen=True)
class Work:
    """Something that came in is to be done."""

    id: UUID


@dataclass(frozen=True)
class Draw:
    """Whatever shows this thing is to be drawn anew."""

    subject: str


Hint = Work | Draw
_waiting: ContextVar[list[Hint]] = ContextVar("slack_waiting")
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
_running: set[Future[None]] = set()
_lock = threading.Lock()
_idle = threading.Event()  # nothing is being taken in at this moment
_idle.set()
_taking = [0]


def begin() -> list[Hint]:
    """A new list of what is to be done after this unit of work; a unit that is repeated begins anew."""
    found: list[Hint] = []
    _waiting.set(found)
    return found


def add(hint: Hint) -> None:
    """Follow this once the unit of work is committed."""
    _waiting.get().append(hint)


def go(app: Flask, waiting: list[Hint]) -> None:
    """The unit is committed and the answer is out: now."""
    do: Callable[[Hint], None] = app.extensions[DO]
    for hint in waiting:
        _run(do, hint)
    waiting.clear()


def _run(do: Callable[[Hint], None], hint: Hint) -> None:
    def safely() -> None:
        _idle.wait(PATIENCE)
        try:
            do(hint)
        except Exception:
            log.exception("%s failed; it is tried again", hint)

    future = _pool.submit(safely)
    with _lock:
        _running.add(future)
    future.add_done_callback(_ended)


def _ended(future: Future[None]) -> None:
    with _lock:
        _running.discard(future)


def entered() -> None:
    """Something is being taken in: its acknowledgement goes before whatever is to be done."""
    with _lock:
        _taking[0] += 1
        _idle.clear()


def left() -> None:
    """It is taken in."""
    with _lock:
        _taking[0] -= 1
        if _taking[0] == 0:
            _idle.set()


def politely(work: Callable[[], T], kind: Mode) -> T:
    """A unit of work of what is done afterwards: whoever waits for an acknowledgement goes first."""
    _idle.wait(PATIENCE)
    return run_unit(work, kind)


@contextmanager
def under_way() -> Iterator[None]:
    """Something is being taken in: whoever waits until all is done waits for it too."""
    mark: Future[None] = Future()
    with _lock:
        _running.add(mark)
    entered()
    try:
        yield
    finally:
        left()
        mark.set_result(None)
        _ended(mark)


def settle(timeout: float = 30) -> None:
    """Wait until all of it is done: for tests, and for a process that ends."""
    while True:
        with _lock:
            futures = list(_running)
        if not futures:
            return
        for future in futures:
            future.result(timeout)
