"""Bytes to a `Library`, or every fault of the file with line and column; never any other exception."""

import json
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from auditapp.checklists.library import (
    Clause,
    Kind,
    Library,
    NumberStatus,
    Question,
    Scope,
    Stage,
    Standard,
    StandardStatus,
)
from auditapp.checklists.reading import MAX_FAULTS, Fault, Marked, read, shorten
from auditapp.kit.text import Text

SCHEMA: dict[str, Any] = json.loads(files("auditapp.checklists").joinpath("schema.json").read_text("utf-8"))
_VALIDATOR = Draft202012Validator(SCHEMA)
Path = tuple[str | int, ...]


class ChecklistFaults(Exception):
    """A file that is not a library: `name` of the file and all its faults in reading order."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        """Sort the faults by where they stand."""
        self.name = name
        self.faults = sorted(faults)
        super().__init__("\n".join(f"{name}:{fault}" for fault in self.faults))


def parse(data: bytes, *, name: str) -> Library:
    """The library in `data`; `name` is the file's name, used in messages only.

    Raises :class:`ChecklistFaults` with every fault that can be told (a file that is not YAML at all ends
    at the first place where it cannot be read on).
    """
    root, faults = read(data)
    if root is not None:
        plain = root.plain()
        faults += _schema_faults(root, plain)
        faults += _Names(root).faults()
        if not faults:
            return library_of(plain)
    raise ChecklistFaults(name, faults[:MAX_FAULTS])


# --- shape: the published schema, said in words for people ---------------------------------------------------

_TYPES: dict[str, Text] = {
    "object": Text("a mapping (key: value)"),
    "array": Text("a list"),
    "string": Text("a text"),
    "integer": Text("a whole number"),
}


def _schema_faults(root: Marked, plain: Any) -> Iterator[Fault]:
    for error in _VALIDATOR.iter_errors(plain):
        yield from _told(root, error)


def _told(root: Marked, error: ValidationError) -> Iterator[Fault]:
    path: Path = tuple(error.absolute_path)
    rule, limit, value = str(error.validator), error.validator_value, error.instance
    if rule == "additionalProperties" and isinstance(value, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for key in value:
            if key not in known:
                yield _at_key(root, path, key, Text("The key “%(key)s” is not known here.", key=shorten(key)))
        return
    if rule == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        yield _at_key(root, path, str(value), Text("“%(key)s” cannot be a key here.", key=shorten(value)))
        return
    yield _at(root, path, _SENTENCES.get(rule, _other)(limit, value, error))


def _other(_limit: Any, _value: Any, error: ValidationError) -> Text:
    return Text("Not allowed here: %(problem)s", problem=shorten(error.message, 120))


def _missing(limit: Any, value: Any, error: ValidationError) -> Text:
    # jsonschema raises one error per missing key and names it only in its English message.
    keys = [key for key in limit if key not in value and error.message.startswith(repr(key))]
    return Text("The key “%(key)s” is missing.", key=", ".join(keys))


def _pattern(_limit: Any, value: Any, _error: ValidationError) -> Text:
    if not str(value).strip():
        return Text("This must not be empty.")
    return Text("“%(value)s” has a form that is not allowed here.", value=shorten(value))


_SENTENCES: dict[str, Callable[[Any, Any, ValidationError], Text]] = {
    "required": _missing,
    "pattern": _pattern,
    "type": lambda limit, value, _error: (
        Text("This must not be empty.")
        if value is None
        else Text("This must be %(kind)s.", kind=_TYPES[str(limit)])
    ),
    "enum": lambda limit, value, _error: Text(
        "“%(value)s” is not one of: %(choices)s.", value=shorten(value), choices=", ".join(limit)
    ),
    "const": lambda limit, value, _error: Text(
        "This must be “%(limit)s”, not “%(value)s”.", limit=limit, value=shorten(value)
    ),
    "maxLength": lambda limit, value, _error: Text(
        "The text is too long: %(length)s characters, at most %(limit)s.", length=len(value), limit=limit
    ),
    "minItems": lambda limit, _value, _error: Text("The list needs at least %(limit)s entry.", limit=limit),
    "maxItems": lambda limit, value, _error: Text(
        "The list is too long: %(length)s entries, at most %(limit)s.", length=len(value), limit=limit
    ),
    "minimum": lambda limit, _value, _error: Text("The number must be at least %(limit)s.", limit=limit),
    "maximum": lambda limit, _value, _error: Text("The number must be at most %(limit)s.", limit=limit),
}


def _at(root: Marked, path: Path, message: Text) -> Fault:
    node = root
    for step in path:
        node = node.value[step]
    return Fault(node.line, node.column, _spell(path), message)


def _at_key(root: Marked, path: Path, key: str, message: Text) -> Fault:
    node = root
    for step in path:
        node = node.value[step]
    line, column = node.keys.get(key, (node.line, node.column))
    return Fault(line, column, _spell((*path, key)), message)


def _spell(path: Path) -> str:
    """`clauses[2].questions[0].id`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


# --- names: what a schema cannot say -------------------------------------------------------------------------


class _Names:
    """Checks that names are unique and that every name used exists, on whatever of the file has the right shape."""

    def __init__(self, root: Marked) -> None:
        self.root = root
        self.id = _text(root, "id")
        self.roles = _keys(root, "roles")
        self.bullets = _keys(root, "bullets")
        self.tips = _keys(root, "tips")
        self.clauses = [
            (i, node) for i, node in enumerate(_list(root, "clauses")) if isinstance(node.value, dict)
        ]
        self.questions = [
            (("clauses", i, "questions", j), clause, question)
            for i, clause in self.clauses
            for j, question in enumerate(_list(clause, "questions"))
            if isinstance(question.value, dict)
        ]
        self.refs = {ref for _, clause in self.clauses if (ref := _text(clause, "ref"))}
        self.ids = {found for _, _, question in self.questions if (found := _text(question, "id"))}

    def faults(self) -> Iterator[Fault]:
        """Every fault of names."""
        if not isinstance(self.root.value, dict):
            return
        if self.clauses and not self.questions:
            yield self._fault(self.root.value["clauses"], ("clauses",), Text("There is not one question."))
        if _text(self.root, "kind") == Kind.CLAUSE and "standard" not in self.root.value:
            yield Fault(
                1,
                1,
                "standard",
                Text("A clause checklist names its standard: the key “standard” is missing."),
            )
        yield from self._clause_faults()
        yield from self._circles()
        yield from self._question_faults()

    def _fault(self, node: Marked, path: Path, message: Text) -> Fault:
        return Fault(node.line, node.column, _spell(path), message)

    def _clause_faults(self) -> Iterator[Fault]:
        seen: dict[str, Marked] = {}
        for i, clause in self.clauses:
            path: Path = ("clauses", i)
            if ref := _text(clause, "ref"):
                node = clause.value["ref"]
                if ref in seen:
                    yield self._fault(node, (*path, "ref"), _twice(Text("clause"), ref, seen[ref]))
                seen.setdefault(ref, node)
            parent = _text(clause, "parent")
            if parent is not None and parent not in self.refs:
                message = Text("There is no clause “%(ref)s” to be the parent.", ref=shorten(parent))
                yield self._fault(clause.value["parent"], (*path, "parent"), message)
            status = _text(clause, "number_status")
            if status in set(NumberStatus) - {NumberStatus.OWN} and "number" not in clause.value:
                message = Text("The clause has no number, so its number_status must be “own”.")
                yield self._fault(clause.value["number_status"], (*path, "number_status"), message)

    def _circles(self) -> Iterator[Fault]:
        """One fault for each circle of parents, at the clause of the circle that stands first in the file."""
        parent = {
            ref: (i, clause, _text(clause, "parent"))
            for i, clause in reversed(self.clauses)
            if (ref := _text(clause, "ref"))
        }
        done: set[str] = set()
        for _, start in self.clauses:
            ref, walked = _text(start, "ref"), dict[str, None]()
            while ref in parent and ref not in done and ref not in walked:
                walked[ref] = None
                ref = parent[ref][2]
            if ref in walked:
                circle = list(walked)[list(walked).index(ref) :]
                i, clause, _ = parent[ref]
                names = shorten(" → ".join([*circle, ref]), 200)
                message = Text("Parents make a circle: %(names)s.", names=names)
                yield self._fault(clause.value["parent"], ("clauses", i, "parent"), message)
            done.update(walked)

    def _question_faults(self) -> Iterator[Fault]:
        seen: dict[str, Marked] = {}
        for path, clause, question in self.questions:
            if found := _text(question, "id"):
                node = question.value["id"]
                if found in seen:
                    yield self._fault(node, (*path, "id"), _twice(Text("question"), found, seen[found]))
                seen.setdefault(found, node)
            yield from self._used(path, question, "roles", self.roles, Text("role"))
            yield from self._used(path, question, "covers", self.bullets, Text("bullet"))
            yield from self._used(path, question, "tips", self.tips, Text("tip"))
            yield from self._used(path, question, "also_clauses", self.refs, Text("clause"))
            yield from self._used(path, question, "evidence", None, Text("evidence"))
            yield from self._mapped(path, question)
            home = _text(clause, "ref")
            for k, node in enumerate(_list(question, "also_clauses")):
                if home is not None and node.value == home:
                    message = Text("The question already stands in clause “%(ref)s”.", ref=shorten(home))
                    yield self._fault(node, (*path, "also_clauses", k), message)

    def _used(
        self, path: Path, question: Marked, key: str, known: set[str] | None, kind: Text
    ) -> Iterator[Fault]:
        met: set[str] = set()
        for k, node in enumerate(_list(question, key)):
            if not isinstance(node.value, str):
                continue
            if known is not None and node.value not in known:
                message = Text(
                    "There is no %(kind)s “%(name)s” in this file.", kind=kind, name=shorten(node.value)
                )
                yield self._fault(node, (*path, key, k), message)
            if node.value in met:
                message = Text("“%(name)s” stands in this list twice.", name=shorten(node.value))
                yield self._fault(node, (*path, key, k), message)
            met.add(node.value)

    def _mapped(self, path: Path, question: Marked) -> Iterator[Fault]:
        yield from self._used(path, question, "maps_to", None, Text("target"))
        own = _text(question, "id")
        for k, node in enumerate(_list(question, "maps_to")):
            if self.id is None or not isinstance(node.value, str):
                continue
            where = (*path, "maps_to", k)
            clause = node.value.removeprefix(f"{self.id}#")
            target = node.value.removeprefix(f"{self.id}:")
            if clause != node.value and clause not in self.refs:
                yield self._fault(
                    node, where, Text("There is no clause “%(ref)s” here.", ref=shorten(clause))
                )
            elif target != node.value and target == own:
                yield self._fault(node, where, Text("A question cannot map to itself."))
            elif target != node.value and target not in self.ids:
                yield self._fault(
                    node, where, Text("There is no question “%(id)s” here.", id=shorten(target))
                )


def _twice(kind: Text, name: str, first: Marked) -> Text:
    return Text(
        "The %(kind)s “%(name)s” is there twice; first in line %(line)s.",
        kind=kind,
        name=shorten(name),
        line=first.line,
    )


def _text(node: Marked, key: str) -> str | None:
    child = node.value.get(key) if isinstance(node.value, dict) else None
    return child.value if child is not None and isinstance(child.value, str) else None


def _list(node: Marked, key: str) -> list[Marked]:
    child = node.value.get(key) if isinstance(node.value, dict) else None
    return child.value if child is not None and isinstance(child.value, list) else []


def _keys(node: Marked, key: str) -> set[str]:
    child = node.value.get(key) if isinstance(node.value, dict) else None
    return set(child.value) if child is not None and isinstance(child.value, dict) else set()


# --- the checked file to dataclasses -------------------------------------------------------------------------


def library_of(plain: Mapping[str, Any]) -> Library:
    """The library of a document that was checked before (`export.plain` of a library)."""
    standard = plain.get("standard")
    return Library(
        id=plain["id"],
        edition=plain["edition"],
        title=plain["title"],
        language=plain["language"],
        kind=Kind(plain["kind"]),
        note=plain.get("note"),
        standard=Standard(**standard | {"status": StandardStatus(standard["status"])}) if standard else None,
        roles=plain["roles"],
        stages=plain.get("stages", {}),
        bullets=plain.get("bullets", {}),
        tips=plain.get("tips", {}),
        clauses=tuple(
            Clause(
                ref=clause["ref"],
                number=clause.get("number"),
                title=clause["title"],
                number_status=NumberStatus(clause["number_status"]),
                stage=Stage(clause["stage"]),
                parent=clause.get("parent"),
            )
            for clause in plain["clauses"]
        ),
        questions=tuple(
            _question(clause["ref"], question)
            for clause in plain["clauses"]
            for question in clause.get("questions", [])
        ),
    )


def _question(clause: str, plain: dict[str, Any]) -> Question:
    return Question(
        id=plain["id"],
        clause=clause,
        text=plain["text"],
        scope=Scope(plain["scope"]),
        evidence=tuple(plain["evidence"]),
        roles=tuple(plain["roles"]),
        guidance=plain.get("guidance"),
        weight=plain.get("weight", 1),
        also_clauses=tuple(plain.get("also_clauses", ())),
        maps_to=tuple(plain.get("maps_to", ())),
        covers=tuple(plain.get("covers", ())),
        tips=tuple(plain.get("tips", ())),
    )
