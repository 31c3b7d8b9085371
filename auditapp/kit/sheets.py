"""Rows as CSV and as Excel sheets whose texts stay texts. Pure: values in, bytes out.

A spreadsheet runs a cell that looks like a formula (CWE-1236). In an Excel file a text is written as a text, so it
is one whatever it looks like. CSV knows no types: there a text that begins like a formula gets an apostrophe in front.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from xlsxwriter.workbook import Workbook

from auditapp.kit.text import Text

Value = str | int | date | None
MOST_CHARACTERS = 32_767  # of one Excel cell
BOM = "\ufeff"  # tells Excel that the file is UTF-8
# What makes a spreadsheet calculate, also as East Asian keyboards write it.
STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
WIDEST, NARROWEST = 60, 10  # characters of a column
_KEPT_CONTROLS = frozenset("\n\t")
_NO_CHARACTER = 0xFFFE  # the last two of every plane: no characters, and not for XML
_RICH = ("<r>", "</r>")  # xlsxwriter takes a text between these as markup of its own


@dataclass(frozen=True, kw_only=True)
class Head:
    """A column of a sheet: its heading, and how wide it is, in characters."""

    label: str
    width: int = 16


def without_controls(text: str) -> str:
    """No control characters, no halves of characters, nothing that XML cannot hold; one kind of line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one
        for one in lines
        if one in _KEPT_CONTROLS
        or (unicodedata.category(one) not in ("Cc", "Cs") and ord(one) & _NO_CHARACTER != _NO_CHARACTER)
    )


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """At most so many UTF-16 units, as Excel counts; a text that is cut says so."""
    length = _units(text)
    if length <= most:
        return text
    note = str(Text(" [cut here: the whole text has %(count)s characters]", count=len(text)))
    kept = text.encode("utf-16-le")[: 2 * (most - _units(note))].decode("utf-16-le", "ignore")
    return kept + note


def csv_cell(value: Value) -> str:
    """How a value stands in a CSV file."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, date) else str(value)
    began_oddly = value[:1] in ("\t", "\r", "\n")
    text = shortened(without_controls(value))
    return f"'{text}" if began_oddly or _looks_like_a_formula(text) else text


def sheet_text(text: str) -> str:
    """How a text stands in an Excel cell."""
    kept = shortened(without_controls(text), MOST_CHARACTERS - 1)
    return f"{kept} " if kept.startswith(_RICH[0]) and kept.endswith(_RICH[1]) else kept


def write_csv(heads: Sequence[Head], rows: Iterable[Sequence[Value]], out: IO[bytes]) -> int:
    """Write rows as they come: UTF-8 with a byte order mark, commas, CRLF (RFC 4180). Gives their number."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([csv_cell(head.label) for head in heads])
    count = 0
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def new_book(out: IO[bytes]) -> Workbook:
    """An empty workbook that takes texts for texts. Each of its sheets is written row by row, from the top."""
    return Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )


def write_sheet(heads: Sequence[Head], rows: Iterable[Sequence[Value]], out: IO[bytes], *, name: str) -> int:
    """Write rows as they come into an Excel workbook of one sheet. Gives their number.

    Days are days, figures are figures; the head stays in sight and carries filters.
    """
    book = new_book(out)
    sheet = book.add_worksheet(name[:31])
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    figure = book.add_format({"num_format": "0", "valign": "top"})
    for place, head in enumerate(heads):
        sheet.set_column(place, place, min(max(head.width, NARROWEST), WIDEST))
    sheet.freeze_panes(1, 1)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, sheet_text(head.label), strong)
    count = 0
    put: dict[type, Callable[..., Any]] = {
        str: lambda at, place, value: sheet.write_string(at, place, sheet_text(value), plain),
        int: lambda at, place, value: sheet.write_number(at, place, value, figure),
        date: lambda at, place, value: sheet.write_datetime(at, place, value, day),
    }
    for row in rows:
        count += 1
        for place, value in enumerate(row):
            if value is not None and value != "":
                put[type(value)](count, place, value)
    sheet.autofilter(0, 0, max(count, 1), len(heads) - 1)
    book.close()
    return count


def _looks_like_a_formula(text: str) -> bool:
    """Whether a text begins like a formula once blanks and marks that nobody sees are passed over."""
    for one in text:
        if one in STARTS:
            return True
        if not (one.isspace() or unicodedata.category(one) in ("Cf", "Zs", "Mn", "Cc", "Zl", "Zp")):
            return False
    return False


def _units(text: str) -> int:
    return len(text) + sum(ord(one) > 0xFFFF for one in text)  # noqa: PLR2004 - beyond the basic plane
