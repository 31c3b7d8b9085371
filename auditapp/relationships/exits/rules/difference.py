"""The readable difference between two versions: by section, by step, by trigger; words that went and words that came. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 4_000  # beyond that a text is compared line by line


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of text and what became of it."""

    change: Change
    text: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A part that differs: its name, and its text in pieces."""

    label: object  # a Text or a string
    pieces: Sequence[Piece]


def pieces(old: str, new: str) -> list[Piece]:
    """The words of two texts, those that went before those that came."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(change=Change.SAME, text="".join(before[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece(change=Change.GONE, text="".join(before[i1:i2])))
        if j2 > j1:
            found.append(Piece(change=Change.NEW, text="".join(after[j1:j2])))
    return found


def entries(labels: Mapping[str, object], old: Mapping[str, str], new: Mapping[str, str]) -> list[Entry]:
    """The parts whose text differs, in the order of ``labels``."""
    return [
        Entry(label=label, pieces=pieces(old.get(key, ""), new.get(key, "")))
        for key, label in labels.items()
        if old.get(key, "") != new.get(key, "")
    ]
