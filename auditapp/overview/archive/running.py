"""The edge where ordered archives are made: in a thread of its own beside the clock, so that no reminder waits for it.

Whatever process runs the clock looks for orders. One that is killed leaves an order without a sign of life, which the next
look begins anew; nothing that is not whole is ever at an archive's place.
"""

import hashlib
import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.overview.archive import queries, service
from auditapp.overview.archive.filing import write_archive
from auditapp.reminders.engine.registry import Job
from auditapp.reminders.engine.running import stopping

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)  # how often it says how far it is
OUR_SIDE = Text("Something went wrong on our side. Order it again; if it stays, look at the program’s log.")
NO_ROOM = Text("The file could not be written: %(why)s. Make room in the data folder and order it again.")
_busy = threading.Lock()  # two would only slow each other down


class _Left(Exception):
    """Nobody wants it any more, or the process ends."""


def folder(app: Flask) -> Path:
    """Where archives lie until they are fetched or expire: nothing that the site serves by itself."""
    settings: Settings = app.extensions["auditapp"]
    found = settings.data_dir / "archives"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def pending(session: Session, at: datetime) -> bool:
    """Whether an order waits, or a file has lain here long enough."""
    return queries.next_to_make(session, at) is not None or bool(queries.expired(session, at))


def look(app: Flask, at: datetime) -> int:
    """Remove what has expired, and begin the order that waits; gives how much was done."""
    done = tidy(app, at)
    order_id = run_unit(lambda: queries.next_to_make(current_session(), at), "read")
    if order_id is None or not _busy.acquire(blocking=False):
        return done
    threading.Thread(target=_make_and_let_go, args=(app, order_id), name="archive", daemon=True).start()
    return done + 1


def tidy(app: Flask, at: datetime) -> int:
    """End the orders that have expired, and remove every file that belongs to none; gives how many orders."""

    def end() -> int:
        session = current_session()
        ended = queries.expired(session, at)
        for order_id in ended:
            service.remove(session, actor=None, at=at, order_id=order_id)
        return len(ended)

    done = run_unit(end, "write") if run_unit(lambda: queries.expired(current_session(), at), "read") else 0
    there = list(
        folder(app).iterdir()
    )  # before the orders are read: a file that is begun meanwhile is none of these
    used = run_unit(lambda: queries.files_in_use(current_session()), "read")
    for path in there:
        if path.name not in used and not any(path.name.startswith(f".{name}-") for name in used):
            path.unlink(missing_ok=True)
    return done


def _make_and_let_go(app: Flask, order_id: UUID) -> None:
    try:
        with app.app_context():
            make(app, order_id)
    except Exception:
        log.exception("an archive could not be written down")
    finally:
        _busy.release()


def make(app: Flask, order_id: UUID) -> None:
    """Make an ordered archive, unless somebody else does. Runs in an app context, outside of any unit of work."""
    if not run_unit(lambda: service.begin(current_session(), order_id=order_id, at=clock.now()), "write"):
        return
    order = run_unit(lambda: queries.order(current_session(), order_id), "read")
    if order is None:
        return
    path = folder(app) / order.file
    try:
        made = write_archive(
            path,
            app.extensions["auditapp_store"],
            passwords=order.passwords,
            tell=_Progress(app, order_id).tell,
        )
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        size = path.stat().st_size
        kept = run_unit(
            lambda: service.finish(
                current_session(), order_id=order_id, at=clock.now(), size=size, sha256=sha256, made=made
            ),
            "write",
        )
        if not kept:
            path.unlink(missing_ok=True)
    except _Left:
        log.info("an archive was left")
    except Refusal as refusal:
        _fail(order_id, str(refusal.text))
    except OSError as error:
        log.exception("an archive could not be written")
        _fail(order_id, NO_ROOM.msgid % {"why": error.strerror})
    except Exception:
        log.exception("an archive broke off")
        _fail(order_id, OUR_SIDE.msgid)


def _fail(order_id: UUID, why: str) -> None:
    run_unit(lambda: service.fail(current_session(), order_id=order_id, at=clock.now(), why=why), "write")


class _Progress:
    """Says how far it is, no more often than is read, in a session of its own: the other one is reading."""

    def __init__(self, app: Flask, order_id: UUID) -> None:
        self._app, self._order_id = app, order_id
        self._last = clock.now() - BEAT

    def tell(self, done: int, total: int) -> None:
        at = clock.now()
        if at - self._last < BEAT:
            return
        self._last = at
        if stopping(self._app).is_set():
            raise _Left
        try:
            with self._app.app_context():
                wanted = run_unit(
                    lambda: service.go_on(
                        current_session(), order_id=self._order_id, at=at, done=done, total=total
                    ),
                    "write",
                )
        except (
            OperationalError
        ):  # an old SQLite lets nobody write while somebody reads: then it is told at the end
            log.info("how far an archive is could not be written down")
            return
        if not wanted:
            raise _Left


JOBS = (Job(name="archive", label=Text("Archives that were ordered"), order=90, edge=look, due=pending),)
