"""What changed from one edition of a library to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from auditapp.checklists.library import Clause, Library, Question, Standard
from auditapp.kit.text import Text

FIELD_LABELS: dict[str, Text] = {
    "title": Text("Title"),
    "language": Text("Language"),
    "kind": Text("Kind"),
    "note": Text("Note"),
    "standard": Text("Standard"),
    "roles": Text("Who answers"),
    "stages": Text("Names of stages"),
    "bullets": Text("Bullets of the guide"),
    "tips": Text("Tips of the guide"),
    "number": Text("Clause number"),
    "number_status": Text("How far the number is confirmed"),
    "stage": Text("Stage"),
    "text": Text("Question"),
    "scope": Text("Scope"),
    "evidence": Text("Evidence to look for"),
    "guidance": Text("Guidance"),
    "weight": Text("Weight"),
    "also_clauses": Text("Further clauses"),
    "maps_to": Text("Maps to"),
    "covers": Text("Bullets covered"),
}

_HEAD = ("title", "language", "kind", "note", "standard", "roles", "stages", "bullets", "tips")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that reads differently."""

    field: str
    old: Any
    new: Any

    @property
    def label(self) -> Text:
        """The field in words."""
        return FIELD_LABELS[self.field]

    @property
    def old_lines(self) -> list[str]:
        """The old value as lines to show."""
        return _lines(self.old)

    @property
    def new_lines(self) -> list[str]:
        """The new value as lines to show."""
        return _lines(self.new)


@dataclass(frozen=True, slots=True)
class Changed:
    """A clause or question of both editions: the new one and the fields that differ."""

    name: str
    new: Clause | Question
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A question in another clause, or a clause under another parent; None is the top level."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class LibraryDiff:
    """Everything that differs; empty tuples where nothing does."""

    head: tuple[FieldChange, ...]
    clauses_added: tuple[Clause, ...]
    clauses_removed: tuple[Clause, ...]
    clauses_changed: tuple[Changed, ...]
    clauses_moved: tuple[Moved, ...]
    questions_added: tuple[Question, ...]
    questions_removed: tuple[Question, ...]
    questions_changed: tuple[Changed, ...]
    questions_moved: tuple[Moved, ...]
    reordered: bool

    def __bool__(self) -> bool:
        """True when anything differs; the edition's own name does not count."""
        return any(getattr(self, item.name) for item in fields(self))


def diff(old: Library, new: Library) -> LibraryDiff:
    """The change from `old` to `new`; clauses are paired by ref, questions by id."""
    old_clauses, new_clauses = old.clause_map(), new.clause_map()
    old_questions = {question.id: question for question in old.questions}
    new_questions = {question.id: question for question in new.questions}
    moved_questions = tuple(
        Moved(name, old_questions[name].clause, question.clause)
        for name, question in new_questions.items()
        if name in old_questions and old_questions[name].clause != question.clause
    )
    moved_clauses = tuple(
        Moved(name, old_clauses[name].parent, clause.parent)
        for name, clause in new_clauses.items()
        if name in old_clauses and old_clauses[name].parent != clause.parent
    )
    return LibraryDiff(
        head=_fields(old, new, _HEAD),
        clauses_added=tuple(clause for name, clause in new_clauses.items() if name not in old_clauses),
        clauses_removed=tuple(clause for name, clause in old_clauses.items() if name not in new_clauses),
        clauses_changed=_changed(old_clauses, new_clauses, ("number", "title", "number_status", "stage")),
        clauses_moved=moved_clauses,
        questions_added=tuple(q for name, q in new_questions.items() if name not in old_questions),
        questions_removed=tuple(q for name, q in old_questions.items() if name not in new_questions),
        questions_changed=_changed(
            old_questions,
            new_questions,
            tuple(item.name for item in fields(Question) if item.name not in {"id", "clause"}),
        ),
        questions_moved=moved_questions,
        reordered=_reordered(list(old_clauses), list(new_clauses), {moved.name for moved in moved_clauses})
        or _reordered(list(old_questions), list(new_questions), {moved.name for moved in moved_questions}),
    )


def _lines(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, Standard):
        value = {item.name: getattr(value, item.name) for item in fields(value)}
    if isinstance(value, Mapping):
        return [f"{key}: {text}" for key, text in value.items() if text is not None]
    return [str(item) for item in value] if isinstance(value, tuple) else [str(value)]


def _fields(old: Any, new: Any, names: Sequence[str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, getattr(old, name), getattr(new, name))
        for name in names
        if getattr(old, name) != getattr(new, name)
    )


def _changed(old: dict[str, Any], new: dict[str, Any], names: Sequence[str]) -> tuple[Changed, ...]:
    return tuple(
        Changed(name, item, found)
        for name, item in new.items()
        if name in old and (found := _fields(old[name], item, names))
    )


def _reordered(old: list[str], new: list[str], moved: set[str]) -> bool:
    kept_old, kept_new = set(old) - moved, set(new) - moved
    return [name for name in old if name in kept_new - moved] != [
        name for name in new if name in kept_old - moved
    ]
