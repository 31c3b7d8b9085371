"""Strokes of a pen: whatever is sent, only numbers and known colours come out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.strokes import DEEPEST, INKS, MOST_POINTS, MOST_STROKES, WIDE, box, path, plain, read

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["ink", "points", "x"]), inner, max_size=3)
    ),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("points", "d"),
    [
        ([], ""),
        ([(3, 4)], "M3 4h1"),  # a dot
        ([(0, 0), (10, 20)], "M0 0L10 20"),
        ([(0, 0), (10, 0), (10, 10)], "M0 0Q10 0 10 5L10 10"),
    ],
)
def test_a_path_runs_through_its_points(points, d):
    assert path(points) == d


@pytest.mark.parametrize(
    "hostile",
    [
        '"/><script>alert(1)</script>',
        [{"ink": "url(javascript:1)", "points": [['0 0"/><script>', 1]]}],
        [{"ink": "red", "points": [[float("nan"), 1], [float("inf"), 2], [True, 3], [1], "12", {"x": 1}]}],
        [[1, 2], None, {"points": {"0": [1, 2]}}],
    ],
)
def test_what_is_no_drawing_draws_nothing(hostile):
    assert read(hostile) == ()


def test_an_unknown_ink_is_black_and_a_point_outside_is_brought_to_the_edge():
    (stroke,) = read([{"ink": ["red"], "points": [[-5, 10**30], [1e300, 2.6]]}])
    assert (stroke.ink, stroke.points) == ("black", ((0, DEEPEST), (WIDE, 3)))
    assert stroke.colour == INKS["black"]


def test_too_much_is_cut():
    many = [{"points": [[n % 900, m % 900] for m in range(100)]} for n in range(MOST_STROKES * 2)]
    strokes = read(many)
    assert sum(len(each.points) for each in strokes) == MOST_POINTS
    assert len(read([{"points": [[1, 1]]}] * (MOST_STROKES * 2))) == MOST_STROKES


@given(JUNK)
def test_whatever_was_sent_reads_the_same_again_and_holds_only_numbers(given):
    strokes = read(given)
    assert read(plain(strokes)) == strokes
    assert all(re.fullmatch(r"[MQLh0-9 ]*", each.path) for each in strokes)
    assert all(type(number) is int for number in box(strokes))
