"""Five whys as a tree: every answer can be asked “why?” again, and can have several answers. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from auditapp.findings.rules.nonconformity import CauseCategory

KINDLY = 5  # after so many whys in a row the page says that this is often enough
DEEPEST = 30  # whys in a row: further down nobody reads along
MOST_CAUSES = 200  # of one round: what a person can still read


class Row(Protocol):
    """A cause as it is kept."""

    @property
    def id(self) -> UUID:
        """Which one."""

    @property
    def parent_id(self) -> UUID | None:
        """The answer that was asked “why?”; ``None``: the nonconformity itself was."""

    @property
    def position(self) -> int:
        """Its place among the answers to the same question."""

    @property
    def text(self) -> str:
        """“Because …”."""

    @property
    def category(self) -> CauseCategory | None:
        """Its bone in the Ishikawa picture."""

    @property
    def root(self) -> bool:
        """Whether asking on would lead nowhere."""

    @property
    def evidence(self) -> str:
        """How it is known."""


@dataclass(kw_only=True)
class Node:
    """An answer in the tree: ``number`` as a path from the top (1.2.1), ``depth`` from 1."""

    row: Row
    number: str
    depth: int
    children: "list[Node]" = field(default_factory=list)

    @property
    def under(self) -> int:
        """How many answers hang below it."""
        return sum(1 + child.under for child in self.children)


def grow(rows: Iterable[Row]) -> list[Node]:
    """The tree, from the rows of one round in any order. A row whose parent is not among them stands at the top."""
    kept = list(rows)
    known = {row.id for row in kept}
    by_parent: dict[UUID | None, list[Row]] = {}
    for row in sorted(kept, key=lambda one: (one.position, str(one.id))):
        by_parent.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def answers(parent: UUID | None, prefix: str, depth: int) -> list[Node]:
        found = []
        for count, row in enumerate(by_parent.get(parent, ()), 1):
            number = f"{prefix}{count}"
            found.append(
                Node(row=row, number=number, depth=depth, children=answers(row.id, f"{number}.", depth + 1))
            )
        return found

    return answers(None, "", 1)


def flat(tree: Sequence[Node]) -> Iterator[Node]:
    """Every node, in reading order."""
    for node in tree:
        yield node
        yield from flat(node.children)


def below(rows: Iterable[Row], cause_id: UUID) -> set[UUID]:
    """A cause and everything that hangs below it: what goes when it is removed."""
    kept = list(rows)
    found = {cause_id}
    grown = True
    while grown:
        more = {row.id for row in kept if row.parent_id in found} - found
        found |= more
        grown = bool(more)
    return found
