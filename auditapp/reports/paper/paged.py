"""A report as a page shows it: long tables come page by page, and links to a row lead to the page that has it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from auditapp.kit.paging import Page
from auditapp.reports.paper.model import Block, Chart, Facts, Pair, Report, Row, Table

PER_PAGE = 50
"""Rows: a table with a few more than that is not torn apart for them."""
SPARED = 10
KEY = "table-"
"""How the parameters of the address begin: ``table-2=3`` is the third page of the second table that comes in pages."""


@dataclass(frozen=True)
class PagedTable(Table):
    """A page of a table: ``page`` says which; ``key`` names it in the address."""

    page: Page[Row] | None = None
    key: str = ""


def paged(report: Report, asked: Mapping[str, str], address: Callable[[str, int, str], str]) -> Report:
    """The report with each long table as the page that is asked for.

    ``address(key, number, anchor)``: of a page of a table. What is asked and is not there becomes the nearest that is.
    """
    made: dict[int, PagedTable] = {}
    elsewhere: dict[str, str] = {}
    for block in (block for chapter in report.chapters for block in chapter.blocks):
        table = block.spec.table if isinstance(block, Chart) else block
        if not isinstance(table, Table) or len(table.rows) <= PER_PAGE + SPARED:
            continue
        key = f"{KEY}{len(made) + 1}"
        pages = -(-len(table.rows) // PER_PAGE)
        wanted = asked.get(key, "")
        number = min(max(1, int(wanted) if wanted.isascii() and wanted.isdigit() else 1), pages)
        start = (number - 1) * PER_PAGE
        rows = table.rows[start : start + PER_PAGE]
        shown = Page(rows=rows, number=number, per_page=PER_PAGE, total=len(table.rows))
        made[id(table)] = PagedTable(table.caption, table.columns, rows, table.empty, shown, key)
        for place, row in enumerate(table.rows):
            if row.anchor and place // PER_PAGE + 1 != number:
                elsewhere.setdefault(f"#{row.anchor}", address(key, place // PER_PAGE + 1, row.anchor))
    if not made:
        return report
    return replace(
        report,
        facts=_pairs(report.facts, elsewhere),
        chapters=tuple(
            replace(chapter, blocks=tuple(_block(block, made, elsewhere) for block in chapter.blocks))
            for chapter in report.chapters
        ),
    )


def _pairs(pairs: tuple[Pair, ...], elsewhere: Mapping[str, str]) -> tuple[Pair, ...]:
    return tuple(replace(pair, url=elsewhere.get(pair.url, pair.url)) for pair in pairs)


def _block(block: Block, made: Mapping[int, PagedTable], elsewhere: Mapping[str, str]) -> Block:
    if isinstance(block, Facts):
        return Facts(_pairs(block.pairs, elsewhere))
    if isinstance(block, Chart):
        return Chart(replace(block.spec, table=_table(block.spec.table, made, elsewhere)))
    return _table(block, made, elsewhere) if isinstance(block, Table) else block


def _table(table: Table, made: Mapping[int, PagedTable], elsewhere: Mapping[str, str]) -> Table:
    shown = made.get(id(table), table)
    if not elsewhere:
        return shown
    return replace(
        shown,
        rows=tuple(
            replace(
                row,
                cells=tuple(
                    replace(cell, url=elsewhere[cell.url]) if cell.url in elsewhere else cell
                    for cell in row.cells
                ),
            )
            for row in shown.rows
        ),
    )
