"""What a register is made of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.text import Text


class Register(StrEnum):
    """The two registers; the value is how their address begins."""

    NONCONFORMITIES = "nonconformities"
    ACTIONS = "actions"


class Takes(StrEnum):
    """What a filter takes from the address."""

    CHOICE = "choice"  # one of a known few
    PERSON = "person"  # the id of a person, or ``me``
    NUMBER = "number"  # a number that people use: R-01, IA-2026-003
    CLAUSE = "clause"  # 8.2 stands for 8.2.1 too
    YEAR = "year"
    SPAN = "span"  # two days and all between them: 2026-01-01..2026-03-31
    REQUIREMENT = "requirement"  # a standard and exactly one clause of it


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter: its name in the address (several values are joined by “or”), and what it is called."""

    key: str
    label: Text
    takes: Takes = Takes.CHOICE
    choices: Mapping[str, Text] | None = None


class Kind(StrEnum):
    """How the values of a column are shown and exported."""

    TEXT = "text"
    LONG = "long"  # a text of several lines
    LABEL = "label"  # a word for a stored value
    DAY = "day"
    MOMENT = "moment"  # shown and exported as the day it falls on
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name in the address and among a row's values, and how it is shown."""

    key: str
    label: Text
    kind: Kind = Kind.TEXT
    labels: Mapping[str, Text] | None = None
    sortable: bool = True


@dataclass(frozen=True, kw_only=True)
class BuiltIn:
    """A view that everybody has."""

    label: Text
    query: str


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A register: what it can be narrowed by, what it can show, and what it shows unasked.

    ``number`` and ``title`` stand first in every register and are no choice.
    """

    register: Register
    filters: Mapping[str, Filter]
    columns: Mapping[str, Column]
    shown: tuple[str, ...]
    views: tuple[BuiltIn, ...]
    sort: str = "due"


def keyed(*filters: Filter) -> Mapping[str, Filter]:
    """Filters by their key."""
    return {one.key: one for one in filters}


def columns(*these: Column) -> Mapping[str, Column]:
    """Columns by their key."""
    return {one.key: one for one in these}


NUMBER = Column(key="ref", label=Text("Number"))
TITLE = Column(key="title", label=Text("Title"))
