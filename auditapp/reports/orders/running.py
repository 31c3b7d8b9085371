"""The edge where ordered files are made: in a thread beside the clock, so that no reminder waits for them.

Whatever process runs the clock looks for orders. One that is killed leaves an order without a sign of life, which the next
look begins anew; nothing that is not whole is ever at a file's place.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job
from auditapp.reminders.engine.running import stopping
from auditapp.reports.orders import queries, service
from auditapp.reports.orders.model import OrderColumns
from auditapp.reports.orders.rules import LOST, file_name

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)
"""How often it says how far it is."""
PULSE = LOST / 6
"""How often it says that it is alive while one step takes long."""
OUR_SIDE = Text("Something went wrong on our side. Try it once more; if it stays, look at the program’s log.")
NO_ROOM = Text("The file could not be written: %(why)s. Make room in the data folder and try it once more.")
Tell = Callable[[int, int], None]
Begun = TypeVar("Begun")
Made = TypeVar("Made")


class Left(Exception):
    """Nobody wants it any more, or the process ends."""


class Whole(NamedTuple):
    """A file that is made."""

    order_id: UUID
    at: datetime
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Workshop(Generic[Begun, Made]):
    """How the orders of one room are made.

    ``folder``: its place in the data folder. ``begin``: what is to be made, ``None`` when it is nobody's to make.
    ``write``: puts the whole file at the path, outside of any unit of work; raises Refusal and OSError. ``finish``: ``False``
    when nobody wants it any more. ``good_for`` and ``expire``: how long a file lies, and what ends it then.
    """

    name: str
    label: Text
    order: int
    table: type[OrderColumns]
    folder: str
    begin: Callable[[Session, UUID, datetime], Begun | None]
    write: Callable[[Flask, Begun, Path, Tell], Made]
    finish: Callable[[Session, Whole, Made], bool]
    fail: Callable[[Session, UUID, datetime, Text], None]
    expire: Callable[[Session, UUID, datetime], None] | None = None
    good_for: Callable[[Settings], timedelta] | None = None
    ending: str = "zip"
    busy: threading.Lock = field(default_factory=threading.Lock)  # two would only slow each other down

    @property
    def job(self) -> Job:
        """The clock's job that looks for orders."""
        return Job(
            name=self.name, label=self.label, order=self.order, edge=partial(look, self), due=partial(pending, self)
        )  # fmt: skip


def folder(app: Flask, shop: Workshop[Begun, Made]) -> Path:
    """Where its files lie: nothing that the site serves by itself."""
    settings: Settings = app.extensions["auditapp"]
    found = settings.data_dir / shop.folder
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def path_of(app: Flask, shop: Workshop[Begun, Made], order_id: UUID) -> Path:
    """Where the file of an order lies when it is ready."""
    return folder(app, shop) / file_name(order_id, shop.ending)


def _expired(shop: Workshop[Begun, Made], session: Session, at: datetime, settings: Settings) -> list[UUID]:
    return queries.made_before(session, shop.table, at - shop.good_for(settings)) if shop.good_for else []


def pending(shop: Workshop[Begun, Made], session: Session, at: datetime) -> bool:
    """Whether an order waits. What has expired is seen to with the clock's next round, waiting or not."""
    return queries.next_to_make(session, shop.table, at) is not None


def look(shop: Workshop[Begun, Made], app: Flask, at: datetime) -> int:
    """Remove what has expired, and begin the order that waits; gives how much was done."""
    done = tidy(app, shop, at)
    order_id = run_unit(lambda: queries.next_to_make(current_session(), shop.table, at), "read")
    if order_id is None or not shop.busy.acquire(blocking=False):
        return done
    threading.Thread(target=_make_and_let_go, args=(app, shop, order_id), name=shop.name, daemon=True).start()
    return done + 1


def tidy(app: Flask, shop: Workshop[Begun, Made], at: datetime) -> int:
    """End the orders that have expired, and remove every file that belongs to none; gives how many orders."""
    settings: Settings = app.extensions["auditapp"]
    expire = shop.expire
    ended: list[UUID] = []

    def read() -> list[UUID]:
        return _expired(shop, current_session(), at, settings)

    def end() -> list[UUID]:
        found = read()
        for order_id in found:
            if expire is not None:
                expire(current_session(), order_id, at)
        return found

    if expire is not None and run_unit(read, "read"):
        ended = run_unit(end, "write")
    # Before the orders are read: a file that is begun meanwhile is none of these.
    there = list(folder(app, shop).iterdir())
    used = run_unit(lambda: queries.in_use(current_session(), shop.table), "read") if there else {}
    for path in there:
        whole, name = not path.name.startswith("."), path.name.lstrip(".").partition(".")[0]
        if not (name in used if whole else used.get(name)):  # a half one is somebody's only while it is made
            path.unlink(missing_ok=True)
    return len(ended)


def _make_and_let_go(app: Flask, shop: Workshop[Begun, Made], order_id: UUID) -> None:
    try:
        wanted: UUID | None = order_id
        while wanted is not None and not stopping(app).is_set():
            with app.app_context():
                make(app, shop, wanted)
                wanted = run_unit(
                    lambda: queries.next_to_make(current_session(), shop.table, clock.now()), "read"
                )
    except Exception:
        log.exception("how an order of %s ended could not be written down", shop.name)
    finally:
        shop.busy.release()


def make(app: Flask, shop: Workshop[Begun, Made], order_id: UUID) -> None:
    """Make an ordered file, unless somebody else does. Runs in an app context, outside of any unit of work."""
    begun = run_unit(lambda: shop.begin(current_session(), order_id, clock.now()), "write")
    if begun is None:
        return
    path = path_of(app, shop, order_id)
    progress = Progress(app, shop.table, order_id)
    try:
        with progress.alive():
            made = shop.write(app, begun, path, progress.tell)
            with path.open("rb") as source:
                sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        whole = Whole(order_id, clock.now(), path.stat().st_size, sha256)
        if not run_unit(lambda: shop.finish(current_session(), whole, made), "write"):
            path.unlink(missing_ok=True)
    except Left:
        log.info("an order of %s was left", shop.name)
    except Refusal as refusal:
        _fail(shop, order_id, refusal.text)
    except OSError as error:
        log.exception("an order of %s could not be written", shop.name)
        _fail(shop, order_id, Text(NO_ROOM.msgid, why=error.strerror or ""))
    except Exception:
        log.exception("an order of %s broke off", shop.name)
        _fail(shop, order_id, OUR_SIDE)


def _fail(shop: Workshop[Begun, Made], order_id: UUID, why: Text) -> None:
    run_unit(lambda: shop.fail(current_session(), order_id, clock.now(), why), "write")


class Progress:
    """Says how far it is, no more often than is read, in a session of its own: the other one is reading."""

    def __init__(self, app: Flask, table: type[OrderColumns], order_id: UUID) -> None:
        """Of one order that is being made."""
        self._app, self._table, self._order_id = app, table, order_id
        self._last = clock.now() - BEAT
        self._far = (0, 0)

    def tell(self, done: int, total: int) -> None:
        """So much is done. Raises Left when nobody wants it any more, or the process ends."""
        self._far = (done, total)
        at = clock.now()
        if at - self._last < BEAT:
            return
        self._last = at
        if stopping(self._app).is_set() or not self._beat(at):
            raise Left

    def _beat(self, at: datetime) -> bool:
        done, total = self._far
        try:
            with self._app.app_context():
                return run_unit(
                    lambda: service.go_on(
                        current_session(), self._table, self._order_id, at=at, done=done, total=total
                    ),
                    "write",
                )
        except OperationalError:
            # An old SQLite lets nobody write while somebody reads: then the next beat tells it.
            log.info("how far an order is could not be written down")
            return True

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Gives signs of life while a single step takes long; they end with the process, as they should."""
        ended = threading.Event()

        def pulse() -> None:
            while not ended.wait(PULSE.total_seconds()):
                try:
                    self._beat(clock.now())
                except Exception:
                    log.exception("no sign of life could be given")

        thread = threading.Thread(target=pulse, name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
