"""How far a file is, told to whoever makes it in the background. In a request nobody listens, and nothing is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

GATHERED = 30
"""Of a hundred: so far a file is when all that it says has been gathered. How long gathering takes nobody knows before."""
WRITTEN = 95
WHOLE = 100


@dataclass(kw_only=True)
class Making:
    """A file that is made in the background. ``tell``: takes how far it is, of :data:`WHOLE`; may end the making by raising."""

    tell: Callable[[int], None]
    title: str = ""


_making: ContextVar[Making | None] = ContextVar("making", default=None)


@contextmanager
def making(one: Making) -> Iterator[None]:
    """What is made inside this block is told of."""
    token = _making.set(one)
    try:
        yield
    finally:
        _making.reset(token)


def in_background() -> bool:
    """Whether a job makes this, so that it may take long."""
    return _making.get() is not None


def gathered(title: str) -> None:
    """All that the file says is there."""
    if (one := _making.get()) is not None:
        one.title = title
        one.tell(GATHERED)


def wrote(part: int, parts: int) -> None:
    """So many parts of the file are written."""
    if (one := _making.get()) is not None:
        one.tell(GATHERED + (WRITTEN - GATHERED) * part // max(parts, 1))
