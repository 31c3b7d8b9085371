"""Which clause a text means, and which clauses of two standards belong together. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from auditapp.checklists.library import Clause, Library


def leaves(library: Library) -> list[Clause]:
    """The clauses about which something is asked, in reading order."""
    asked = {ref for question in library.questions for ref in question.clauses}
    return [clause for _depth, clause in library.tree() if clause.ref in asked]


def mapped(library: Library, other: Library) -> dict[str, list[str]]:
    """For each clause asked about in ``library``: the clauses of ``other`` it goes with, by their refs, in order.

    A question maps onto a question or onto a clause, in either direction.
    """
    homes = {question.id: question.clauses for question in other.questions}
    mine = {question.id: question.clauses for question in library.questions}
    pairs: set[tuple[str, str]] = set()
    for question in library.questions:
        for there in _targets(question.maps_to, other.id, homes):
            pairs |= {(here, there) for here in question.clauses}
    for question in other.questions:
        for here in _targets(question.maps_to, library.id, mine):
            pairs |= {(here, there) for there in question.clauses}
    order = {clause.ref: place for place, (_depth, clause) in enumerate(other.tree())}
    found: dict[str, list[str]] = {}
    for here, there in sorted(pairs, key=lambda pair: (pair[0], order.get(pair[1], 0), pair[1])):
        found.setdefault(here, []).append(there)
    return found


def _targets(maps_to: Collection[str], library: str, homes: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for target in maps_to:
        if target.startswith(f"{library}#"):
            yield target.removeprefix(f"{library}#")
        elif target.startswith(f"{library}:"):
            yield from homes.get(target.removeprefix(f"{library}:"), ())


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A standard's clauses by what people call them, and through another standard's numbers."""

    leaves: Mapping[str, tuple[str, ...]]  # a ref, a number, or a heading above: the clauses meant
    through: Mapping[str, tuple[str, ...]]  # a clause of another standard: the clauses here

    def of(self, text: str) -> list[str]:
        """The clauses that a text like “7.5, 8.6.8” means, each once."""
        found: dict[str, None] = {}
        for token in re.split(r"[,;\s]+", text):
            for ref in self.leaves.get(token) or self.through.get(token, ()):
                found[ref] = None
        return list(found)


def places(library: Library, others: Collection[Library] = ()) -> Placed:
    """Where texts about clauses lead in a library; ``others``: standards whose numbers it is known by as well."""
    asked = leaves(library)
    above = library.clause_map()
    known: dict[str, list[str]] = {}
    for clause in asked:
        step: Clause | None = clause
        while step is not None:
            for name in {step.ref, step.label}:
                known.setdefault(name, []).append(clause.ref)
            step = above.get(step.parent) if step.parent else None
    through: dict[str, list[str]] = {}
    for other in others:
        labels = {clause.ref: clause.label for clause in other.clauses}
        for here, theres in mapped(library, other).items():
            for there in theres:
                for name in {there, labels.get(there, there)}:
                    through.setdefault(name, []).append(here)
    return Placed(
        leaves={name: tuple(refs) for name, refs in known.items()},
        through={name: tuple(dict.fromkeys(refs)) for name, refs in through.items()},
    )
