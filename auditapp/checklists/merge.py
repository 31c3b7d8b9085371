"""Combined audits: ask once, report against both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditapp.checklists.library import Clause, Library, Question, Scope, Stage


@dataclass(frozen=True, slots=True, order=True)
class CountsFor:
    """A place that one answer speaks for."""

    library: str
    clause: str
    question: str


@dataclass(frozen=True, slots=True)
class WalkItem:
    """One question of the walk, and every place that its answer counts for (the lead's own places first)."""

    library: str
    question: str
    section: str
    stage: Stage
    scope: Scope
    text: str
    guidance: tuple[str, ...]
    evidence: tuple[str, ...]
    roles: tuple[str, ...]
    weight: int
    counts_for: tuple[CountsFor, ...]
    related: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Names the item inside its audit: `library:question` of the lead."""
        return f"{self.library}:{self.question}"


Place = tuple[int, int]


def merge(libraries: Sequence[Library]) -> list[WalkItem]:
    """The walk of an audit against `libraries`, the first of them leading.

    Questions that map onto each other at question level (either way) become one item when their scope is the
    same. Two questions of one library never become one: somebody who audits against that library alone is
    asked both, so a combined audit asks both as well. The order is that of the libraries and of their
    questions; the same libraries in the same order always give the same walk.
    """
    place = {
        (library.id, question.id): (i, j)
        for i, library in enumerate(libraries)
        for j, question in enumerate(library.questions)
    }
    groups = _Groups()
    for known in place.values():
        groups.add(known)
    for i, library in enumerate(libraries):
        for j, question in enumerate(library.questions):
            for target in question.maps_to:
                name, colon, wanted = target.partition(":")
                other = place.get((name, wanted)) if colon else None
                if (
                    other
                    and other[0] != i
                    and libraries[other[0]].questions[other[1]].scope == question.scope
                ):
                    groups.unite((i, j), other)
    clauses = {library.id: library.clause_map() for library in libraries}
    return [
        _item([(libraries[i], libraries[i].questions[j]) for i, j in members], clauses)
        for members in groups.members()
    ]


def _item(members: list[tuple[Library, Question]], clauses: Mapping[str, Mapping[str, Clause]]) -> WalkItem:
    library, lead = members[0]
    counts = [
        CountsFor(lib.id, clause, question.id) for lib, question in members for clause in question.clauses
    ]
    counted = {(place.library, place.clause) for place in counts}
    return WalkItem(
        library=library.id,
        question=lead.id,
        section=lead.clause,
        stage=clauses[library.id][lead.clause].stage,
        scope=lead.scope,
        text=lead.text,
        guidance=_once(question.guidance for _, question in members if question.guidance),
        evidence=_once(item for _, question in members for item in question.evidence),
        roles=_once(role for _, question in members for role in question.roles),
        weight=max(question.weight for _, question in members),
        counts_for=tuple(counts),
        related=tuple(
            sorted(
                {
                    (name, clause)
                    for _, question in members
                    for target in question.maps_to
                    for name, hash_mark, clause in [target.partition("#")]
                    if hash_mark and clause in clauses.get(name, {}) and (name, clause) not in counted
                }
            )
        ),
    )


def _once(values: Iterable[str]) -> tuple[str, ...]:
    """Without repeats (case and spaces at the ends do not tell two apart), in order."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(value.strip().casefold(), value)
    return tuple(found.values())


class _Groups:
    """Union-find over places; a group holds at most one question of each library."""

    def __init__(self) -> None:
        self._group: dict[Place, list[Place]] = {}

    def add(self, place: Place) -> None:
        """A group of one."""
        self._group[place] = [place]

    def unite(self, one: Place, other: Place) -> None:
        """Put two groups together unless a library would then be in it twice."""
        first, second = self._group[one], self._group[other]
        if first is second or {i for i, _ in first} & {i for i, _ in second}:
            return
        first.extend(second)
        for place in second:
            self._group[place] = first

    def members(self) -> list[list[Place]]:
        """The groups, each sorted, by their first place."""
        found = {id(group): group for group in self._group.values()}
        return sorted(sorted(group) for group in found.values())
