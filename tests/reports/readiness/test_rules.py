"""The table of states: rows are the cases, the comment above them is the rule."""

from datetime import date

import pytest

from auditapp.audits.execution.rules import Grade, Result
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.text import Text
from auditapp.relationships.certification.rules import FindingKind
from auditapp.relationships.rules import Phase, Stage
from auditapp.reports.readiness.rules import (
    Clause,
    Concern,
    Finding,
    Gap,
    Level,
    Paper,
    Record,
    Seen,
    State,
    Whole,
    by_phase,
    by_stage,
    judge,
    obstacles,
    overall,
    tally,
)

TODAY = date(2026, 12, 1)
EARLIER, LATER = date(2026, 3, 1), date(2026, 6, 1)
R = Result


def clause(ref="8.2.2", **more):
    return Clause(ref=ref, label=ref, title="Title", stage=more.pop("stage", Stage.AWARENESS), **more)


def seen(results, *, asked=1, **more):
    return Seen(asked=asked, results=results, on=EARLIER, audit="IA-2026-001", **more)


def gap(state, on=LATER, **more):
    return Gap(state=state, on=on, by="Dana", gap=more.pop("gap", "No criteria."), **more)


GOOD = seen({R.CONFORMS: 2})
MAJOR = Finding(
    ref="NC-2026-001", grade=Grade.MAJOR, status=NcStatus.CAUSE, who="Dana", due=date(2026, 12, 4)
)
MINOR = Finding(ref="NC-2026-002", grade=Grade.MINOR, status=NcStatus.VERIFICATION, who="Ben")
PAPER = Paper(
    ref="DOC-001", title="Policy", owner="Dana", approver="Ben", number=2, review_on=date(2027, 1, 1)
)
CONCERN = Concern(
    ref="SC-2026-001", kind=FindingKind.CONCERN, statement="Scope is unclear", owner="Eve", due=LATER
)
DUTY = Record(key="policy_review", title=Text("Review of policy"), whose=Text("System manager"), overdue=1)


@pytest.mark.parametrize(
    ("known", "state", "kinds"),
    [
        # Nobody looked.
        ({}, State.NOT_ASSESSED, ["unseen"]),
        # The latest answers decide: anything that is no failure conforms once every question was answered.
        ({"seen": GOOD}, State.CONFORM, ["good"]),
        ({"seen": seen({R.OBSERVATION: 1, R.OPPORTUNITY: 1})}, State.CONFORM, ["good"]),
        ({"seen": seen({R.CONFORMS: 1, R.NOT_APPLICABLE: 1})}, State.CONFORM, ["good"]),
        ({"seen": seen({R.NOT_APPLICABLE: 2})}, State.NOT_APPLICABLE, ["good"]),
        ({"seen": seen({R.ARRANGED: 2})}, State.ARRANGED, ["good"]),
        ({"seen": seen({R.ARRANGED: 1, R.CONFORMS: 1})}, State.CONFORM, ["good"]),
        ({"seen": GOOD, "questions": 3}, State.PARTIAL, ["asked_partly"]),
        # A failing answer: alone it does not conform, beside others it is partial, put right it conforms.
        ({"seen": seen({R.NONCONFORMING: 1}, failing=1)}, State.NOT, ["fails"]),
        ({"seen": seen({R.NONCONFORMING: 1, R.CONFORMS: 1}, failing=1)}, State.PARTIAL, ["fails"]),
        ({"seen": seen({R.NONCONFORMING: 1}, failing=1), "questions": 2}, State.NOT, ["fails", "asked_partly"]),
        ({"seen": seen({R.NONCONFORMING: 1}, put_right=1)}, State.CONFORM, ["good"]),
        # What came of a failing answer speaks for it: its grade, or that it is open where it names another clause.
        ({"seen": seen({R.NONCONFORMING: 1}, pending=1)}, State.PARTIAL, ["pending"]),
        ({"seen": seen({R.NONCONFORMING: 1}, pending=1), "minors": 1, "findings": [MINOR]}, State.PARTIAL, ["minor"]),
        ({"seen": seen({R.NONCONFORMING: 1}, pending=1), "majors": 1, "findings": [MAJOR]}, State.NOT, ["major"]),
        # Open nonconformities count whatever was answered, and also where nobody looked or it does not apply.
        ({"seen": GOOD, "majors": 1, "findings": [MAJOR]}, State.NOT, ["major", "good"]),
        ({"seen": GOOD, "minors": 1, "findings": [MINOR]}, State.PARTIAL, ["minor", "good"]),
        ({"minors": 1, "findings": [MINOR]}, State.PARTIAL, ["unseen", "minor"]),
        ({"majors": 1, "findings": [MAJOR]}, State.NOT, ["major", "unseen"]),
        ({"seen": seen({R.NOT_APPLICABLE: 1}), "minors": 1, "findings": [MINOR]}, State.PARTIAL, ["minor", "good"]),
        ({"seen": seen({R.NONCONFORMING: 1}, failing=1), "minors": 1, "findings": [MINOR]}, State.NOT, ["fails", "minor"]),
        # What the body found.
        ({"seen": GOOD, "concerns": [CONCERN]}, State.PARTIAL, ["concern", "good"]),
        ({"seen": GOOD, "concerns": [Concern(ref="BF-1", kind=FindingKind.MAJOR)]}, State.NOT, ["body_major", "good"]),
        ({"seen": GOOD, "concerns": [Concern(ref="BF-1", kind=FindingKind.OPPORTUNITY)]}, State.CONFORM, ["good"]),
        # Documents and duties pull down what was looked at; nobody looked stays nobody looked.
        ({"seen": GOOD, "expected": Text("policy")}, State.PARTIAL, ["no_document", "good"]),
        ({"expected": Text("policy")}, State.NOT_ASSESSED, ["unseen", "no_document"]),
        ({"seen": GOOD, "expected": Text("policy"), "papers": [PAPER]}, State.CONFORM, ["good"]),
        (
            {"seen": GOOD, "papers": [Paper(ref="DOC-001", title="", owner="Dana", number=1, review_on=EARLIER)]},
            State.PARTIAL,
            ["document_late", "good"],
        ),
        (
            {"seen": GOOD, "papers": [Paper(ref="DOC-001", title="", approver="Ben", number=1, waits=True)]},
            State.CONFORM,
            ["document_waits", "good"],
        ),
        ({"seen": GOOD, "records": [DUTY]}, State.PARTIAL, ["record_late", "good"]),
        ({"seen": seen({R.ARRANGED: 1}), "records": [DUTY]}, State.PARTIAL, ["record_late", "good"]),
        ({"seen": seen({R.NOT_APPLICABLE: 1}), "records": [DUTY]}, State.NOT_APPLICABLE, ["good"]),
        # The gap analysis speaks where it is newer than the audits, and over a gap analysis held as an audit.
        ({"gap": gap(State.CONFORM)}, State.CONFORM, ["good"]),
        ({"gap": gap(State.NOT)}, State.NOT, ["gap_not"]),
        ({"gap": gap(State.NOT_ASSESSED)}, State.NOT_ASSESSED, ["unseen"]),
        ({"gap": gap(State.PARTIAL), "seen": GOOD}, State.PARTIAL, ["gap_partial"]),
        ({"gap": gap(State.NOT, on=date(2026, 1, 1)), "seen": GOOD}, State.CONFORM, ["good"]),
        (
            {"gap": gap(State.NOT, on=date(2026, 1, 1)), "seen": seen({R.CONFORMS: 1}, self_assessed=True)},
            State.NOT,
            ["gap_not"],
        ),
        ({"gap": gap(State.CONFORM), "majors": 1, "findings": [MAJOR]}, State.NOT, ["major", "good"]),
    ],
)  # fmt: skip
def test_state_of_a_clause(known, state, kinds):
    judged = judge(clause(**known), TODAY)
    assert (judged.state, [one.kind.value for one in judged.reasons]) == (state, kinds)
    for reason in judged.reasons:
        assert str(reason.text)
        assert reason.next or not reason.weight, f"{reason.kind} says nothing of what to do next"
        assert str(reason.who) or not reason.weight, f"{reason.kind} is nobody's turn"


@pytest.mark.parametrize(
    ("known", "text", "coming", "who"),
    [
        (
            {"majors": 5, "findings": [MAJOR]},
            "Major nonconformities open: 5 (NC-2026-001 …).",
            "NC-2026-001, by 4 December 2026: Find the root cause and the extent.",
            "Dana",
        ),
        (
            {"concerns": [CONCERN]},
            "The Stage 1 concern SC-2026-001 is not accepted yet: Scope is unclear",
            "Answer it; it was due on 1 June 2026.",
            "Eve",
        ),
        (
            {"gap": gap(State.PARTIAL, action="Write them", owner="Ben", due=date(2026, 12, 24))},
            "The gap analysis of 1 June 2026 says “Partial”: No criteria.",
            "Write them. By 24 December 2026.",
            "Ben",
        ),
    ],
)
def test_a_reason_says_what_next_and_whose_turn(known, text, coming, who):
    first = judge(clause(**known), TODAY).first
    assert (str(first.text), str(first.next), str(first.who)) == (text, coming, who)


READY = Whole(partners=1, audited_on=EARLIER, reviewed_on=EARLIER)


def judged(*states):
    made = {
        State.CONFORM: {"seen": GOOD},
        State.ARRANGED: {"seen": seen({R.ARRANGED: 1})},
        State.PARTIAL: {"seen": GOOD, "minors": 1, "findings": [MINOR]},
        State.NOT: {"seen": GOOD, "majors": 1, "findings": [MAJOR]},
        State.NOT_ASSESSED: {},
        State.NOT_APPLICABLE: {"seen": seen({R.NOT_APPLICABLE: 1})},
    }
    return [judge(clause(f"8.2.{place}", **made[state]), TODAY) for place, state in enumerate(states)]


C, P, N, U, A, X = (
    State.CONFORM, State.PARTIAL, State.NOT, State.NOT_ASSESSED, State.ARRANGED, State.NOT_APPLICABLE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("states", "whole", "level", "begins"),
    [
        ([C, C, X], READY, Level.YES, "Yes. All 2 clauses that apply conform."),
        ([C, A], READY, Level.YES, "Yes. All 2 clauses that apply conform; of these, arrangements"),
        ([C, P], READY, Level.NEARLY, "Nearly: nothing would stop an audit. Clauses that conform in part: 1."),
        # One in five never looked at can still be nearly; more cannot.
        ([C, C, C, C, U], READY, Level.NEARLY, "Nearly: nothing would stop an audit. Clauses that nobody"),
        ([C, C, C, U], READY, Level.NOT_YET, "Not yet. Clauses that nobody has looked at: 1. Ready: 3 of 4."),
        ([C, N], Whole(partners=1, audited_on=EARLIER, reviewed_on=EARLIER, majors=1), Level.NOT_YET,
         "Not yet. Major nonconformities open: 1. Clauses that do not conform: 1."),
        # What the system lacks as a whole stops an audit although every clause conforms.
        ([C], Whole(partners=0, audited_on=EARLIER, reviewed_on=EARLIER), Level.NOT_YET, "Not yet. No relationship"),
        ([C], Whole(partners=1, audited_on=date(2025, 11, 30), reviewed_on=EARLIER), Level.NOT_YET,
         "Not yet. No internal audit in twelve months."),
        ([C], Whole(partners=1, audited_on=EARLIER), Level.NOT_YET, "Not yet. No management review"),
        ([U, U], READY, Level.UNKNOWN, "Nobody knows yet"),
        ([], READY, Level.UNKNOWN, "Nobody knows yet"),
    ],
)  # fmt: skip
def test_one_sentence(states, whole, level, begins):
    answer = overall(judged(*states), whole, TODAY)
    assert (answer.level, str(answer.sentence)[: len(begins)]) == (level, begins)
    assert str(answer.next)


def test_the_heaviest_stands_first():
    found = obstacles(judged(P, N, U, P), Whole(elsewhere=[CONCERN]), TODAY)
    assert [one.key for one in found] == [
        "major", "no_partner", "concern", "no_audit", "no_review", "unseen", "minor",
    ]  # fmt: skip
    assert [one.where for one in found[-1].hurdles] == ["8.2.0", "8.2.3"]


def test_percentages_are_rounded_down_and_leave_out_what_does_not_apply():
    counted = tally(judged(C, A, P, X))
    assert (counted.ready, counted.applicable, counted.percent) == (2, 3, 66)
    assert tally(judged(X)).percent is None
    mixed = [
        judge(clause(stage=stage, seen=GOOD), TODAY) for stage in (Stage.KNOWLEDGE, Stage.MANAGEMENT_SYSTEM)
    ]
    assert list(by_stage(mixed)) == [Stage.KNOWLEDGE, Stage.MANAGEMENT_SYSTEM]
    assert [(phase, one.percent) for phase, one in by_phase(mixed).items()] == [(Phase.STRATEGIC, 100)]
