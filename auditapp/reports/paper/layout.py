"""How tables are laid on paper: how wide each column is, and when a chapter lies across. Pure."""

from auditapp.reports.paper.model import Chapter, Column, Table, panels, tables_of

UPRIGHT = 7
"""More columns than this do not stand on an upright page."""
MOST = 12
"""More than this do not lie on one either: the table comes in parts."""
LONGEST_WORD = 16
_LEAST = {"text": 8, "number": 7, "date": 11, "state": 10}
_MOST = {"text": 28, "number": 13, "date": 14, "state": 18}
_MOST_WIDE = 46


def lies_across(chapter: Chapter) -> bool:
    """Whether the chapter needs the page's longer side."""
    return any(len(table.columns) > UPRIGHT for table in tables_of(chapter))


def parts(table: Table) -> tuple[Table, ...]:
    """The table as paper can hold it."""
    return panels(table, MOST)


def widths(table: Table) -> list[int]:
    """How the columns share the width, by what stands in them; any measure will do, only their relation counts."""
    lengths: list[list[int]] = [[] for _ in table.columns]
    longest = [_word(column.label) for column in table.columns]
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            lengths[place].append(min(len(cell.text), 160))
            longest[place] = max(longest[place], _word(cell.text))
    return [_width(column, lengths[place], longest[place]) for place, column in enumerate(table.columns)]


def _width(column: Column, lengths: list[int], word: int) -> int:
    mean = sum(lengths) / len(lengths) if lengths else 0
    wanted = max(word, min(max(lengths, default=0), round(10 + mean * 0.6)))
    most = _MOST_WIDE if column.wide else _MOST[column.kind]
    return max(_LEAST[column.kind], min(wanted, most))


def _word(text: str) -> int:
    return min(LONGEST_WORD, max((len(word) for word in text[:400].split()), default=0))
