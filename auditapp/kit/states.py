"""Life cycles as tables: ``STEPS[(status, verb)] -> status``."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)


def step(steps: Mapping[tuple[S, V], S], status: S, verb: V, refusal: Text) -> S:
    """The status that ``verb`` leads to from ``status``.

    Raises :class:`Refusal` with ``refusal`` when the table has no such step.
    """
    try:
        return steps[(status, verb)]
    except KeyError:
        raise Refusal(refusal) from None
