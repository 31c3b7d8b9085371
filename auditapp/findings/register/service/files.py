"""Registers as files: every row of the address, in its order, with the chosen columns."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import IO

from sqlalchemy.orm import Session

from auditapp.findings.register.queries.narrow import Reader
from auditapp.findings.register.queries.rows import Line, every_line
from auditapp.findings.register.rules.spec import Column, Kind, Register
from auditapp.findings.register.rules.wanted import Wanted
from auditapp.kit.clock import day_in
from auditapp.kit.sheets import Head, Value, write_csv, write_sheet
from auditapp.kit.text import Text

WIDTHS = {Kind.TEXT: 22, Kind.LONG: 60, Kind.LABEL: 20, Kind.DAY: 12, Kind.MOMENT: 12, Kind.COUNT: 10}
SHEETS = {Register.NONCONFORMITIES: Text("Nonconformities"), Register.ACTIONS: Text("Actions")}


class Format(StrEnum):
    """What a file can be."""

    CSV = "csv"
    XLSX = "xlsx"


def write_register(session: Session, *, reader: Reader, wanted: Wanted, form: Format, out: IO[bytes]) -> int:
    """Write the rows that the address asks for and the reader may see; gives their number. Memory stays bounded."""
    shown = [wanted.spec.columns[key] for key in ("ref", "title", *wanted.columns)]
    heads = [Head(label=str(column.label), width=WIDTHS[column.kind]) for column in shown]
    words = [_words(column) for column in shown]
    rows = _rows(shown, words, every_line(session, reader, wanted), reader.zone)
    if form is Format.CSV:
        return write_csv(heads, rows, out)
    return write_sheet(heads, rows, out, name=str(SHEETS[wanted.spec.register]))


def _words(column: Column) -> dict[str, str]:
    """The words of stored values, translated once."""
    return {value: str(label) for value, label in (column.labels or {}).items()}


def _rows(
    shown: Sequence[Column], words: Sequence[dict[str, str]], lines: Iterator[Line], zone: str
) -> Iterator[list[Value]]:
    for line in lines:
        yield [_value(column, known, line, zone) for column, known in zip(shown, words, strict=True)]


def _value(column: Column, words: dict[str, str], line: Line, zone: str) -> Value:
    value = line[column.key]
    if value is None:
        return None
    if column.kind is Kind.LABEL:
        return words.get(str(value), str(value))
    if isinstance(value, datetime):
        return day_in(zone, value)
    found: Value = value
    return found
