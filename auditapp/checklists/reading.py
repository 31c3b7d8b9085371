"""YAML bytes to a tree that remembers line and column. Nothing a file holds can make it raise or run away.

The tree is built from libyaml's event stream, not by a loader: no object is made from a tag, an alias is
refused where it stands (so nothing expands), depth and size are bounded while reading, and a plain scalar
is the text that was written (`8.10` stays "8.10", `no` stays "no").
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml

from auditapp.kit.text import Text

MAX_BYTES = 8 * 1024 * 1024
MAX_NODES = 250_000
MAX_DEPTH = 12
MAX_FAULTS = 1_000

# Keys whose plain scalars are numbers; everything else is text as written.
NUMBER_KEYS = frozenset({"weight"})
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
INTEGER = re.compile(r"[-+]?[0-9]{1,9}", re.ASCII)
STR_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
# Controls, line separators that editors count differently, and marks that make text read in another order than stored.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file: line and column from 1, the path of keys to it, and what is wrong."""

    line: int
    column: int
    path: str
    message: Text = field(compare=False)

    def __str__(self) -> str:
        """`line:column: message` in English, as the command line prints it."""
        where = f"{self.line}:{self.column}: "
        return where + str(self.message)


@dataclass(slots=True)
class Marked:
    """A value of the file with where it stands; `value` is a dict or list of Marked, or a scalar."""

    value: Any
    line: int
    column: int
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without marks. The depth is bounded by the reader, so recursion is safe."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


class _Stop(Exception):
    """The rest of the file cannot be read."""


def read(data: bytes) -> tuple[Marked | None, list[Fault]]:
    """The tree of `data` and the faults met on the way; no tree when the file cannot be read to its end."""
    text, faults = _decoded(data)
    if faults:
        return None, faults
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except _Stop:
        return None, builder.faults
    except yaml.YAMLError as error:
        builder.faults.append(_syntax_fault(error))
        return None, builder.faults
    if builder.root is None:
        builder.faults.append(_fault(1, 1, Text("The file is empty.")))
    return builder.root, builder.faults


def _decoded(data: bytes) -> tuple[str, list[Fault]]:
    """The text, or why it cannot be taken as text."""
    if len(data) > MAX_BYTES:
        return "", [_fault(1, 1, Text("The file is larger than %(limit)s MiB.", limit=MAX_BYTES >> 20))]
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = Text("The file is not UTF-8: byte %(byte)s.", byte=f"0x{data[error.start]:02X}")
        return "", [_fault(*_place(before, len(before)), message)]
    found = zip(_SUSPECT.finditer(text), range(MAX_FAULTS // 5), strict=False)
    return text, [_character_fault(text, match) for match, _ in found]


def _syntax_fault(error: yaml.YAMLError) -> Fault:
    if not isinstance(error, yaml.MarkedYAMLError):
        return _fault(1, 1, Text("This is not YAML: %(problem)s.", problem=str(error)))
    problem = error.problem or error.context or "unreadable"
    mark = error.problem_mark or error.context_mark
    if "end of stream" in problem and error.context_mark:
        mark = error.context_mark  # where the quote was opened, not where the file ends
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return _fault(line, column, Text("This is not YAML: %(problem)s.", problem=problem))


class _Builder:
    """Takes events one by one and grows the tree without recursion."""

    def __init__(self) -> None:
        self.root: Marked | None = None
        self.faults: list[Fault] = []
        self._open: list[Marked] = []
        self._key: list[tuple[str, tuple[int, int]] | None] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """One event of the stream."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(event, Text("A file holds one library: a second document starts here."))
        elif isinstance(event, yaml.AliasEvent):
            self._stop(event, Text("Aliases (*name) are not allowed: write the value out."))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._key.pop()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)

    def _begin(self, event: yaml.CollectionStartEvent, value: dict[str, Marked] | list[Marked]) -> None:
        if event.tag is not None:
            self._flag(event, Text("Tags (%(tag)s) are not allowed.", tag=event.tag))
        if self._waits_for_key():
            self._stop(event, Text("A key must be plain text."))
        if len(self._open) >= MAX_DEPTH:
            self._stop(event, Text("Nested deeper than %(limit)s levels.", limit=MAX_DEPTH))
        node = self._count(event, value)
        self._attach(node)
        self._open.append(node)
        self._key.append(None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None and event.tag not in STR_TAGS:
            self._flag(event, Text("Tags (%(tag)s) are not allowed.", tag=event.tag))
        if self._waits_for_key():
            mark = _start(event)
            if event.value in self._open[-1].value:
                self._flag(event, Text("The key “%(key)s” is given twice.", key=shorten(event.value)))
            self._key[-1] = (event.value, mark)
            return
        plain = not event.style and event.tag is None  # libyaml says "", the pure parser None
        value: str | int | None = event.value.strip()
        if plain and value in NULLS:
            value = None
        elif plain and self._key and self._key[-1] and self._key[-1][0] in NUMBER_KEYS:
            value = int(event.value) if INTEGER.fullmatch(event.value) else event.value
        if isinstance(value, str) and (found := _SUSPECT.search(value)):
            self._flag(event, _character_text(found.group()))
        self._attach(self._count(event, value))

    def _waits_for_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._key[-1] is None

    def _attach(self, node: Marked) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif key := self._key[-1]:
            parent.value.setdefault(key[0], node)  # the first of two equal keys counts; the fault is noted
            parent.keys.setdefault(*key)
            self._key[-1] = None

    def _count(self, event: yaml.Event, value: Any) -> Marked:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(event, Text("The file has more than %(limit)s values.", limit=MAX_NODES))
        return Marked(value, *_start(event))

    def _flag(self, event: yaml.Event, message: Text) -> None:
        self.faults.append(_fault(*_start(event), message))
        if len(self.faults) >= MAX_FAULTS:
            raise _Stop

    def _stop(self, event: yaml.Event, message: Text) -> None:
        self._flag(event, message)
        raise _Stop


def shorten(value: object, limit: int = 60) -> str:
    """A value as it is quoted in a message."""
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _fault(line: int, column: int, message: Text) -> Fault:
    return Fault(line, column, "", message)


def _place(text: str, index: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - line_start + 1


def _character_fault(text: str, found: re.Match[str]) -> Fault:
    return _fault(*_place(text, found.start()), _character_text(found.group()))


def _character_text(character: str) -> Text:
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return Text("A character that is not allowed: %(name)s.", name=name)
