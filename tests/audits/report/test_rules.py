"""The degree of fulfilment as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.audits.report.rules import (
    ARRANGED,
    FULFILLED,
    UNFULFILLED,
    WITHOUT_JUDGEMENT,
    WORD_LABELS,
    Rated,
    Word,
    degree,
    degrees,
    percent,
)

C, N, A = "conforms", "nonconforming", "arranged"
NA, NV, NQ = "not_applicable", "not_verified", "not_asked"
RESULTS = sorted(FULFILLED | UNFULFILLED | ARRANGED | WITHOUT_JUDGEMENT)


def rated(*results: str, standard: str = "ISO 44001", stage: str = "awareness") -> list[Rated]:
    return [Rated(standard=standard, stage=stage, result=result) for result in results]


@pytest.mark.parametrize(
    ("results", "major", "word", "share", "looked"),
    [
        # nothing was looked at: no statement, neither good nor bad
        ([NQ, NQ], False, Word.NOT_LOOKED_AT, None, 0),
        ([NV, NQ], False, Word.NOT_LOOKED_AT, None, 0),
        ([], False, Word.NOT_LOOKED_AT, None, None),
        # all of it not applicable is not "not looked at"
        ([NA, NA], False, Word.NOT_APPLICABLE, None, None),
        ([NA, NQ], False, Word.NOT_LOOKED_AT, None, 0),
        # not asked does not pull the degree down; the share beside says how much was seen
        ([C, NQ, NQ, NQ], False, Word.FULFILLED, 100, 25),
        ([C, C, NA], False, Word.FULFILLED, 100, 100),
        # observation, opportunity and good practice do not say "not fulfilled"
        (["observation", "opportunity", "good_practice"], False, Word.FULFILLED, 100, 100),
        # the arrangement stands, its output cannot be seen yet
        ([A, A], False, Word.ARRANGED, 0, 100),
        ([C, C, C, A], False, Word.OUTPUT_OPEN, 75, 100),
        # nonconforming
        ([C, C, C, C, N], False, Word.MOSTLY, 80, 100),
        ([C, C, C, N], False, Word.PARTLY, 75, 100),
        ([C, N], False, Word.PARTLY, 50, 100),
        ([C, N, N], False, Word.HARDLY, 33, 100),
        ([N], False, Word.HARDLY, 0, 100),
        # an arrangement is held neither for nor against
        ([C, C, C, C, N, A, A], False, Word.MOSTLY, 57, 100),
        ([N, A], False, Word.HARDLY, 0, 100),
        # a major nonconformity: at best partly
        ([C] * 19 + [N], True, Word.PARTLY, 95, 100),
        ([C, C], True, Word.PARTLY, 100, 100),
    ],
)
def test_the_degree_of_a_stage(
    results: list[str], major: bool, word: Word, share: int | None, looked: int | None
) -> None:
    got = degree("ISO 44001", "awareness", rated(*results), major=major)
    assert (got.word, got.fulfilled_share, got.looked_share) == (word, share, looked)
    assert got.asked == len(results)


def test_weights_count() -> None:
    heavy = Rated(standard="s", stage="awareness", result=N, weight=3)
    light = Rated(standard="s", stage="awareness", result=C, weight=1)
    got = degree("s", "awareness", [heavy, light])
    assert (got.fulfilled_share, got.word) == (25, Word.HARDLY)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 0, None), (0, 7, 0), (7, 7, 100), (999, 1000, 99), (1, 1000, 1), (1, 3, 33), (2, 3, 67), (1, 2, 50)],
)
def test_percent_says_all_only_for_all_and_none_only_for_none(
    part: int, whole: int, expected: int | None
) -> None:
    assert percent(part, whole) == expected


def test_a_small_sample_is_said() -> None:
    assert degree("s", "awareness", rated(C, NQ, NQ)).small_sample
    assert not degree("s", "awareness", rated(C, C, NQ)).small_sample
    assert not degree("s", "awareness", rated(NQ)).small_sample


def test_standards_and_stages_stand_in_their_order() -> None:
    answers = [
        *rated(C, stage="exit_strategy"),
        *rated(N, stage="awareness"),
        *rated(C, standard="BS 11000-1", stage="knowledge"),
        *rated(C, stage="own_stage"),
    ]
    got = degrees(answers, majors=frozenset({("ISO 44001", "awareness")}))
    assert [(d.standard, d.stage) for d in got] == [
        ("ISO 44001", "awareness"),
        ("ISO 44001", "exit_strategy"),
        ("ISO 44001", "own_stage"),
        ("BS 11000-1", "knowledge"),
    ]


def test_an_unknown_result_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown result"):
        degree("s", "awareness", rated("splendid"))


def test_every_word_has_a_label() -> None:
    assert set(WORD_LABELS) == set(Word)


@given(st.lists(st.sampled_from(RESULTS)))
def test_what_was_not_judged_never_changes_the_degree(results: list[str]) -> None:
    alone = degree("s", "awareness", rated(*[r for r in results if r not in WITHOUT_JUDGEMENT]))
    whole = degree("s", "awareness", rated(*results))
    assert whole.fulfilled_share == alone.fulfilled_share
    assert whole.judged == alone.judged
    if whole.judged:
        assert whole.word == alone.word
    assert whole.asked == len(results)
