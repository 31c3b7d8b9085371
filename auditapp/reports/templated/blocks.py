"""What a chapter of the Word report is made of: plain values, and which of their texts must never be missing. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MARK = "\ufdd0"
"""Around the name of a ready-made chapter while a template is filled: no character of any text (Unicode, 23.7)."""


@dataclass(frozen=True)
class Said:
    """A text; ``atoms`` are the parts of it that come from the audit, not from the form."""

    shown: str
    atoms: tuple[str, ...] = ()
    bold: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Head:
    """A heading below the chapter's own."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Prose:
    """What somebody wrote: each line a paragraph, lines that begin with a dash a list."""

    said: Said


@dataclass(frozen=True)
class Facts:
    """Names and values; a value is a number of lines."""

    rows: tuple[tuple[str, tuple[Said, ...]], ...]


@dataclass(frozen=True)
class Grid:
    """A table with a head; ``shares`` is how wide the columns are beside each other."""

    head: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[tuple[Said, ...], ...], ...]


@dataclass(frozen=True)
class Shot:
    """A picture by its key, the box it fits in (millimetres), and what stands below it."""

    key: str
    alt: str
    wide: int
    high: int
    below: tuple[Said, ...] = ()
    missing: str = ""  # what is said where there is no such picture


@dataclass(frozen=True)
class Shots:
    """Pictures beside each other."""

    shots: tuple[Shot, ...]
    columns: int = 2


Block = Head | Prose | Facts | Grid | Shots


@dataclass(frozen=True)
class Chapter:
    """A chapter that the report must hold."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    def saids(self) -> Iterator[Said]:
        """All its texts."""
        for block in self.blocks:
            yield from _of(block)

    def pictures(self) -> Iterator[str]:
        """The keys of its pictures."""
        for block in self.blocks:
            if isinstance(block, Shots):
                yield from (shot.key for shot in block.shots)


def v(text: str, *, bold: bool = False, quiet: bool = False) -> Said:
    """A text of the audit."""
    return Said(text, (text,) if text.strip() else (), bold, quiet)


def w(text: str, *, bold: bool = False, quiet: bool = False) -> Said:
    """A word of the form."""
    return Said(text, (), bold, quiet)


def join(parts: Iterable[Said], between: str = " · ") -> Said:
    """Several in one line; empty ones are left out."""
    kept = [part for part in parts if part.shown]
    return Said(
        between.join(part.shown for part in kept),
        tuple(atom for part in kept for atom in part.atoms),
        any(part.bold for part in kept),
        bool(kept) and all(part.quiet for part in kept),
    )


def filled(pattern: str, **values: str) -> Said:
    """A sentence of the form with values of the audit in it."""
    return Said(pattern % values, tuple(value for value in values.values() if value), quiet=True)


def _of(block: Block) -> Iterator[Said]:
    if isinstance(block, Head):
        yield Said(block.text)
    elif isinstance(block, Prose):
        yield block.said
    elif isinstance(block, Facts):
        for label, lines in block.rows:
            yield Said(label)
            yield from lines
    elif isinstance(block, Grid):
        yield from map(Said, block.head)
        for row in block.rows:
            for cell in row:
                yield from cell
    else:
        for shot in block.shots:
            yield from shot.below
