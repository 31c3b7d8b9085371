"""How far the criteria are fulfilled, told honestly, from the answers of the walk.

ISO 19011:2018, 6.5.1 i) asks for the degree to which the audit criteria are fulfilled. What nobody looked at is
not nonconforming and not conforming: it stays out of the degree, and the share of what was looked at stands beside.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditapp.audits.execution.rules import Result
from auditapp.kit.text import Text
from auditapp.relationships.rules import Stage

STAGES = tuple(Stage)

# An observation or an opportunity for improvement does not say that a requirement is not fulfilled.
FULFILLED = frozenset({Result.CONFORMS, Result.GOOD_PRACTICE, Result.OBSERVATION, Result.OPPORTUNITY})
UNFULFILLED = frozenset({Result.NONCONFORMING})
# The arrangement stands, its output cannot be seen yet (an exit that has not happened): judged, but not fulfilled.
ARRANGED = frozenset({Result.ARRANGED})
NOT_APPLICABLE = frozenset({Result.NOT_APPLICABLE})
NOT_VERIFIED = frozenset({Result.NOT_VERIFIED})
NOT_ASKED = frozenset({Result.NOT_ASKED})
WITHOUT_JUDGEMENT = NOT_APPLICABLE | NOT_VERIFIED | NOT_ASKED

SMALL_SAMPLE = 50
"""Percent: with a smaller share looked at, the word is said to rest on a small sample."""
MOSTLY = 80
PARTLY = 50


class Word(StrEnum):
    """The degree in a word."""

    FULFILLED = "fulfilled"
    OUTPUT_OPEN = "output_open"
    ARRANGED = "arranged"
    MOSTLY = "mostly"
    PARTLY = "partly"
    HARDLY = "hardly"
    NOT_LOOKED_AT = "not_looked_at"
    NOT_APPLICABLE = "not_applicable"


WORD_LABELS: dict[Word, Text] = {
    Word.FULFILLED: Text("Fulfilled in what was looked at"),
    Word.OUTPUT_OPEN: Text("Fulfilled as far as outputs could be verified"),
    Word.ARRANGED: Text("Arrangements in place, output not yet verifiable"),
    Word.MOSTLY: Text("Mostly fulfilled"),
    Word.PARTLY: Text("Partly fulfilled"),
    Word.HARDLY: Text("Hardly fulfilled"),
    Word.NOT_LOOKED_AT: Text("Not looked at: no statement"),
    Word.NOT_APPLICABLE: Text("Not applicable"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """One answer as it counts for one standard. ``weight`` is at least 1."""

    standard: str
    stage: str
    result: str
    weight: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Degree:
    """Numbers of one stage under one standard; counts are questions, shares are weighted whole percent."""

    standard: str
    stage: str
    asked: int
    fulfilled: int
    unfulfilled: int
    arranged: int
    not_applicable: int
    not_verified: int
    not_asked: int
    fulfilled_share: int | None
    looked_share: int | None
    word: Word

    @property
    def judged(self) -> int:
        """Questions with a judgement."""
        return self.fulfilled + self.unfulfilled + self.arranged

    @property
    def small_sample(self) -> bool:
        """Whether the word rests on less than half of what is in scope."""
        return self.judged > 0 and self.looked_share is not None and self.looked_share < SMALL_SAMPLE


def percent(part: int, whole: int) -> int | None:
    """Whole percent that is 100 only for all and 0 only for none; ``None`` of nothing."""
    if whole <= 0:
        return None
    if part in {0, whole}:
        return 100 if part else 0
    return min(99, max(1, (200 * part + whole) // (2 * whole)))


def degree(standard: str, stage: str, rated: Iterable[Rated], *, major: bool = False) -> Degree:
    """The degree of one stage. ``major``: a major nonconformity stands there, so it is at best partly fulfilled.

    Raises ``ValueError`` for a result that these rules do not know: silence would count it as not asked.
    """
    count: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for answer in rated:
        group = _group(answer.result)
        count[group] += 1
        weight[group] += max(1, answer.weight)
    judged = weight["fulfilled"] + weight["unfulfilled"] + weight["arranged"]
    in_scope = judged + weight["not_verified"] + weight["not_asked"]
    share = percent(weight["fulfilled"], judged)
    return Degree(
        standard=standard,
        stage=stage,
        asked=sum(count.values()),
        fulfilled=count["fulfilled"],
        unfulfilled=count["unfulfilled"],
        arranged=count["arranged"],
        not_applicable=count["not_applicable"],
        not_verified=count["not_verified"],
        not_asked=count["not_asked"],
        fulfilled_share=share,
        looked_share=percent(judged, in_scope),
        word=_word(weight, judged, in_scope, major=major),
    )


def degrees(rated: Iterable[Rated], *, majors: frozenset[tuple[str, str]] = frozenset()) -> list[Degree]:
    """Per standard (in order of appearance) and stage (in order of the life cycle).

    ``majors``: (standard, stage) pairs where a major nonconformity stands.
    """
    groups: dict[tuple[str, str], list[Rated]] = {}
    for answer in rated:
        groups.setdefault((answer.standard, answer.stage), []).append(answer)
    standards = list(dict.fromkeys(standard for standard, _ in groups))
    stages = [*STAGES, *sorted({stage for _, stage in groups} - set(STAGES))]
    return [
        degree(standard, stage, groups[standard, stage], major=(standard, stage) in majors)
        for standard in standards
        for stage in stages
        if (standard, stage) in groups
    ]


def _group(result: str) -> str:
    for name, members in (
        ("fulfilled", FULFILLED),
        ("unfulfilled", UNFULFILLED),
        ("arranged", ARRANGED),
        ("not_applicable", NOT_APPLICABLE),
        ("not_verified", NOT_VERIFIED),
        ("not_asked", NOT_ASKED),
    ):
        if result in members:
            return name
    message = f"unknown result {result!r}"
    raise ValueError(message)


def _word(weight: Counter[str], judged: int, in_scope: int, *, major: bool) -> Word:
    if not judged:
        return Word.NOT_LOOKED_AT if in_scope or not weight["not_applicable"] else Word.NOT_APPLICABLE
    if not weight["unfulfilled"] and not major:
        if not weight["arranged"]:
            return Word.FULFILLED
        return Word.OUTPUT_OPEN if weight["fulfilled"] else Word.ARRANGED
    # Arranged and unfulfilled together: the arrangement is not held against the stage, nor for it.
    decided = weight["fulfilled"] + weight["unfulfilled"]
    share = percent(weight["fulfilled"], decided) or 0
    if share >= MOSTLY and not major:
        return Word.MOSTLY
    return Word.PARTLY if share >= PARTLY else Word.HARDLY
