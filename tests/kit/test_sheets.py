"""Files of rows: what looks like a formula stays a text, in CSV and in Excel."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.sheets import (
    MOST_CHARACTERS,
    STARTS,
    Head,
    csv_cell,
    sheet_text,
    write_csv,
    write_sheet,
)

HOSTILE = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u202e=1+1",
    "\u200f=1+1",
    "\u200b\u200d=1+1",
    "\ufeff=1+1",
    "\u00a0=1+1",
    "\u0301=1+1",
    "\uff1d1+1",
    "\x00=1+1",
    '=HYPERLINK("http://example.org","here")',
    "=1+1\x00",
]
HARMLESS = [
    "plain",
    "a=1",
    "naïve 漢字 🙂",
    "two\nlines",
    "'quoted",
    '"both", and',
    "<r>not markup</r>",
    "_x0041_",
    "http://example.org",
    "0012",
    "1e5",
    "\u202eabc",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_like_a_formula_gets_an_apostrophe_in_csv(text):
    cell = csv_cell(text)
    assert cell.startswith("'")
    assert "\x00" not in cell
    assert "\r" not in cell


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are_in_csv(text):
    assert csv_cell(text) == text


@given(st.text(max_size=30))
def test_no_csv_cell_begins_like_a_formula_whatever_it_is(text):
    seen = csv_cell(text).lstrip(" \t\r\n\u200b\u200f\u202e\ufeff\u00a0")
    assert not seen or seen[0] not in STARTS


def test_csv_is_read_back():
    out = io.BytesIO()
    rows = [[text, date(2026, 12, 1), 7, None] for text in [*HOSTILE, *HARMLESS]]
    assert (
        write_csv([Head(label="Title"), Head(label="Due"), Head(label="Count"), Head(label="No")], rows, out)
        == 30
    )
    text = out.getvalue().decode("utf-8")
    assert text[0] == "\ufeff"
    read_back = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert read_back[0] == ["Title", "Due", "Count", "No"]
    assert [row[0] for row in read_back[1:]] == [csv_cell(one) for one in [*HOSTILE, *HARMLESS]]
    assert read_back[1][1:] == ["2026-12-01", "7", ""]


def test_every_text_of_a_sheet_is_a_text():
    out = io.BytesIO()
    texts = [
        *HOSTILE,
        *HARMLESS,
        "x" * 40_000,
        "🙂" * 20_000,
        "\ud800half",
        "\uffff",
        "<r>" + "y" * 40_000 + "</r>",
    ]
    rows = [[text, date(2026, 12, 1), 7] for text in texts]
    write_sheet(
        [Head(label="=Title"), Head(label="Due"), Head(label="Count")],
        iter(rows),
        out,
        name="Nonconformities",
    )
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    sheet = book.active
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:C{len(texts) + 1}"
    assert sheet["A1"].value == "=Title"
    for row, text in zip(sheet.iter_rows(min_row=2), texts, strict=True):
        cell, day, count = row
        assert cell.data_type in ("s", "inlineStr"), text
        assert cell.hyperlink is None
        # Excel's own escape of what looks like one; Excel and LibreOffice undo it, openpyxl does not.
        seen = (cell.value or "").replace("_x005F_", "_")
        assert seen.strip() == sheet_text(text).strip()
        assert len((cell.value or "").encode("utf-16-le")) // 2 <= MOST_CHARACTERS
        assert day.value.date() == date(2026, 12, 1)
        assert day.is_date
        assert count.value == 7
    assert "40000 characters" in sheet.cell(row=2 + texts.index("x" * 40_000), column=1).value
