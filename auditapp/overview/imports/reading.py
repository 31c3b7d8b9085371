"""A CSV file as rows with their line numbers, and every fault told by line and column. Pure."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from auditapp.kit.text import Text

MOST_BYTES = 1024 * 1024
MOST_ROWS = 5000
SEPARATORS = (",", ";", "\t")
SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in a ``line`` (from 1) and ``column`` (its name; empty: the whole line), and what would be right."""

    line: int
    column: str
    wrong: Text
    right: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row by column name, blanks around values removed; ``number`` is the line it begins on."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file says. With a fault in the file as a whole there are no lines."""

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()


def shorten(value: str) -> str:
    """A value as it is quoted in a message."""
    return value if len(value) <= SHOWN else f"{value[: SHOWN - 1]}…"


def decode(data: bytes) -> tuple[str, Fault | None]:
    """The text of a file in UTF-8, with or without a byte order mark; or where it is not UTF-8."""
    if len(data) > MOST_BYTES:
        return "", Fault(
            line=1,
            column="",
            wrong=Text("The file is larger than %(most)s kB.", most=MOST_BYTES // 1024),
            right=Text("Split it and bring the parts in one after the other."),
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "", Fault(
            line=1,
            column="",
            wrong=Text("This is a workbook, not a CSV file."),
            right=Text("Open it in your spreadsheet program and save the sheet as “CSV UTF-8”."),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", Fault(
            line=data.count(b"\n", 0, error.start) + 1,
            column="",
            wrong=Text("The file is not written in UTF-8."),
            right=Text("Save it again as “CSV UTF-8” in your spreadsheet program."),
        )
    return text, None


def separator(header: str, known: Collection[str]) -> str:
    """The separator under which the first line names the most known columns."""
    return max(SEPARATORS, key=lambda sign: sum(_plain(cell) in known for cell in header.split(sign)))


def read(text: str, *, columns: Collection[str], required: Collection[str]) -> Table:
    """Read a CSV text whose first line names its columns, in any order and in upper or lower case."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return _refused(1, "", Text("The file is empty."), Text("Take the template and fill it in."))
    found = next((n for n, char in enumerate(text) if ord(char) < 32 and char not in "\r\n\t"), None)  # noqa: PLR2004 - ASCII controls
    if found is not None:
        return _refused(
            text.count("\n", 0, found) + 1,
            "",
            Text("There is a control character in this line."),
            Text("Type the line again."),
        )
    rows = _rows(text, separator(text.lstrip("\r\n").split("\n", 1)[0], columns))
    try:
        first, header = next(rows)
        names = [_plain(cell) for cell in header]
        if faults := _header_faults(first, names, columns, required):
            return Table(faults=faults)
        lines: list[Line] = []
        short: list[Fault] = []
        for number, cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(lines) + len(short) >= MOST_ROWS:
                short.append(_many(number))
                break
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                short.append(_long(number, len(cells), len(names)))
                continue
            padded = [*cells, *[""] * len(names)]
            lines.append(
                Line(
                    number=number,
                    values={name: cell.strip() for name, cell in zip(names, padded, strict=False) if name},
                )
            )
    except csv.Error as error:
        return _refused(
            1, "", Text("The file cannot be read as CSV: %(error)s.", error=str(error)),
            Text("Look for a quotation mark that is opened and never closed."),
        )  # fmt: skip
    if not lines and not short:
        return _refused(
            first,
            "",
            Text("There is no row below the names of the columns."),
            Text("Fill in at least one row."),
        )
    return Table(lines=tuple(lines), faults=tuple(short))


def _rows(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def _header_faults(
    line: int, names: list[str], columns: Collection[str], required: Collection[str]
) -> tuple[Fault, ...]:
    known = ", ".join(columns)
    faults = [
        Fault(
            line=line,
            column=shorten(name),
            wrong=Text("There is no column of this name."),
            right=Text("The columns are: %(columns)s.", columns=known),
        )
        for name in names
        if name and name not in columns
    ]
    faults += [
        Fault(
            line=line,
            column=name,
            wrong=Text("This column stands there twice."),
            right=Text("Keep one of them."),
        )
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
    faults += [
        Fault(
            line=line,
            column=name,
            wrong=Text("This column is missing."),
            right=Text("The first line must name it. The columns are: %(columns)s.", columns=known),
        )
        for name in required
        if name not in names
    ]
    return tuple(faults)


def _many(number: int) -> Fault:
    return Fault(
        line=number,
        column="",
        wrong=Text("There are more than %(most)s rows.", most=MOST_ROWS),
        right=Text("Split the file; this row and those after it were not looked at."),
    )


def _long(number: int, has: int, names: int) -> Fault:
    return Fault(
        line=number,
        column="",
        wrong=Text(
            "This row has %(has)s values, the first line names %(names)s columns.", has=has, names=names
        ),
        right=Text("Put a value that contains the separator between quotation marks."),
    )


def _plain(cell: str) -> str:
    """A column's name as we compare it: ``Job title`` is ``job_title``."""
    return "_".join(cell.strip().strip('"').lower().replace("-", " ").replace("_", " ").split())


def _refused(line: int, column: str, wrong: Text, right: Text) -> Table:
    return Table(faults=(Fault(line=line, column=column, wrong=wrong, right=right),))
