"""What an address asks for, and the address again; what a spreadsheet may make of a text."""

from datetime import date
from urllib.parse import parse_qs

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
    unread,
    without,
)
from auditapp.findings.rules.nonconformity import NcStatus

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


VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["me", PERSON, "8.2", "8.2.", "2026", "1989", "2026-01-01", "2026-01-01..2026-02-01", "2026-02-01..2026-01-01", "R-01",
         "ISO 44001:2017 8.2", "overdue", "all", "cause", "major", "audit", "people", "x" * 41, "x" * 122, " ", "\0"]
    ),
)  # fmt: skip


@given(st.data(), st.sampled_from(list(Register)), VALUES)
def test_what_is_told_as_unread_is_what_is_left_out(data, register, value):
    key = data.draw(st.sampled_from([*SPECS[register].filters, "q", "before", "ref"]))
    told, plain = unread(register, {key: [value]}), read(register, {key: [value]}).plain
    assert (told is not None) == (plain and (key, value.strip()) != ("show", "open"))
    assert told in {None, (key, value)}
    assert (unread(register, {key: [value, "\0\0"]}) is None) is False


def test_too_much_is_told():
    for key, most in (("relationship", 60), ("ref", 200)):
        values = [f"R-{one}" for one in range(most + 1)]
        assert unread(NC, {key: values[:-1]}) is None
        assert unread(NC, {key: values}) == (key, values[-1])
    assert unread(NC, {"nothing": ["1"]}) == ("nothing", "1")
    assert unread(NC, {"q": ["x" * 201]}) is not None


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
