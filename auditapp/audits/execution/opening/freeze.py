"""From clause libraries to the questions of one audit: asked once, counted for every clause they serve. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from auditapp.checklists.library import Clause, Library, Scope
from auditapp.checklists.merge import WalkItem, merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One question of one audit, before it is a row; ``relationship_id`` for those asked per relationship."""

    key: str
    chapter: str
    chapter_title: str
    section: str
    section_title: str
    stage: str
    scope: str
    relationship_id: UUID | None
    text: str
    look_for: list[str]
    guidance: str
    roles: list[str]
    weight: int
    counts_for: list[dict[str, Any]]


def question_id(audit_id: UUID, key: str, relationship_id: UUID | None) -> UUID:
    """The id of a question in an audit: a tablet that is taken along before the opening meeting knows it already."""
    return uuid5(audit_id, f"{key} {relationship_id or ''}")


def freeze(
    libraries: Sequence[Library], *, stages: Collection[str], relationships: Sequence[UUID]
) -> list[Frozen]:
    """The questions in the order of the walk: what is asked once, then each relationship's in its turn.

    ``libraries``: the lead first. ``stages``: slugs in scope, all when empty. Somebody who talks with the people
    of one relationship thus walks through one stretch of the page.
    """
    items = [item for item in merge(libraries) if not stages or item.stage.value in stages]
    known = {library.id: library for library in libraries}
    clauses = {library.id: library.clause_map() for library in libraries}
    once = [item for item in items if item.scope is Scope.SYSTEM]
    each = [item for item in items if item.scope is Scope.RELATIONSHIP]
    asked: list[tuple[WalkItem, UUID | None]] = [(item, None) for item in once]
    asked += [(item, relationship) for relationship in relationships for item in each]
    return [_frozen(item, relationship, known, clauses) for item, relationship in asked]


def _frozen(
    item: WalkItem,
    relationship: UUID | None,
    libraries: Mapping[str, Library],
    clauses: Mapping[str, Mapping[str, Clause]],
) -> Frozen:
    home = clauses[item.library][item.section]
    chapter = _chapter(home, clauses[item.library])
    return Frozen(
        key=item.key,
        chapter=_chapter_name(item.library, chapter.label, libraries),
        chapter_title=chapter.title[:300],
        section=item.section[:40],
        section_title=home.title[:300],
        stage=item.stage.value,
        scope=item.scope.value,
        relationship_id=relationship,
        text=item.text,
        look_for=list(item.evidence),
        guidance="\n".join(item.guidance),
        roles=list(_roles(item, libraries)),
        weight=item.weight,
        counts_for=[
            _place(libraries[place.library], clauses[place.library][place.clause], place.question)
            for place in item.counts_for
        ],
    )


def _chapter(clause: Clause, clauses: Mapping[str, Clause]) -> Clause:
    """The highest clause above that belongs to the same stage: “8.2 …” for the stages, “5 …” around them."""
    found = clause
    while found.parent is not None and clauses[found.parent].stage is clause.stage:
        found = clauses[found.parent]
    return found


def _chapter_name(library: str, label: str, libraries: Mapping[str, Library]) -> str:
    """“8.2” in the lead library; in a further one with its standard before it, for numbers repeat between them."""
    if library == next(iter(libraries)):
        return label[:40]
    standard = libraries[library].standard
    return f"{(standard.code if standard else library)[:28]} {label}"[:40]


def _roles(item: WalkItem, libraries: Mapping[str, Library]) -> Iterator[str]:
    for role in item.roles:
        named = [library.roles[role] for library in libraries.values() if role in library.roles]
        yield named[0] if named else role


def _place(library: Library, clause: Clause, question: str) -> dict[str, Any]:
    return {
        "library": library.id,
        "standard": library.standard.code if library.standard else library.title,
        "ref": clause.ref,
        "number": clause.number or "",
        "title": clause.title,
        "confirmed": not clause.unconfirmed,
        "question": question,
    }
