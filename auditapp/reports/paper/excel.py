"""A report as an Excel workbook: the facts first, then a sheet for each table, with figures and days that can be reckoned with."""

import io
import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from auditapp.kit.sheets import new_book, sheet_text, without_controls
from auditapp.kit.text import Text
from auditapp.reports.paper.layout import widths
from auditapp.reports.paper.model import (
    LARGEST_EXACT,
    Bullets,
    Cell,
    Chapter,
    Chart,
    Facts,
    Para,
    Report,
    Table,
    Value,
    address,
    padded,
    tables_of,
)
from auditapp.reports.paper.telling import wrote
from auditapp.reports.zips import steadied

INK: Final = {
    "attention": "#8A5A00",
    "overdue": "#9C1420",
    "done": "#1F6B45",
    "on_track": "#0D5C66",
    "quiet": "#56606E",
}
LONGEST_NAME = 31  # UTF-16 units of the name of a sheet
MOST_LINKS = 60_000  # of a sheet; Excel reads 65,530
FIRST_YEAR = 1900
"""Excel knows no day before."""
MOST_ROWS = 1_000_000  # of a sheet; what is more goes on in another
LINE, HIGHEST = 15, 405  # points; Excel has no higher row than 409
LONGEST_LITERAL = 255  # characters of a text within a formula
HIGHEST_TEXT = 5_000
"""Characters: no row is high enough for more."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LAST_WIDTH = 60
FACTS_WIDE = (36, 80)


def render(report: Report) -> bytes:
    """The report as xlsx; the same report always gives the same bytes."""
    out = io.BytesIO()
    book = new_book(out)
    book.set_properties(
        {
            "title": sheet_text(report.title)[:250],
            "author": sheet_text(report.organization)[:250],
            "created": report.as_of.astimezone(UTC).replace(tzinfo=None),
        }
    )
    _Writer(book, report).write()
    book.close()
    return steadied(out.getvalue())


class _Writer:
    def __init__(self, book: Workbook, report: Report) -> None:
        self.book, self.report = book, report
        self.formats: dict[tuple[str, str, bool, bool], Any] = {}
        self.names: set[str] = {"history"}  # Excel keeps it for itself

    def write(self) -> None:
        sheets = [
            (chapter, part)
            for chapter in self.report.chapters
            for table in tables_of(chapter)
            for part in _continued(table)
        ]
        words = [(chapter, *line) for chapter in self.report.chapters for line in _words(chapter)]
        first = self.book.add_worksheet(self.name(str(Text("Facts"))))
        second = self.book.add_worksheet(self.name(str(Text("Text")))) if words else None
        named = [(self.name(table.caption or chapter.title), chapter, table) for chapter, table in sheets]
        places = [(chapter.title, table.caption or name, name) for name, chapter, table in named]
        if second is not None:
            places.insert(0, (str(Text("Text")), str(Text("What the chapters say")), second.name))
        self.facts(first, places)
        if second is not None:
            self.text(second, words)
        for done, (name, _chapter, table) in enumerate(named, start=1):
            self.table(self.book.add_worksheet(name), table)
            wrote(done, len(named))

    def name(self, wanted: str) -> str:
        """A name for a sheet: short, of allowed characters, the only one of its kind."""
        bare = " ".join(_NOT_IN_NAMES.sub(" ", without_controls(wanted)).split()).strip("' ")
        base = _cut(bare, LONGEST_NAME).strip("' ") or str(Text("Table"))
        name, number = base, 1
        while name.casefold() in self.names or name.lower() in self.names:
            number += 1
            ending = f" ({number})"
            name = _cut(base, LONGEST_NAME - len(ending)).rstrip("' ") + ending
        self.names |= {name.casefold(), name.lower()}
        return name

    def format(self, number: str = "", ink: str = "", *, bold: bool = False, head: bool = False) -> Any:
        key = (number, ink, bold, head)
        if key not in self.formats:
            look: dict[str, Any] = {"valign": "top", "text_wrap": not number, "bold": bold}
            if number:
                look["num_format"] = number
            if ink:
                look["font_color"] = ink
            if head:
                look |= {"bg_color": "#F3F5F7", "bottom": 1, "text_wrap": True} | (
                    {"align": "right"} if number else {}
                )
            if number.startswith("yyyy"):
                look |= {"align": "left", "indent": 1}
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def facts(
        self,
        sheet: Worksheet,
        places: list[tuple[str, str, str]],
    ) -> None:
        """The first sheet: what the report is, its facts, and where everything stands (chapter, words, sheet)."""
        report = self.report
        for place, width in enumerate(FACTS_WIDE):
            sheet.set_column(place, place, width)
        rows: list[tuple[str, Cell]] = [
            (str(Text("Report")), Cell(report.kind)),
            (str(Text("Title")), Cell(report.title)),
            *([(str(Text("Number")), Cell(report.number))] if report.number else []),
            (str(Text("Organization")), Cell(report.organization)),
            (str(Text("As of (UTC)")), Cell(f"{report.as_of.astimezone(UTC):%Y-%m-%d %H:%M}")),
            *([(str(Text("Classification")), Cell(report.classification))] if report.confidential else []),
            (str(Text("Fingerprint (SHA-256)")), Cell(report.fingerprint())),
            *((pair.label, Cell(pair.value, pair.url, pair.tone)) for pair in report.facts),
        ]
        links = 0
        for at, (label, cell) in enumerate(rows):
            _high(sheet, at, (label, cell.text), FACTS_WIDE)
            sheet.write_string(at, 0, sheet_text(label), self.format(bold=True))
            links += self.cell(sheet, at, 1, cell, links=links)
        for at, (title, words, name) in enumerate(places, start=len(rows)):
            _high(sheet, at, (title, words), FACTS_WIDE)
            sheet.write_string(at, 0, sheet_text(title), self.format(bold=True))
            links += self.cell(sheet, at, 1, Cell(words), links=links, leads_to=name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def text(self, sheet: Worksheet, words: list[tuple[Chapter, str, str, str]]) -> None:
        """The second sheet: what the chapters say outside tables."""
        labels = (str(Text("Chapter")), str(Text("What")), str(Text("Text")))
        wide = (30, 26, 90)
        _high(sheet, 0, labels, wide, head=True)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, (label, width) in enumerate(zip(labels, wide, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, label, self.format(bold=True, head=True))
        sheet.freeze_panes(1, 0)
        for at, (chapter, what, said, tone) in enumerate(words, start=1):
            _high(sheet, at, (chapter.title, what, said), wide)
            for place, cell in enumerate((Cell(chapter.title), Cell(what), Cell(said, tone=tone))):
                self.cell(sheet, at, place, cell, links=MOST_LINKS)
        sheet.autofilter(0, 0, max(1, len(words)), 2)

    def table(self, sheet: Worksheet, table: Table) -> None:
        if not table.columns:
            sheet.write_string(0, 0, sheet_text(table.empty), self.format())
            return
        wide = [min(round(width * 1.2) + 2, _LAST_WIDTH) for width in widths(table)]
        for place, width in enumerate(wide):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        _high(sheet, 0, [column.label for column in table.columns], wide, head=True)
        for place, column in enumerate(table.columns):
            look = self.format("0" if column.kind == "number" else "", bold=True, head=True)
            sheet.write_string(0, place, sheet_text(column.label), look)
        links = 0
        for at, (_row, cells) in enumerate(padded(table), start=1):
            _high(sheet, at, [cell.text for cell in cells], wide)
            for place, cell in enumerate(cells):
                links += self.cell(sheet, at, place, cell, links=links, wide=wide[place])
        if not table.rows and table.empty:
            sheet.write_string(1, 0, sheet_text(table.empty), self.format(ink=INK["quiet"]))
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)

    def cell(
        self,
        sheet: Worksheet,
        at: int,
        place: int,
        cell: Cell,
        *,
        links: int,
        leads_to: str = "",
        wide: int = 0,
    ) -> int:
        """Write a cell as what it is: a day, a figure, a link, a text. Gives the number of links written."""
        value, ink = _typed(cell.value), INK.get(cell.tone, "")
        target = _inside(leads_to) if leads_to else address(cell.url)
        linked = bool(cell.text and target) and links < MOST_LINKS
        if linked:
            ink = ink or INK["on_track"]
            words, look = sheet_text(cell.text), self.format(ink=ink)
            # LibreOffice never wraps the words of a link, only those of a formula: a long one would be cut off.
            if 0 < wide <= len(words) and max(len(words), len(target)) <= LONGEST_LITERAL:
                sheet.write_formula(at, place, f"=HYPERLINK({_quoted(target)},{_quoted(words)})", look, words)
                return 0
            sheet.write_url(at, place, target, look, words)
        if isinstance(value, date):
            sheet.write_datetime(at, place, value, self.format("yyyy-mm-dd", ink))
        elif value is not None:
            sheet.write_number(
                at, place, value, self.format("0" if isinstance(value, int) else "General", ink)
            )
        elif cell.text and not linked:
            sheet.write_string(at, place, sheet_text(cell.text), self.format(ink=ink))
        return int(linked)


def _high(
    sheet: Worksheet, at: int, texts: Sequence[str], wide: Sequence[int], *, head: bool = False
) -> None:
    """Make a row high enough for what stands in it: not every program reckons that by itself. A head is bold and has air."""
    if head:
        wide = [max(2, round(width / 1.2)) for width in wide]
    lines = max(
        sum(max(1, math.ceil(len(line) / (width - 1))) for line in text[:HIGHEST_TEXT].split("\n"))
        for text, width in zip(texts, wide, strict=True)
    )
    if lines > 1 or head:
        sheet.set_row(at, min(lines * LINE + 4 * head, HIGHEST))


def _quoted(words: str) -> str:
    """A text within a formula."""
    doubled = words.replace('"', '""')
    return f'"{doubled}"'


def _inside(name: str) -> str:
    """Where a sheet of the workbook begins."""
    quoted = name.replace("'", "''")
    return f"internal:'{quoted}'!A1"


def _typed(value: Value) -> int | float | date | None:
    """The value as Excel can hold it exactly; ``None`` if it cannot: then the words of the cell stand."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value if value.year > FIRST_YEAR else None
    if value is None or isinstance(value, bool) or not math.isfinite(value) or abs(value) > LARGEST_EXACT:
        return None
    return value


def _words(chapter: Chapter) -> list[tuple[str, str, str]]:
    """What a chapter says outside its tables: what it is, the words, the tone."""
    made = [(str(Text("Note")), chapter.note, "")] if chapter.note else []
    for block in chapter.blocks:
        if isinstance(block, Para):
            made.append(("", block.text, block.tone))
        elif isinstance(block, Facts):
            made.extend((pair.label, pair.value, pair.tone) for pair in block.pairs)
        elif isinstance(block, Bullets):
            made.extend((str(Text("Point")), item, "") for item in block.items)
        elif isinstance(block, Chart):
            made.append((str(Text("Chart")), block.spec.sentence, ""))
    return made


def _continued(table: Table) -> list[Table]:
    if len(table.rows) <= MOST_ROWS:
        return [table]
    return [
        Table(table.caption, table.columns, table.rows[start : start + MOST_ROWS], table.empty)
        for start in range(0, len(table.rows), MOST_ROWS)
    ]


def _cut(text: str, most: int) -> str:
    """At most so many UTF-16 units, as Excel counts, and no half of a character."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
