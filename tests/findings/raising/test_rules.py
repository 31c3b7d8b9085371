"""What a nonconformity needs when it is raised, and when an earlier one is like it."""

from datetime import date

import pytest

from auditapp.audits.execution.rules import Grade
from auditapp.findings.raising import rules
from auditapp.findings.raising.rules import Likeness
from auditapp.findings.rules.nonconformity import CauseCategory, NcStatus
from auditapp.kit.errors import Invalid


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        ("The team has not met since May. Two members left.", "The team has not met since May"),
        ("No minutes!\n\nSince  May.", "No minutes!"),
        ("Version 1.2 is in use; 1.3 was agreed.", "Version 1.2 is in use; 1.3 was agreed"),
        ("", ""),
    ],
)
def test_the_first_sentence_becomes_the_title(statement: str, title: str) -> None:
    assert rules.title_of(statement) == title


def test_a_long_title_is_cut_at_a_word() -> None:
    title = rules.title_of("word " * 60)
    assert len(title) <= rules.MOST_TITLE
    assert title.endswith("word…")
    assert len(rules.title_of("x" * 500)) == rules.MOST_TITLE


@pytest.mark.parametrize("title", ["", "  ", "x" * 201])
def test_a_title_is_needed(title: str) -> None:
    with pytest.raises(Invalid):
        rules.require_title(title)


@pytest.mark.parametrize("grade", [Grade.OBSERVATION, Grade.OPPORTUNITY, Grade.GOOD_PRACTICE])
def test_what_is_no_nonconformity_has_no_grade_here(grade: Grade) -> None:
    with pytest.raises(Invalid):
        rules.require_grade(grade)


def test_requirements_are_kept_once_and_only_whole() -> None:
    rows = [
        {"standard": "ISO 44001:2017", "ref": "8.2.2", "title": "Policy"},
        {"standard": "ISO 44001:2017", "clause": "8.2.2"},
        {"standard": "", "ref": "9"},
        {"standard": "ISO 9001:2015"},
    ]
    found = rules.requirements_from(rows)
    assert [one.label for one in found] == ["ISO 44001:2017 8.2.2"]


def test_deadlines_of_a_body_are_in_order() -> None:
    rules.require_deadlines(date(2026, 5, 1), date(2026, 6, 1))
    rules.require_deadlines(None, date(2026, 6, 1))
    with pytest.raises(Invalid):
        rules.require_deadlines(date(2026, 6, 2), date(2026, 6, 1))


CLAUSE, CAUSE = Likeness(clauses=("8.2.2",)), Likeness(category=CauseCategory.PEOPLE)


@pytest.mark.parametrize(
    ("grade", "earlier", "suggested"),
    [
        (Grade.MINOR, [(Grade.MINOR, NcStatus.CLOSED, CLAUSE)], True),
        (Grade.MINOR, [(Grade.MAJOR, NcStatus.IMPLEMENTING, CLAUSE)], True),
        (Grade.MINOR, [(Grade.MINOR, NcStatus.CLOSED, CAUSE)], False),  # another clause
        (Grade.MINOR, [(Grade.MINOR, NcStatus.WITHDRAWN, CLAUSE)], False),  # it did not stand
        (Grade.MINOR, [(Grade.MINOR, NcStatus.DRAFT, CLAUSE)], False),  # nobody has judged it yet
        (Grade.MAJOR, [(Grade.MINOR, NcStatus.CLOSED, CLAUSE)], False),  # it is one already
        (Grade.MINOR, [], False),
    ],
)
def test_a_repeat_on_the_same_clause_suggests_a_major(
    grade: Grade, earlier: list[tuple[Grade, NcStatus, Likeness]], *, suggested: bool
) -> None:
    assert rules.suggests_major(grade, earlier) is suggested


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2024, 2, 29), 24, date(2022, 2, 28)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
    ],
)
def test_months_are_counted_back(day: date, months: int, earlier: date) -> None:
    assert rules.months_before(day, months) == earlier


def test_what_matched_stands_in_words() -> None:
    assert str(CLAUSE.words) == "Same clause: 8.2.2"
    assert str(CAUSE.words) == "Same cause category: People"
    both = Likeness(clauses=("8.2.2",), category=CauseCategory.PEOPLE)
    assert "8.2.2" in str(both.words)
    assert "People" in str(both.words)
