"""What a programme has looked at, will look at, and leaves out: subject × relationship × year. Pure.

A *subject* is a stage or a clause; a *target* is a sampled relationship, or ``None`` for the management system.
A pair of both is covered in a year when an issued audit of that year really answered a question about it:
*not asked* and *not verified* do not count as looked at.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text

Target = UUID | None
Pair = tuple[str, Target]
Years = Mapping[Pair, Collection[int]]


class Mark(StrEnum):
    """How a cell of the coverage table stands."""

    DONE = "done"
    PARTLY = "partly"
    PLANNED = "planned"
    UNCOVERED = "uncovered"
    NONE = "none"  # nothing to look at here


MARK_LABELS: Mapping[Mark, Text] = {
    Mark.DONE: Text("Done"),
    Mark.PARTLY: Text("Partly"),
    Mark.PLANNED: Text("Planned"),
    Mark.UNCOVERED: Text("Uncovered"),
    Mark.NONE: Text("Nothing to ask"),
}
# For parts/status.html.
MARK_TONES: Mapping[Mark, str] = {
    Mark.DONE: "done",
    Mark.PARTLY: "attention",
    Mark.PLANNED: "on_track",
    Mark.UNCOVERED: "overdue",
    Mark.NONE: "quiet",
}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many of ``total`` pairs are done, and how many of the others are planned."""

    done: int
    planned: int
    total: int

    @property
    def open(self) -> int:
        """Neither done nor planned."""
        return self.total - self.done - self.planned

    @property
    def mark(self) -> Mark:
        """The tally in one word: what is not done yet but will be is planned; anything left out shows."""
        if not self.total:
            return Mark.NONE
        if self.done == self.total:
            return Mark.DONE
        if self.done + self.planned == self.total:
            return Mark.PLANNED
        return Mark.PARTLY if self.done or self.planned else Mark.UNCOVERED


def tally(pairs: Collection[Pair], done: Years, planned: Years, year: int | None = None) -> Tally:
    """Count the pairs, in one year or (``None``) over the whole cycle."""

    def within(years: Collection[int]) -> bool:
        return bool(years) if year is None else year in years

    finished = {pair for pair in pairs if within(done.get(pair, ()))}
    coming = {pair for pair in pairs if pair not in finished and within(planned.get(pair, ()))}
    return Tally(done=len(finished), planned=len(coming), total=len(pairs))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table: a tally per year, and one over the cycle."""

    key: str
    label: str
    years: tuple[Tally, ...]
    cycle: Tally


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a row is about: its key (a slug, a clause, or a relationship's ref) and its words."""

    key: str
    label: str
    pairs: Collection[Pair]


def table(headings: Iterable[Heading], done: Years, planned: Years, years: Sequence[int]) -> list[Row]:
    """The rows of a coverage table; a heading without pairs is left out, for there is nothing to ask."""
    return [
        Row(
            key=one.key,
            label=one.label,
            years=tuple(tally(one.pairs, done, planned, year) for year in years),
            cycle=tally(one.pairs, done, planned),
        )
        for one in headings
        if one.pairs
    ]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A target and the subjects that are neither done nor planned for it in the cycle."""

    target: Target
    subjects: tuple[str, ...]


def gaps(pairs: Iterable[Pair], done: Years, planned: Years) -> list[Gap]:
    """What is uncovered, by target; subjects in the order of ``pairs``."""
    found: dict[Target, list[str]] = {}
    for subject, target in pairs:
        if not done.get((subject, target)) and not planned.get((subject, target)):
            found.setdefault(target, []).append(subject)
    return [Gap(target=target, subjects=tuple(subjects)) for target, subjects in found.items()]
