"""What is on target, when a reading is due, what a chart says and how it is thinned."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.errors import Refusal
from auditapp.kit.states import step
from auditapp.relationships.registers.objectives.rules import (
    INTERVALS,
    MOST_POINTS,
    REFUSALS,
    STEPS,
    Direction,
    Scale,
    Standing,
    State,
    Verb,
    chart_sentence,
    distance,
    interval_key,
    levels,
    reading_due,
    scale_faults,
    standing,
    target_words,
    thinned,
    wording_hash,
    worst,
)

MORE = Scale(direction=Direction.MORE, target=90, tolerance=10)
LESS = Scale(direction=Direction.LESS, target=5, tolerance=2)
RANGE = Scale(direction=Direction.WITHIN, target=10, target_high=20, tolerance=1)
GREEN, AMBER, RED = Standing.ON_TARGET, Standing.ATTENTION, Standing.OFF_TARGET


@pytest.mark.parametrize(
    ("scale", "value", "expected"),
    [
        (MORE, 95, GREEN),
        (MORE, 90, GREEN),
        (MORE, 89.9, AMBER),
        (MORE, 80, AMBER),  # the edge of the band belongs to it
        (MORE, 79.9, RED),
        (LESS, 5, GREEN),
        (LESS, 0, GREEN),
        (LESS, 7, AMBER),
        (LESS, 7.1, RED),
        (RANGE, 10, GREEN),
        (RANGE, 20, GREEN),
        (RANGE, 9, AMBER),
        (RANGE, 21, AMBER),
        (RANGE, 8.9, RED),
        (RANGE, 21.5, RED),
        (Scale(direction=Direction.MORE, target=1), 0.99, RED),  # no band: beside is off
        (Scale(direction=Direction.LESS, target=0.1, tolerance=0.2), 0.1 + 0.2, AMBER),
        (MORE, None, Standing.UNKNOWN),
    ],
)
def test_how_a_value_stands(scale, value, expected):
    assert standing(scale, value) is expected


@given(
    st.sampled_from(Direction),
    st.floats(-1e6, 1e6),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(-1e6, 1e6),
)
def test_nearer_never_stands_worse(direction, target, width, tolerance, value):
    scale = Scale(
        direction=direction,
        target=target,
        target_high=target + width if direction is Direction.WITHIN else None,
        tolerance=tolerance,
    )
    order = [GREEN, AMBER, RED]
    off = distance(scale, value)
    assert off >= 0
    nearer = value + (off / 2 if value < target else -off / 2)
    assert order.index(standing(scale, nearer)) <= order.index(standing(scale, value))


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ([], Standing.UNKNOWN),
        ([GREEN, GREEN], GREEN),
        ([GREEN, Standing.UNKNOWN], Standing.UNKNOWN),
        ([GREEN, AMBER, Standing.UNKNOWN], AMBER),
        ([AMBER, RED], RED),
    ],
)
def test_an_objective_is_judged_by_its_worst_measure(standings, expected):
    assert worst(standings) is expected


@pytest.mark.parametrize(
    ("last", "interval", "due"),
    [
        (None, "month", date(2026, 2, 28)),
        (date(2026, 3, 31), "month", date(2026, 4, 30)),
        (date(2026, 3, 31), "week", date(2026, 4, 7)),
        (date(2026, 3, 31), "quarter", date(2026, 6, 30)),
        (date(2024, 2, 29), "year", date(2025, 2, 28)),
        (date(2026, 3, 31), "", None),
    ],
)
def test_when_the_next_reading_is_due(last, interval, due):
    months, days = INTERVALS[interval]
    assert reading_due(last_on=last, starts_on=date(2026, 1, 31), months=months, days=days) == due
    assert interval_key(months, days) == interval


@pytest.mark.parametrize(
    ("scale", "fields"),
    [
        (MORE, set()),
        (Scale(direction=Direction.WITHIN, target=1), {"target_high"}),
        (Scale(direction=Direction.WITHIN, target=5, target_high=2), {"target_high"}),
        (Scale(direction=Direction.MORE, target=float("nan")), {"target"}),
        (Scale(direction=Direction.MORE, target=float("inf")), {"target"}),
        (Scale(direction=Direction.MORE, target=1e13), {"target"}),
        (Scale(direction=Direction.LESS, target=1, tolerance=-1), {"tolerance"}),
    ],
)
def test_what_cannot_be_measured_by(scale, fields):
    assert set(scale_faults(scale)) == fields


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_every_step_leads_somewhere_or_says_why_not(state, verb):
    if (state, verb) in STEPS:
        assert step(STEPS, state, verb, REFUSALS[verb]) in State
    else:
        with pytest.raises(Refusal):
            step(STEPS, state, verb, REFUSALS[verb])


def test_other_words_or_another_day_are_another_agreement():
    day = date(2026, 5, 1)
    assert wording_hash("a", day) == wording_hash("a", day)
    assert len({wording_hash("a", day), wording_hash("b", day), wording_hash("a", None)}) == 3


def days(*values):
    return [(date(2026, 1, 1) + timedelta(days=30 * n), value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("scale", "values", "baseline", "expected"),
    [
        (MORE, [], None, "Nothing was measured yet."),
        (MORE, [85], None, "85 % on 1 January 2026: 5 % beside the target (at least 90 %), near enough to watch."),
        (
            MORE, [70, 95], None,
            ("95 % on 31 January 2026: on target (at least 90 %). Better than the reading before. "
            "Up from 70 % at the beginning."),
        ),
        (
            LESS, [4, 9], 3.0,
            ("9 % on 31 January 2026: 4 % off the target (at most 5 %). Worse than the reading before. "
            "Up from 3 % at the beginning."),
        ),
        (
            MORE, [70, 70], None,
            ("70 % on 31 January 2026: 20 % off the target (at least 90 %). "
            "It is as it was at the reading before."),
        ),
        (RANGE, [12, 15], None, "15 % on 31 January 2026: on target (from 10 to 20 %). Up from 12 % at the beginning."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_the_chart_shows(scale, values, baseline, expected):
    said = chart_sentence(scale, "%", days(*values), baseline)
    assert " ".join(str(one) for one in said) == expected


def test_the_lines_of_a_chart():
    assert [(str(name), value) for name, value, _ in levels(MORE)] == [
        ("Target", 90),
        ("Limit of attention", 80),
    ]
    assert [value for _, value, _ in levels(RANGE)] == [10, 20, 9, 21]
    assert [value for _, value, _ in levels(Scale(direction=Direction.LESS, target=3))] == [3]
    assert str(target_words(RANGE, "days")) == "from 10 to 20 days"


@given(st.lists(st.floats(-1e9, 1e9), max_size=1200))
def test_thinning_keeps_ends_and_extremes_and_the_order(values):
    points = [(date(2000, 1, 1) + timedelta(days=n), value) for n, value in enumerate(values)]
    kept = thinned(points)
    assert len(kept) <= MOST_POINTS
    assert kept == sorted(kept)
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert max(value for _, value in kept) == max(values)
        assert min(value for _, value in kept) == min(values)
