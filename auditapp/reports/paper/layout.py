"""How tables are laid on paper: how wide each column is, and when a chapter lies across. Pure."""

from math import ceil
from typing import Final, NamedTuple
from unicodedata import east_asian_width

from auditapp.reports.paper.model import Chapter, Chart, ChartSpec, Column, Report, Table, panels, tables_of


class Sheet(NamedTuple):
    """Characters of a table's type between the margins of an upright page, and of one that lies across."""

    upright: int
    across: int
    head: float
    """How wide the type of a table's head is, beside that of its rows."""
    mark: int
    """Characters that the mark of a state takes."""


PAPER: Final = Sheet(115, 176, 0.9, 5)
WORD: Final = Sheet(90, 139, 1.0, 1)
"""Fewer: Word sets tables in whatever typeface the reader's machine has."""
BESIDE = 2.7
"""Characters that the space around a cell takes."""
MOST = 12
"""No table on paper has more columns than this."""
MANY = 7
SEVERAL = 5
"""Of more columns with long texts, the first would be a tall sliver on an upright page."""
SQUEEZED = 0.6
"""Of what texts would like beyond their longest word, so much may be wanting on an upright page."""
FEW_ROWS, FEW_BLOCKS = 8, 6
TALL = 0.9
WIDEST, TALLEST, TALLEST_ACROSS = 128, 175, 95
"""Of a chart, in millimetres."""
LONGEST_WORD = 16
MOST_ROWS, MOST_ROWS_IN_ALL, FEWEST_ROWS = 2_000, 4_000, 50
"""In a PDF: of a table, of a report, and of a table when the report is full. A register of more than seventy pages is read by
nobody, and each row costs a millisecond and 0.2 MB; it stands in Excel and Word whole. What is left out is said, never silent."""
_LEAST = {"text": 10, "number": 7, "date": 11, "state": 11}
_MOST = {"text": 28, "number": 16, "date": 26, "state": 24}
_MOST_WIDE = 46


def lies_across(chapter: Chapter, sheet: Sheet = PAPER) -> bool:
    """Whether the chapter needs the page's longer side: words would be torn on an upright one, or many columns of texts be slivers."""
    return any(
        _room_of(table, sheet) > sheet.upright or _crowded(table, sheet)
        for table in tables_of(chapter)
        if table.rows
    )


def turned(report: Report, sheet: Sheet = PAPER, *, apart: bool) -> list[bool]:
    """Whether each chapter lies across.

    Those of few words and rows lie across where their neighbours do, so that no page is turned for a line; between one that
    stands and one that lies they stand. ``apart``: the first begins on a page of its own, not below the title.
    """
    made = [lies_across(chapter, sheet) for chapter in report.chapters]
    heavy = [place for place, chapter in enumerate(report.chapters) if made[place] or not _is_light(chapter)]
    for place in range(len(made)):
        before, after = [one for one in heavy if one < place], [one for one in heavy if one > place]
        beside = [made[one] for one in (*before[-1:], *after[:1])]
        if place not in heavy and beside and (before or apart):
            made[place] = all(beside)
    return made


def _is_light(chapter: Chapter) -> bool:
    rows = sum(len(table.rows) for table in tables_of(chapter))
    drawn = any(isinstance(block, Chart) for block in chapter.blocks)
    return rows <= FEW_ROWS and len(chapter.blocks) <= FEW_BLOCKS and not drawn


def _room_of(table: Table, sheet: Sheet) -> float:
    """The least room that the table needs so that no word is torn, in characters."""
    return sum(least for least, _wanted in _measured(table, sheet)) + BESIDE * len(table.columns)


def _crowded(table: Table, sheet: Sheet) -> bool:
    if len(table.columns) <= SEVERAL:
        return False
    room = _room_of(table, sheet)
    wanted = sum(one for _least, one in _measured(table, sheet)) + BESIDE * len(table.columns)
    return wanted > 1.3 * sheet.upright or (wanted - sheet.upright) > SQUEEZED * (wanted - room)


def is_tall(spec: ChartSpec) -> bool:
    """Whether a chart stands better on an upright page, even where the tables beside it lie across."""
    wide, high = spec.size
    return high > TALL * wide


def chart_width(spec: ChartSpec, *, across: bool) -> float:
    """How wide a chart is printed, in millimetres: it stands whole on its page, under a heading."""
    wide, high = spec.size
    return round(min(WIDEST, (TALLEST_ACROSS if across else TALLEST) * max(wide, 1) / max(high, 1)), 1)


def levels(report: Report) -> list[int]:
    """The level of each chapter, from 1 to 3: the first is 1, and none is skipped on the way down."""
    made: list[int] = []
    for chapter in report.chapters:
        made.append(min(max(chapter.level, 1), 3, made[-1] + 1 if made else 1))
    return made


def rows_shown(report: Report) -> dict[int, int]:
    """How many rows of a table a PDF shows, by ``id`` of the table: those alone that it does not show whole."""
    made: dict[int, int] = {}
    room = MOST_ROWS_IN_ALL
    for chapter in report.chapters:
        for table in tables_of(chapter):
            shown = min(len(table.rows), MOST_ROWS, max(room, FEWEST_ROWS))
            room -= shown
            if shown < len(table.rows):
                made[id(table)] = shown
    return made


def parts(table: Table, sheet: Sheet = PAPER) -> tuple[Table, ...]:
    """The table as paper can hold it."""
    if len(table.columns) <= MANY or (len(table.columns) <= MOST and _room_of(table, sheet) <= sheet.across):
        return (table,)
    first, *others = (least + BESIDE for least, _wanted in _measured(table, sheet))
    beside = 1 + int((sheet.across - first) / max(others))
    return panels(table, max(MANY, min(beside, MOST)))


def shares(table: Table, sheet: Sheet = PAPER, *, across: bool) -> list[int]:
    """How the columns share the width of the page: each has room for its words, and what is left goes where texts are long."""
    measured = _measured(table, sheet)
    room = (sheet.across if across else sheet.upright) - BESIDE * len(measured)
    least, wanted = sum(one for one, _ in measured), sum(one for _, one in measured)
    spread = min(1.0, max(0.0, (room - least) / (wanted - least))) if wanted > least else 0.0
    return [round(10 * (low + spread * (high - low) + BESIDE)) for low, high in measured]


def widths(table: Table) -> list[int]:
    """How wide each column would be if there were room, in characters."""
    return [wanted for _least, wanted in _measured(table, PAPER)]


def _measured(table: Table, sheet: Sheet) -> list[tuple[int, int]]:
    """Of each column, in characters: what it needs at least, and what it would like."""
    lengths: list[list[int]] = [[] for _ in table.columns]
    longest = [ceil(sheet.head * _word(column.label)) for column in table.columns]
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            marked = sheet.mark if cell.tone and table.columns[place].kind in ("date", "number") else 0
            lengths[place].append(min(_long(cell.text), 160) + marked)
            longest[place] = max(longest[place], _word(cell.text))
    made = [
        _measure(column, lengths[place], longest[place], sheet.mark)
        for place, column in enumerate(table.columns)
    ]
    if len(made) > MANY and len({column.kind for column in table.columns[1:]}) == 1:  # a matrix
        alike, wanted = max(least for least, _ in made[1:]), max(wanted for _, wanted in made[1:])
        if (
            table.columns[1].kind == "state"
        ):  # their words whole is enough: what is left is for the names of the rows
            wanted = alike
        return [made[0], *[(alike, wanted)] * (len(made) - 1)]
    return made


def _measure(column: Column, lengths: list[int], word: int, mark: int) -> tuple[int, int]:
    most = _MOST_WIDE if column.wide else _MOST[column.kind]
    line = max(lengths, default=0)
    if column.kind == "text":
        mean = sum(lengths) / len(lengths) if lengths else 0
        least, wanted = word + 1, max(word + 1, min(line, round(10 + mean * 0.7)))
    elif column.kind == "state":  # its mark stands beside the first word
        least, wanted = word + mark, max(word + 1, line + mark)
    else:  # a day or a figure stands on one line, and figures are wide
        least = wanted = max(word + 1, line + 2)
    wanted = max(_LEAST[column.kind], min(wanted, most))
    return min(least, wanted), wanted


def _word(text: str) -> int:
    return min(LONGEST_WORD, max((_long(word, torn=True) for word in text[:400].split()), default=0))


def _long(text: str, *, torn: bool = False) -> int:
    """How long a text is: Chinese, Japanese and Korean characters are twice as wide, and a line may end after each."""
    if text.isascii():
        return len(text)
    wide = sum(east_asian_width(each) in "WF" for each in text)
    return max(len(text) - wide, 2 * (wide > 0)) if torn else len(text) + wide
