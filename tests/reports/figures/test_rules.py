"""Periods, classes of age, percentiles: pure."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.reports.figures.rules import (
    MOST_MONTHS,
    age_classes,
    months_of,
    places_of,
    shares,
    usual_period,
)
from auditapp.shell.charts import steps_to

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(DAYS, DAYS)
def test_a_period_is_cut_into_few_stretches_without_a_gap(one, other):
    since, until = sorted((one, other))
    found = months_of(since, until)
    assert len(found) <= MOST_MONTHS
    assert (found[0][0], found[-1][1]) == (since, until)
    assert all(first <= last for first, last in found)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in itertools.pairwise(found))


def test_months_are_those_of_the_calendar():
    assert months_of(date(2026, 1, 15), date(2026, 3, 3)) == [
        (date(2026, 1, 15), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 3)),
    ]
    assert months_of(date(2026, 1, 15), date(2026, 1, 15)) == [(date(2026, 1, 15), date(2026, 1, 15))]


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2025, 2, 1)),
        (date(2028, 2, 29), date(2027, 3, 1)),
    ],
)
def test_twelve_months_are_shown_unasked(today, since):
    assert usual_period(today) == (since, today)
    assert len(months_of(since, today)) == 12


@given(st.integers(0, 2000))
def test_every_age_falls_into_one_class(days):
    today = date(2026, 11, 28)
    raised = today - timedelta(days=days)
    assert (
        sum((first is None or first <= raised) and raised <= last for _, first, last in age_classes(today))
        == 1
    )


@pytest.mark.parametrize(
    ("count", "places"),
    [(1, (1, 1, 1)), (2, (1, 2, 2)), (3, (2, 2, 3)), (10, (5, 6, 9)), (11, (6, 6, 10)), (70, (35, 36, 63))],
)
def test_which_values_make_the_median_and_nine_tenths(count, places):
    assert places_of(count) == places


@given(st.lists(st.integers(1, 1000), max_size=8))
def test_a_pareto_line_rises_to_all(counts):
    found = shares(counts)
    assert found == sorted(found)
    assert found[-1:] == ([100.0] if counts else [])


@given(st.floats(0.5, 1e7))
def test_an_axis_has_few_round_steps_and_reaches_the_top(most):
    steps = steps_to(most)
    assert 2 <= len(steps) <= 6
    assert steps[-1] >= most > steps[-2] * (most > 1)
