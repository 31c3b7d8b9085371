"""A database in memory, for thinking ahead on a copy: what happens in it happens nowhere else.

The driver and its settings are those of a real SQLite database (kit/db.py) but for the log that several processes
share. Foreign keys are not checked: a copy need not hold rows that nobody reads.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from auditapp.kit.db import engine_options
from auditapp.kit.orm import Base

_URL = "sqlite://"
_ASKED = "asked_once"  # in a session's info
T = TypeVar("T")


def ask_once(session: Session) -> None:
    """From now on this session, which thinks ahead alone on a copy, asks only once for what :func:`once` reads."""
    session.info[_ASKED] = {}


def once(session: Session, key: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` gives; in a session that thinks ahead, what it gave the first time.

    Only for what no job changes: policies, and when people may be told.
    """
    kept: dict[Hashable, Any] | None = session.info.get(_ASKED)
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return cast("T", kept[key])


@contextmanager
def memory_engine() -> Iterator[Engine]:
    """An empty database with every table, of one connection; it is gone after the block."""
    engine = sa.create_engine(_URL, poolclass=StaticPool, **engine_options(_URL))
    sa.event.listen(engine, "connect", _connect)
    sa.event.listen(engine, "begin", _begin)
    try:
        Base.metadata.create_all(engine)
        yield engine
    finally:
        engine.dispose()


def _connect(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # the driver must not begin: the hook below does
    cursor = connection.cursor()
    for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "foreign_keys=OFF", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
