"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


@contextmanager
def counted(where: Session | sa.Engine) -> Iterator[list[str]]:
    """The statements sent inside the block, as they were."""
    engine = where.get_bind() if isinstance(where, Session) else where
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
