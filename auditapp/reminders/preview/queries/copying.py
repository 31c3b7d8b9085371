"""A copy in memory of all that the engine reads. The database itself is only read, with as many statements as tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from auditapp.kit.memory import memory_engine
from auditapp.kit.orm import Base
from auditapp.kit.text import Text
from auditapp.people.model import Setting
from auditapp.reminders.news.service import READ
from auditapp.reminders.preview.queries.tables import LEFT_OUT, NARROWED, Window
from auditapp.reminders.preview.rules import DAYS, MOST_ROWS, TooMuch
from auditapp.trail.model import Fact


@contextmanager
def copy_of(session: Session, *, at: datetime, days: int = DAYS) -> Iterator[Engine]:
    """What the engine reads for the ``days`` to come, in a database of its own that is gone after the block.

    Raises TooMuch when there is more of something than can be thought ahead in one go.
    """
    window = Window(
        at=at, until=(at + timedelta(days=days)).date() + timedelta(days=1), first_fact=_first_fact(session)
    )
    with memory_engine() as engine:
        with engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                if table.name in LEFT_OUT:
                    continue
                rows = _rows(session, table, window)
                if rows:
                    connection.execute(table.insert(), rows)
        yield engine


def _rows(session: Session, table: sa.Table, window: Window) -> list[dict[str, Any]]:
    query = sa.select(table)
    if table.name in NARROWED:
        query = query.where(NARROWED[table.name](window))
    rows = session.connection().execute(query.limit(MOST_ROWS + 1)).mappings().all()
    if len(rows) > MOST_ROWS:
        raise TooMuch(
            Text(
                "There is too much here to look 30 days ahead: more than %(most)s rows of one kind (%(table)s).",
                most=MOST_ROWS,
                table=table.name,
            )
        )
    return [dict(row) for row in rows]


def _first_fact(session: Session) -> int:
    """The first fact that nobody was told of yet, or the last one of all."""
    last = session.scalar(sa.select(sa.func.max(Fact.seq))) or 0
    read = session.scalar(sa.select(Setting.value).where(Setting.key == READ))
    return last if read is None else min(int(str(read)) + 1, last)
