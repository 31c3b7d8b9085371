"""Coverage and proposals as tables."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.audits.programme.rules import (
    Heading,
    Looked,
    Mark,
    Subject,
    Tally,
    check_frequency,
    check_period,
    gaps,
    is_dismissed,
    proposals,
    table,
    tally,
    years_of,
)
from auditapp.kit.errors import Invalid
from auditapp.relationships.rules import Priority, Stage

R = UUID(int=1)
TODAY = date(2026, 6, 15)
BEGIN, END = date(2026, 1, 1), date(2028, 12, 31)
FREQUENCY = {"critical": 12, "high": 12, "medium": 24, "low": 36, "system": 12}


@pytest.mark.parametrize(
    ("done", "planned", "total", "mark"),
    [
        (0, 0, 0, Mark.NONE),
        (3, 0, 3, Mark.DONE),
        (0, 3, 3, Mark.PLANNED),
        (1, 2, 3, Mark.PLANNED),
        (1, 0, 3, Mark.PARTLY),
        (0, 1, 3, Mark.PARTLY),
        (0, 0, 3, Mark.UNCOVERED),
    ],
)
def test_a_tally_in_one_word(done, planned, total, mark):
    assert Tally(done=done, planned=planned, total=total).mark is mark


PAIRS = [("awareness", None), ("awareness", R), ("exit_strategy", R)]


def test_a_year_counts_itself_and_the_cycle_counts_all():
    done = {("awareness", None): {2026}, ("awareness", R): {2027}}
    planned = {("awareness", None): {2028}, ("exit_strategy", R): {2028}}
    rows = table([Heading(key="k", label="l", pairs=PAIRS)], done, planned, [2026, 2027, 2028])
    assert [(one.done, one.planned) for one in rows[0].years] == [(1, 0), (1, 0), (0, 2)]
    assert rows[0].cycle == Tally(done=2, planned=1, total=3)
    assert table([Heading(key="k", label="l", pairs=[])], done, planned, [2026]) == []


def test_a_gap_is_neither_done_nor_planned():
    found = gaps(PAIRS, {("awareness", None): {2026}}, {("exit_strategy", R): {2027}})
    assert [(gap.target, gap.subjects) for gap in found] == [(R, ("awareness",))]


pairs = st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([None, UUID(int=1), UUID(int=2)]))
years = st.dictionaries(pairs, st.sets(st.integers(2026, 2028)))


@given(st.sets(pairs), years, years)
def test_counts_never_disagree(wanted, done, planned):
    whole = tally(wanted, done, planned)
    assert whole.done + whole.planned + whole.open == whole.total == len(wanted)
    assert sum(len(gap.subjects) for gap in gaps(wanted, done, planned)) == whole.open
    each = [tally(wanted, done, planned, year) for year in (2026, 2027, 2028)]
    assert max((one.done for one in each), default=0) <= whole.done <= sum(one.done for one in each)


def subject(**more):
    values = {
        "id": R,
        "ref": "R-01",
        "name": "Bridge",
        "priority": Priority.MEDIUM,
        "stage": Stage.WORKING_TOGETHER,
    }
    return Subject(**(values | more))


def looked(on, **more):
    return Looked(on=on, ref="IA-2025-001", **more)


def proposed(one, *, today=TODAY, starts_on=BEGIN, ends_on=END):
    found = proposals([one], frequency=FREQUENCY, today=today, starts_on=starts_on, ends_on=ends_on)
    return [cause.code for cause in found[0].causes] if found else None


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        # never looked at
        (subject(), ["never"]),
        (subject(priority=Priority.CRITICAL), ["never", "priority:critical"]),
        # within its time, nothing found: leave it alone
        (subject(last=looked(date(2026, 1, 10))), None),
        (subject(last=looked(date(2026, 1, 10)), priority=Priority.CRITICAL), None),
        # an audit is coming already
        (subject(open_ref="IA-2026-009"), None),
        # medium priority: every 24 months
        (subject(last=looked(date(2024, 6, 15))), ["overdue:IA-2025-001"]),
        (subject(last=looked(date(2024, 6, 16))), ["due:IA-2025-001"]),
        (subject(last=looked(date(2024, 12, 15))), ["due:IA-2025-001"]),
        (subject(last=looked(date(2024, 12, 16))), None),
        # what the last audit found
        (subject(last=looked(date(2026, 1, 10), majors=1)), ["majors:IA-2025-001"]),
        (subject(last=looked(date(2026, 1, 10), minors=1)), None),
        (subject(last=looked(date(2026, 1, 10), minors=2)), ["minors:IA-2025-001"]),
        # its stage was not looked at
        (subject(last=looked(date(2026, 1, 10)), gaps=["working_together"]), ["stage:working_together"]),
        (subject(last=looked(date(2026, 1, 10)), gaps=["exit_strategy"]), None),
        # the management system
        (subject(id=None, ref="", name="", priority=None, stage=None), ["never"]),
        (
            subject(id=None, ref="", priority=None, stage=None, last=looked(date(2025, 6, 1))),
            ["overdue:IA-2025-001"],
        ),
    ],
)
def test_what_is_proposed_and_why(wanted, codes):
    assert proposed(wanted) == codes


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "codes"),
    [
        (BEGIN, END, None),
        (date(2025, 6, 15), END, ["gaps:exit_strategy"]),  # its first year is over
        (BEGIN, date(2027, 6, 15), ["gaps:exit_strategy"]),  # it ends within a year
    ],
)
def test_after_a_programmes_first_year_every_gap_counts(starts_on, ends_on, codes):
    one = subject(last=looked(date(2026, 1, 10)), gaps=["exit_strategy"])
    assert proposed(one, starts_on=starts_on, ends_on=ends_on) == codes


def test_an_open_audit_leaves_only_what_it_leaves_out():
    coming = {"open_ref": "IA-2026-009", "last": looked(date(2020, 1, 1), majors=3)}
    assert proposed(subject(**coming)) is None
    assert proposed(subject(**coming, gaps=["working_together"])) == ["stage:working_together"]
    found = proposals(
        [subject(**coming, gaps=["working_together"])],
        frequency=FREQUENCY,
        today=TODAY,
        starts_on=BEGIN,
        ends_on=END,
    )[0]
    assert found.stages == ("working_together",)
    assert found.starts_on > date(2026, 12, 14)


def test_nothing_is_proposed_that_could_not_begin_before_the_end():
    assert proposed(subject(), ends_on=date(2026, 7, 1)) is None


def test_the_weightiest_comes_first_and_each_begins_on_a_monday_with_notice():
    found = proposals(
        [
            subject(ref="R-01", last=looked(date(2024, 12, 1))),
            subject(id=UUID(int=2), ref="R-02", last=looked(date(2020, 1, 1)), priority=Priority.CRITICAL),
            subject(id=UUID(int=3), ref="R-03", last=looked(date(2026, 1, 1), majors=2)),
        ],
        frequency=FREQUENCY,
        today=TODAY,
        starts_on=BEGIN,
        ends_on=END,
    )
    assert [one.ref for one in found] == ["R-02", "R-03", "R-01"]
    assert all(one.starts_on.weekday() == 0 and (one.starts_on - TODAY).days >= 28 for one in found)
    assert found[1].starts_on == date(2026, 7, 13)  # with notice; the rule alone would say January 2028


def test_the_stages_are_everything_first_and_later_what_is_missing():
    first = proposals(
        [subject(gaps=["awareness"])], frequency=FREQUENCY, today=TODAY, starts_on=BEGIN, ends_on=END
    )[0]
    later = proposals(
        [subject(last=looked(date(2020, 1, 1)), gaps=["exit_strategy", "awareness"])],
        frequency=FREQUENCY,
        today=TODAY,
        starts_on=BEGIN,
        ends_on=END,
    )[0]
    assert first.stages == ()
    assert later.stages == ("awareness", "working_together", "exit_strategy")


def test_a_dismissal_holds_until_there_is_something_new():
    before = proposals(
        [subject(last=looked(date(2020, 1, 1)))],
        frequency=FREQUENCY,
        today=TODAY,
        starts_on=BEGIN,
        ends_on=END,
    )[0]
    after = proposals(
        [subject(last=looked(date(2020, 1, 1), majors=1))],
        frequency=FREQUENCY,
        today=TODAY,
        starts_on=BEGIN,
        ends_on=END,
    )[0]
    assert is_dismissed(before, [before.codes])
    assert not is_dismissed(after, [before.codes])
    assert is_dismissed(after, [before.codes, after.codes])


@pytest.mark.parametrize(
    ("frequency", "field"), [({"high": 0}, "every_high"), ({"low": 61}, "every_low"), ({"nothing": 12}, None)]
)
def test_frequencies_that_make_no_sense(frequency, field):
    with pytest.raises(Invalid) as refused:
        check_frequency(frequency)
    assert refused.value.field == field


def test_missing_frequencies_are_the_usual_ones():
    assert check_frequency({"high": 6}) == FREQUENCY | {"high": 6}


def test_periods():
    check_period(date(2026, 1, 1), date(2028, 12, 31))
    for wrong in (date(2026, 1, 1), date(2033, 1, 1)):
        with pytest.raises(Invalid):
            check_period(date(2026, 1, 1), wrong)
    assert years_of(date(2026, 7, 1), date(2029, 6, 30)) == [2026, 2027, 2028, 2029]
