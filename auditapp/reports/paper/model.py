"""What a report holds: plain values in the reader's language, the same for every form it comes in. Pure.

A report knows nothing of pages, typst, Word or Excel; a renderer knows nothing of audits.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal
from urllib.parse import quote, urljoin

from auditapp.kit.text import Text, day_words

Kind = Literal["text", "number", "date", "state"]
Value = int | float | date | None
LARGEST_EXACT = 2**53
"""A greater whole number changes when a spreadsheet reads it."""
LONGEST_ADDRESS = 2000
"""Characters: Excel holds few more."""

_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~-._"
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True)
class Pair:
    """A fact: what it is, and how it stands. ``tone`` as in ``parts/status.html``; empty for a plain text."""

    label: str
    value: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Column:
    """A column. ``wide``: it holds sentences and gets more room on paper."""

    label: str
    kind: Kind = "text"
    wide: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, in words; ``value`` is the same as a figure or a day, for a spreadsheet.

    ``url``: an address, a path of the site, or ``#anchor`` of this report. ``tone`` (on_track, attention, overdue, done, quiet) draws its mark.
    """

    text: str
    url: str = ""
    tone: str = ""
    value: Value = None


@dataclass(frozen=True)
class Row:
    """A row; a row that is shorter than its table ends in empty cells."""

    cells: tuple[Cell, ...]
    anchor: str = ""


@dataclass(frozen=True)
class Para:
    """A text: each line a paragraph, lines that begin with a dash or a bullet a list; with a tone it is a notice."""

    text: str
    tone: str = ""

    @property
    def pieces(self) -> tuple[str | tuple[str, ...], ...]:
        """Its paragraphs, and its lists as their items."""
        made: list[str | tuple[str, ...]] = []
        for line in self.text.splitlines():
            bare = line.strip()
            if bare.startswith(("- ", "• ")):
                before = made.pop() if made and isinstance(made[-1], tuple) else ()
                made.append((*before, bare[2:].strip()))
            elif bare:
                made.append(bare)
        return tuple(made)


@dataclass(frozen=True)
class Facts:
    """Names and values beside each other."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table; ``empty`` is what is said when it has no row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that is longer than the table is wide: what is beyond would be in no form of the report."""
        if any(len(row.cells) > len(self.columns) for row in self.rows):
            message = f"a row of {self.caption!r} has more cells than there are columns"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True)
class ChartSpec:
    """A chart: the sentence that says what it shows, the picture, and the figures behind it.

    ``picture``: the SVG as ``shell/charts.py`` draws it for ``theme="light"``, for paper; ``url``: the route that serves it to a page
    (a chart without one shows a page its table alone). ``marks`` and ``bars`` as in ``parts/chart.html``; ``size`` in pixels.
    """

    sentence: str
    alt: str
    table: Table
    picture: bytes = b""
    url: str = ""
    marks: tuple[tuple[int | str, str], ...] = ()
    size: tuple[int, int] = (480, 280)
    bars: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart among the blocks."""

    spec: ChartSpec


Block = Para | Facts | Table | Chart | Bullets


@dataclass(frozen=True)
class Chapter:
    """A chapter; level 2 stands below the one of level 1 before it. ``note`` is a quiet line under the title."""

    title: str
    blocks: tuple[Block, ...] = ()
    anchor: str = ""
    level: int = 1
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A whole report as of one moment. ``ref`` is its number or a short name; files are named by it."""

    kind: str
    title: str
    ref: str
    organization: str
    as_of: datetime
    language: str = "en"
    facts: tuple[Pair, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    confidential: bool = False

    def __post_init__(self) -> None:
        """Refuse a moment without a zone: nobody could say when it was."""
        if self.as_of.tzinfo is None:
            message = "a report is as of a moment in a zone"
            raise ValueError(message)

    @property
    def stamp(self) -> str:
        """Of which moment the report tells, in words."""
        at = self.as_of.astimezone(UTC)
        return str(Text("As of %(day)s, %(time)s UTC", day=day_words(at.date()), time=at.strftime("%H:%M")))

    @property
    def number(self) -> str:
        """Its number; a short name that only its files are called by is none."""
        return self.ref if self.ref != self.ref.lower() else ""

    @property
    def classification(self) -> str:
        """The word that stands on every page of a confidential report."""
        return str(Text("Confidential")) if self.confidential else ""

    def fingerprint(self) -> str:
        """SHA-256 over everything the report says, but not where its links lead.

        It stands in every form, so that two of them can be told to say the same.
        """
        spelled = json.dumps(_plain(self), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(spelled.encode()).hexdigest()

    @property
    def file_name(self) -> str:
        """The name of its file, without an ending: letters, figures, dots and dashes alone."""
        name = _NOT_IN_A_NAME.sub("-", f"{self.ref or self.kind}-{self.as_of.astimezone(UTC):%Y-%m-%d}")
        return name.strip(".-")[:100] or "report"


def tables_of(chapter: Chapter) -> Iterator[Table]:
    """The tables of a chapter, those behind its charts too."""
    for block in chapter.blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Chart):
            yield block.spec.table


def padded(table: Table) -> Iterator[tuple[Row, tuple[Cell, ...]]]:
    """Each row with exactly as many cells as there are columns."""
    wide = len(table.columns)
    for row in table.rows:
        yield row, (*row.cells, *(Cell("") for _ in range(wide - len(row.cells))))


def panels(table: Table, most: int) -> tuple[Table, ...]:
    """The table in parts of at most ``most`` columns, each with the first column again: paper ends somewhere."""
    if len(table.columns) <= most:
        return (table,)
    step = most - 1
    starts = range(1, len(table.columns), step)
    rows = list(padded(table))
    return tuple(
        Table(
            caption=str(
                Text(
                    "%(caption)s (part %(number)s of %(count)s)",
                    caption=table.caption,
                    number=number,
                    count=len(starts),
                )
            ),
            columns=(table.columns[0], *table.columns[start : start + step]),
            rows=tuple(
                Row(cells=(cells[0], *cells[start : start + step]), anchor=row.anchor if number == 1 else "")
                for row, cells in rows
            ),
            empty=table.empty,
        )
        for number, start in enumerate(starts, start=1)
    )


def with_addresses(report: Report, base: str) -> Report:
    """The report with whole addresses where it held paths of the site: a file is read elsewhere."""
    return replace(
        report,
        facts=_pairs(report.facts, base),
        chapters=tuple(
            replace(chapter, blocks=tuple(_block(block, base) for block in chapter.blocks))
            for chapter in report.chapters
        ),
    )


def address(url: str) -> str:
    """The address as a file can hold it, in ASCII; empty for whatever leads nowhere from a file: that is never made a link."""
    if not url.startswith(("https://", "http://", "mailto:")):
        return ""
    spelled = quote(url, safe=_IN_ADDRESSES, errors="replace")
    return spelled if len(spelled) <= LONGEST_ADDRESS else ""


def _whole(url: str, base: str) -> str:
    return urljoin(f"{base.rstrip('/')}/", url) if url.startswith("/") and not url.startswith("//") else url


def _pairs(pairs: tuple[Pair, ...], base: str) -> tuple[Pair, ...]:
    return tuple(replace(pair, url=_whole(pair.url, base)) if pair.url else pair for pair in pairs)


def _block(block: Block, base: str) -> Block:
    if isinstance(block, Facts):
        return Facts(_pairs(block.pairs, base))
    if isinstance(block, Chart):
        return Chart(replace(block.spec, table=_table(block.spec.table, base)))
    return _table(block, base) if isinstance(block, Table) else block


def _table(table: Table, base: str) -> Table:
    return replace(
        table,
        rows=tuple(
            replace(
                row,
                cells=tuple(
                    replace(cell, url=_whole(cell.url, base)) if cell.url else cell for cell in row.cells
                ),
            )
            for row in table.rows
        ),
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            "": type(value).__name__,
            **{each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.name != "url"},
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value
