"""The neutral report in JSON and as files."""

from datetime import date, datetime
from io import BytesIO
from typing import Annotated, Any, Literal

from flask import Response, send_file
from flask_babel import force_locale
from pydantic import Field

from auditapp.api.lists import told
from auditapp.api.shapes import Given
from auditapp.kit.db import release
from auditapp.people.guards import settings
from auditapp.reports.paper import model as paper
from auditapp.reports.paper.files import FORMS, file_of

SUFFIX = "<any(pdf, docx, xlsx):suffix>"
MEDIA = tuple(one.mimetype for one in FORMS.values())


class Fact(Given):
    """What it is, and how it stands."""

    label: str
    value: str
    url: str
    tone: str


class Column(Given):
    """A column of a table."""

    label: str
    kind: str


class Cell(Given):
    """In words, and the same as a figure or a day."""

    text: str
    value: float | int | date | None
    url: str
    tone: str


class TextBlock(Given):
    """A text."""

    kind: Literal["text"] = "text"
    text: str
    tone: str


class FactsBlock(Given):
    """Names and values."""

    kind: Literal["facts"] = "facts"
    facts: list[Fact]


class BulletsBlock(Given):
    """A list."""

    kind: Literal["bullets"] = "bullets"
    items: list[str]


class TableBlock(Given):
    """A table, or the figures of a chart and the sentence that says what it shows."""

    kind: Literal["table", "chart"]
    sentence: str
    caption: str
    columns: list[Column]
    rows: list[list[Cell]]


Block = Annotated[TextBlock | FactsBlock | BulletsBlock | TableBlock, Field(discriminator="kind")]


class Chapter(Given):
    """A chapter."""

    title: str
    level: int
    note: str
    blocks: list[Block]


class Report(Given):
    """A report as of one moment."""

    kind: str
    title: str
    ref: str
    organization: str
    as_of: datetime
    language: str
    confidential: bool
    facts: list[Fact]
    chapters: list[Chapter]
    files: dict[str, str]


def _cell(cell: paper.Cell) -> Cell:
    return told(Cell, cell)


def _table(table: paper.Table, kind: Literal["table", "chart"], sentence: str = "") -> TableBlock:
    return TableBlock(
        kind=kind,
        sentence=sentence,
        caption=table.caption,
        columns=[told(Column, one) for one in table.columns],
        rows=[[_cell(cell) for cell in row.cells] for row in table.rows],
    )


def _block(block: paper.Block) -> Any:
    if isinstance(block, paper.Para):
        return TextBlock(text=block.text, tone=block.tone)
    if isinstance(block, paper.Facts):
        return FactsBlock(facts=[told(Fact, one) for one in block.pairs])
    if isinstance(block, paper.Bullets):
        return BulletsBlock(items=list(block.items))
    if isinstance(block, paper.Chart):
        return _table(block.spec.table, "chart", block.spec.sentence)
    return _table(block, "table")


def report_told(made: paper.Report, files: dict[str, str]) -> Report:
    """The report as an operation gives it."""
    whole = paper.with_addresses(made, settings().public_url)
    return told(
        Report,
        whole,
        facts=[told(Fact, one) for one in whole.facts],
        chapters=[told(Chapter, one, blocks=[_block(each) for each in one.blocks]) for one in whole.chapters],
        files=files,
    )


def report_as(made: paper.Report, suffix: str) -> Response:
    """The report as PDF, Word or Excel."""
    release()
    with force_locale(made.language):
        data = file_of(made, suffix, base=settings().public_url)
    return send_file(
        BytesIO(data),
        mimetype=FORMS[suffix].mimetype,
        as_attachment=True,
        download_name=f"{made.file_name}.{suffix}",
    )
