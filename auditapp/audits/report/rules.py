"""How far the criteria are fulfilled, told honestly, from the answers of the walk.

ISO 19011:2018, 6.5.1 i) asks for the degree to which the audit criteria are fulfilled. What nobody looked at is
not nonconforming and not conforming: it stays out of the degree, and the share of what was looked at stands beside.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditapp.audits.execution.rules import Grade, Result
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


class ObjectivesMet(StrEnum):
    """Whether the audit reached its own objectives."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


MET_LABELS: dict[ObjectivesMet, Text] = {
    ObjectivesMet.YES: Text("Yes, all of them"),
    ObjectivesMet.PARTLY: Text("In part"),
    ObjectivesMet.NO: Text("No"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """What decides whether a report can be issued; lists hold the refs that people know."""

    not_asked_without_reason: int = 0
    reason_missing: tuple[str, ...] = ()  # not applicable or not verified, and nothing says why
    conflicts: int = 0
    without_evidence: tuple[str, ...] = ()  # findings
    without_requirement: tuple[str, ...] = ()  # nonconformities
    nonconforming_without_finding: tuple[str, ...] = ()  # answers
    conclusion: str = ""
    objectives_met: str = ""
    sampling: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocker:
    """One thing that stands in the way; ``where`` is the room to put it right: walk, conflicts, findings, closing."""

    text: Text
    where: str


NAMED = 5
"""So many refs are named in a sentence; the rest is counted."""


def blockers(ready: Readiness) -> list[Blocker]:
    """Everything that stands in the way of issuing, each with whose turn it is; empty when nothing does."""
    found: list[Blocker] = []

    def stands(where: str, text: Text) -> None:
        found.append(Blocker(text=text, where=where))

    if ready.conflicts:
        stands(
            "conflicts",
            Text(
                "Answers with two values: %(count)s. The auditors who wrote them choose one each.",
                count=ready.conflicts,
            ),
        )
    if ready.not_asked_without_reason:
        stands(
            "closing",
            Text(
                "Questions that were not asked, without a reason: %(count)s. The audit team leader says why under "
                "“Areas not covered”, or the team goes back to the walk and asks them.",
                count=ready.not_asked_without_reason,
            ),
        )
    if ready.reason_missing:
        stands(
            "walk",
            Text(
                "Answers “not applicable” or “not verified” without a reason: %(refs)s. "
                "The auditor who answered gives it in the walk.",
                refs=_named(ready.reason_missing),
            ),
        )
    if ready.nonconforming_without_finding:
        stands(
            "walk",
            Text(
                "Answers “nonconforming” that lead to no finding: %(refs)s. The auditor raises a finding or "
                "changes the answer.",
                refs=_named(ready.nonconforming_without_finding),
            ),
        )
    if ready.without_evidence:
        stands(
            "findings",
            Text(
                "Findings without objective evidence: %(refs)s. Whoever raised them writes it down.",
                refs=_named(ready.without_evidence),
            ),
        )
    if ready.without_requirement:
        stands(
            "findings",
            Text(
                "Nonconformities that name no requirement: %(refs)s. Whoever raised them adds it.",
                refs=_named(ready.without_requirement),
            ),
        )
    if not ready.conclusion.strip():
        stands("closing", Text("There is no audit conclusion. The audit team leader writes it."))
    if not ready.objectives_met:
        stands(
            "closing",
            Text("It is not said whether the audit objectives were met. The audit team leader says it."),
        )
    if not ready.sampling.strip():
        stands(
            "closing",
            Text("It is not said that audits are samples. The audit team leader adds the sentence."),
        )
    return found


def not_ready(found: list[Blocker]) -> Text:
    """All blockers as one refusal."""
    said = Text("The report cannot be issued yet.")
    for blocker in found:
        said = Text("%(before)s %(reason)s", before=said, reason=blocker.text)
    return said


def _named(refs: tuple[str, ...]) -> Text | str:
    shown = ", ".join(refs[:NAMED])
    if len(refs) <= NAMED:
        return shown
    return Text("%(refs)s and %(count)s more", refs=shown, count=len(refs) - NAMED)


CLOSABLE = frozenset({Grade.OBSERVATION, Grade.OPPORTUNITY, Grade.GOOD_PRACTICE})
"""Grades that need no follow-up before an audit is completed."""


def may_complete_at_once(grades: Iterable[Grade]) -> bool:
    """Whether an audit may be completed without follow-up: no nonconformity stands in its report."""
    return all(grade in CLOSABLE for grade in grades)
