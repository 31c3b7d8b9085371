"""The database: engine settings, who begins a transaction and how, and the one place that commits.

A request, a job or a command is one unit of work: it begins itself, runs, and is committed here and nowhere else.
Safe methods read only (the database refuses a write); all others take the write lock first, so that
read-then-write is never based on a stale row. See docs/adr/0002-one-writer.md.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from auditapp.kit.orm import Base

try:
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # no wheel for this platform: Python's own, checked below
    sqlite_driver = sqlite3

log = logging.getLogger(__name__)
Mode = Literal["read", "write"]

_mode: ContextVar[Mode] = ContextVar("transaction_mode", default="read")
SAFE_SQLITE = (3, 51, 3)  # sqlite.org/wal.html#walresetbug
WRITE_LOCK = 0x61756469  # any constant: the key of PostgreSQL's advisory lock
TRIES = 10
CHANGED = "changed"  # in a session's info: its transaction holds changes already
RETRY_STATES = frozenset({"40001", "40P01"})  # serialization failure, deadlock

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True)
T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])


def current_session() -> Session:
    """The session of this app context."""
    return db.session()


def engine_options(url: str) -> dict[str, Any]:
    """Arguments of ``create_engine`` for a database URL."""
    if url.startswith("sqlite"):
        return {"module": sqlite_driver, "connect_args": {"timeout": 15, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_recycle": 1800}


def why_unreachable(url: str) -> str:
    """Why the database cannot be opened, in its own words; empty when it can."""
    engine = sa.create_engine(url, **engine_options(url))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except DBAPIError as error:
        return str(error.orig).strip()
    finally:
        engine.dispose()
    return ""


def sqlite_is_safe_for_wal() -> bool:
    """Whether the linked SQLite has the fix of the WAL-reset bug."""
    return tuple(sqlite_driver.sqlite_version_info) >= SAFE_SQLITE


def prepare(engine: Engine) -> None:
    """Hang the transaction hooks on an engine (also used by the migrations)."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_connect)
        sa.event.listen(engine, "begin", _sqlite_begin)
    else:
        sa.event.listen(engine, "begin", _postgres_begin)


def _sqlite_connect(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # the driver must not begin: the hook below does
    cursor = connection.cursor()
    journal = "WAL" if sqlite_is_safe_for_wal() else "DELETE"
    for pragma in (
        "busy_timeout=15000",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "mmap_size=0",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writing = _mode.get() == "write"
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgres_begin(connection: Connection) -> None:
    if _mode.get() == "write":
        # Read committed plus one writer at a time: every statement after the lock sees all that is committed.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


@contextmanager
def mode(kind: Mode) -> Iterator[None]:
    """Transactions that begin inside this block are of that kind."""
    token = _mode.set(kind)
    try:
        yield
    finally:
        _mode.reset(token)


def run_unit(work: Callable[[], T], kind: Mode) -> T:
    """Run one unit of work and commit it: the only commit there is.

    On any exception everything is rolled back. A serialization failure or deadlock repeats the whole unit,
    up to ten times; nothing outside the database may happen inside it.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with mode(kind):
                result = work()
                db.session.commit()
                return result
        except DBAPIError as error:
            db.session.rollback()
            state = getattr(error.orig, "sqlstate", None)
            if state not in RETRY_STATES or attempt == TRIES:
                raise
            log.info("unit repeated after %s, attempt %d", state, attempt)
        except BaseException:
            db.session.rollback()
            raise
    raise AssertionError  # the loop returns or raises


def begins_itself(view: V) -> V:
    """Mark a view that runs its own units, or none: what it answers most often needs no transaction."""
    view.begins_itself = True  # type: ignore[attr-defined] # a mark, kept by functools.wraps
    return view


def release() -> None:
    """Let go of the transaction before slow work that needs no database (re-encoding a picture, hashing).

    Nothing may have been changed yet; the next statement begins anew, with the lock.
    """
    session = current_session()
    if session.new or session.dirty or session.deleted or session.info.get(CHANGED):
        message = "release() after a change: it would be lost"
        raise RuntimeError(message)
    session.rollback()


def _note_flush(session: Session, context: object) -> None:
    del context
    session.info[CHANGED] = True


def _note_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(CHANGED, None)


# What was flushed is no longer new or dirty; release() must know of it all the same.
sa.event.listen(Session, "after_flush", _note_flush)
sa.event.listen(Session, "after_transaction_end", _note_end)


def undo() -> None:
    """Forget what this unit changed so far: a refused command leaves nothing, and its form can be shown again."""
    current_session().rollback()


def is_read_only_error(error: BaseException) -> bool:
    """Whether a write was tried inside a safe request."""
    if not isinstance(error, OperationalError | DBAPIError):
        return False
    return "readonly database" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "25006"
