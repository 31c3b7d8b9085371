"""The rules of plans: every step and no other, completeness, the comparison."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.relationships.rmp.rules import (
    FILL_LABELS,
    REFUSALS,
    SECTIONS,
    STATUS_LABELS,
    STATUS_TONES,
    STEPS,
    Fill,
    VersionStatus,
    VersionVerb,
    compare,
    completeness,
    content_hash,
    expected_by,
    fill_of,
)
from auditapp.relationships.rules import STAGES, Stage

V, B = VersionStatus, VersionVerb
TABLE = {
    V.DRAFT: {B.EDIT, B.SUBMIT, B.WITHDRAW},
    V.SUBMITTED: {B.AGREE, B.COMPLETE, B.RETURN, B.WITHDRAW},
    V.AGREED: {B.RETURN, B.BRING_INTO_FORCE, B.WITHDRAW},
    V.IN_FORCE: {B.SUPERSEDE},
    V.SUPERSEDED: set(),
    V.WITHDRAWN: set(),
}


@pytest.mark.parametrize(("status", "verb"), list(product(V, B)))
def test_every_step_and_no_other(status, verb):
    assert ((status, verb) in STEPS) == (verb in TABLE[status])


def test_every_word_is_there():
    assert set(STATUS_LABELS) == set(STATUS_TONES) == set(V)
    assert set(REFUSALS) == set(B)
    assert set(FILL_LABELS) == set(Fill)
    assert len(SECTIONS) == 20


def test_a_stage_expects_what_the_stages_before_expected_and_more():
    sizes = [len(expected_by(stage)) for stage in STAGES]
    assert sizes == sorted(sizes)
    assert sizes[0] == 5
    assert sizes[-1] == 20
    assert "issue_resolution" not in expected_by(Stage.PARTNER_SELECTION)
    assert "issue_resolution" in expected_by(Stage.WORKING_TOGETHER)


def test_completeness_counts_per_stage():
    lines = completeness(["scope_and_context", "value_creation"])
    assert [(one.filled, one.expected) for one in lines][:1] == [(1, 5)]
    assert lines[-1].filled == 2


@pytest.mark.parametrize(
    ("text", "owner", "older", "fill"),
    [
        (" ", True, False, Fill.EMPTY),
        ("x", False, False, Fill.STARTED),
        ("x", True, False, Fill.COMPLETE),
        ("x", True, True, Fill.STALE),
    ],
)
def test_how_far_a_section_is(text, owner, older, fill):
    assert fill_of(text=text, has_owner=owner, older_than_stage=older) is fill


def test_the_hash_sees_a_text_and_not_an_empty_section():
    assert content_hash({"a": "x"}) == content_hash({"a": "x", "b": " "})
    assert content_hash({"a": "x"}) != content_hash({"b": "x"})


def test_a_changed_word_is_shown_alone():
    pieces = compare("We meet every month.\nAlways.", "We meet every week.\nAlways.")
    assert [(one.op, one.text) for one in pieces if one.op != "same"] == [("gone", "month"), ("new", "week")]


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_comparison_holds_both_texts_whole(old, new):
    pieces = compare(old, new)
    assert "".join(one.text for one in pieces if one.op != "new") == "".join(old.splitlines(keepends=True))
    assert "".join(one.text for one in pieces if one.op != "gone") == "".join(new.splitlines(keepends=True))
