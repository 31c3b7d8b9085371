"""What an address asks for, and the address again; what a spreadsheet may make of a text."""

import csv
import io
from datetime import date
from urllib.parse import parse_qs

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.findings.register.queries.order import order_by
from auditapp.findings.register.rules.board import CLOSED, LANES
from auditapp.findings.register.rules.spec import Register, Takes
from auditapp.findings.register.rules.wanted import (
    SPECS,
    everything,
    narrowed,
    query,
    read,
    read_query,
    sorted_by,
    without,
)
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.sheets import (
    MOST_CHARACTERS,
    STARTS,
    Head,
    csv_cell,
    sheet_text,
    write_csv,
    write_sheet,
)

NC, ACTIONS = Register.NONCONFORMITIES, Register.ACTIONS
PERSON = "0190b2c4-7e5a-7000-8000-000000000001"
# address -> the shortest address that asks for the same
ADDRESSES = [
    (NC, "", ""),
    (NC, "show=open", ""),
    (NC, "grade=major" + "&status=nonsense" * 3000, "grade=major"),
    (NC, "show=all", "show=all"),
    (NC, "status=cause&status=issued", "status=cause&status=issued"),
    (NC, "status=cause&status=cause&status=nonsense&grade=huge", "status=cause"),
    (NC, "q=++joint++review+&before=2026-12-01", "q=joint+review&before=2026-12-01"),
    (NC, "before=soon&before=2026-12-01&year=26&year=02026999999&year=2026", "year=2026"),
    (NC, "relationship=r-03&audit=ia-2026-001", "relationship=R-03&audit=IA-2026-001"),
    (NC, "clause=8.2.&clause=%25&clause=8_2", "clause=8.2"),
    (NC, f"responsible=me&responsible={PERSON}&verifier=nobody", f"responsible=me&responsible={PERSON}"),
    (NC, "sort=-raised&cols=grade,nothing,status", "sort=-raised&cols=grade,status"),
    (NC, "cols=status&cols=grade", "cols=grade,status"),
    (NC, "cols=relationship,responsible,due,status,grade", ""),
    (NC, "sort=due", ""),
    (NC, "sort=clauses&page=3&other=1", ""),
    (NC, "show=overdue&show=mine", "show=overdue&show=mine"),
    (
        ACTIONS,
        "show=partner&kind=corrective&request=extension",
        "show=partner&kind=corrective&request=extension",
    ),
    (ACTIONS, "source=audit&owner=me", "owner=me"),
    (NC, "ref=nc-2026-001&ref=NC-2026-001", "ref=NC-2026-001"),
]


@pytest.mark.parametrize(("register", "given", "shortest"), ADDRESSES)
def test_an_address_is_read_kindly_and_written_short(register, given, shortest):
    wanted = read_query(register, given)
    assert query(wanted) == shortest
    assert read_query(register, shortest) == wanted


@given(
    st.sampled_from(list(Register)),
    st.dictionaries(
        st.sampled_from(
            ["show", "status", "grade", "year", "clause", "owner", "q", "before", "sort", "cols", "ref"]
        ),
        st.lists(
            st.text(max_size=12) | st.sampled_from(["open", "all", "cause", "me", "2026", "-due", "8.1"]),
            max_size=3,
        ),
    ),
)
def test_whatever_is_asked_the_written_address_asks_the_same(register, args):
    wanted = read(register, args)
    again = read_query(register, query(wanted))
    assert again == wanted
    assert query(again) == query(wanted)


@pytest.mark.parametrize("register", Register)
def test_every_column_that_sorts_has_an_order(register):
    spec = SPECS[register]
    for key, column in spec.columns.items():
        if column.sortable:
            assert order_by(register, key)
            assert order_by(register, f"-{key}")
    assert set(spec.shown) <= set(spec.columns)
    assert all((one.choices is not None) == (one.takes is Takes.CHOICE) for one in spec.filters.values())
    assert all(query(read_query(register, view.query)) == view.query for view in spec.views)


def test_chips_take_one_filter_away_and_never_hide_the_rest():
    wanted = read_query(NC, "status=cause&status=issued&q=joint&before=2026-12-01&sort=-raised")
    assert query(without(wanted, "status", "cause")) == "status=issued&q=joint&before=2026-12-01&sort=-raised"
    assert query(without(wanted, "q")) == "status=cause&status=issued&before=2026-12-01&sort=-raised"
    assert (
        query(without(read_query(NC, "q=joint"), "q")) == "show=all"
    )  # the last filter: everything, not the open
    assert query(everything(wanted)) == "show=all&sort=-raised"
    assert query(narrowed(wanted, "status", "closed")).startswith("status=closed&q=joint")
    assert query(sorted_by(read_query(NC, ""), "title")) == "sort=title"
    assert query(sorted_by(read_query(NC, "sort=title"), "title")) == "sort=-title"
    assert parse_qs(query(wanted))["before"] == [date(2026, 12, 1).isoformat()]


def test_every_status_stands_in_one_column_of_the_board():
    listed = [status for lane in (*LANES, CLOSED) for status in lane.statuses]
    assert sorted(listed) == sorted(NcStatus)


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
