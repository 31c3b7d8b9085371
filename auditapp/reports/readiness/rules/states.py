"""The state of one clause, with its reasons in words. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditapp.audits.execution.rules import Grade, Result
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.text import Text, day_words
from auditapp.relationships.certification.rules import FindingKind
from auditapp.reports.readiness.rules.clause import (
    NOWHERE,
    STATE_LABELS,
    Clause,
    Concern,
    Finding,
    Gap,
    Link,
    State,
)


class ReasonKind(StrEnum):
    """Why a clause stands as it does."""

    MAJOR = "major"
    BODY_MAJOR = "body_major"
    CONCERN = "concern"
    FAILS = "fails"
    GAP_NOT = "gap_not"
    UNSEEN = "unseen"
    MINOR = "minor"
    BODY_MINOR = "body_minor"
    PENDING = "pending"
    GAP_PARTIAL = "gap_partial"
    NO_DOCUMENT = "no_document"
    ASKED_PARTLY = "asked_partly"
    RECORD_LATE = "record_late"
    DOCUMENT_LATE = "document_late"
    DOCUMENT_WAITS = "document_waits"
    GOOD = "good"  # why it stands well


K = ReasonKind
WEIGHTS: Mapping[ReasonKind, int] = {
    K.MAJOR: 100, K.BODY_MAJOR: 95, K.CONCERN: 90, K.FAILS: 80, K.GAP_NOT: 75, K.UNSEEN: 60, K.MINOR: 50,
    K.BODY_MINOR: 50, K.PENDING: 45, K.GAP_PARTIAL: 45, K.NO_DOCUMENT: 40, K.ASKED_PARTLY: 35, K.RECORD_LATE: 30,
    K.DOCUMENT_LATE: 25, K.DOCUMENT_WAITS: 20, K.GOOD: 0,
}  # fmt: skip
# The best state that a reason leaves, whatever else is known: what stands open needs no audit to count.
ALWAYS: Mapping[ReasonKind, State] = {
    K.MAJOR: State.NOT, K.BODY_MAJOR: State.NOT, K.CONCERN: State.PARTIAL, K.MINOR: State.PARTIAL,
    K.BODY_MINOR: State.PARTIAL,
}  # fmt: skip
# The same, for a clause that somebody looked at and that applies.
ASSESSED: Mapping[ReasonKind, State] = {
    K.NO_DOCUMENT: State.PARTIAL, K.RECORD_LATE: State.PARTIAL, K.DOCUMENT_LATE: State.PARTIAL,
}  # fmt: skip
WORSE = (State.CONFORM, State.ARRANGED, State.PARTIAL, State.NOT)
GOOD_RESULTS = (Result.CONFORMS, Result.OBSERVATION, Result.OPPORTUNITY, Result.GOOD_PRACTICE)

PROGRAMME_MANAGER = Text("Audit programme manager")
SYSTEM_MANAGER = Text("System manager")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason: what is so, what to do next, and whose turn it is."""

    kind: ReasonKind
    text: Text
    next: Text | None = None
    who: Text | str = ""
    link: Link = NOWHERE

    @property
    def weight(self) -> int:
        """How much it stands in the way."""
        return WEIGHTS[self.kind]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A clause with its state; the heaviest reason first, and there always is one."""

    clause: Clause
    state: State
    reasons: tuple[Reason, ...]

    @property
    def first(self) -> Reason:
        """The heaviest."""
        return self.reasons[0]


def judge(clause: Clause, today: date) -> Judged:
    """The state of a clause and every reason for it."""
    state, reason = _base(clause)
    against = [
        *_findings(clause, today),
        *_concerns(clause, today),
        *_papers(clause, today),
        *_records(clause),
    ]
    if reason.kind in {K.FAILS, K.PENDING}:
        against += _not_asked(clause)
    assessed = state in WORSE
    caps = [ALWAYS[one.kind] for one in against if one.kind in ALWAYS]
    caps += [ASSESSED[one.kind] for one in against if assessed and one.kind in ASSESSED]
    if caps:
        state = max([state, *caps] if assessed else caps, key=WORSE.index)
    if state is State.NOT_APPLICABLE:
        against = []
    told = reason.kind is K.PENDING and (clause.majors or clause.minors)  # by the nonconformity itself
    reasons = sorted([*against] if told else [reason, *against], key=lambda one: -one.weight)
    return Judged(clause=clause, state=state, reasons=tuple(reasons))


def _base(clause: Clause) -> tuple[State, Reason]:
    """The state by the newer of audits and gap analysis, before anything that stands against it."""
    seen, gap = clause.seen, clause.gap
    audited = seen.asked and not seen.self_assessed
    if gap is not None and (not audited or (seen.on is not None and gap.on > seen.on)):
        return _by_gap(clause, gap)
    if seen.asked:
        return _by_answers(clause)
    return State.NOT_ASSESSED, Reason(
        kind=K.UNSEEN, text=Text("Nobody has looked at this clause in the last three years."),
        next=Text("Plan it into an internal audit, or judge it in the gap analysis."), who=PROGRAMME_MANAGER,
        link=("programme.index", {}),
    )  # fmt: skip


def _by_gap(clause: Clause, gap: Gap) -> tuple[State, Reason]:
    day, gap_link = day_words(gap.on), ("readiness.gap_entry", {"ref": clause.ref})
    kinds = {State.NOT: K.GAP_NOT, State.PARTIAL: K.GAP_PARTIAL, State.NOT_ASSESSED: K.UNSEEN}
    kind = kinds.get(gap.state, K.GOOD)
    text = (
        Text(
            "The gap analysis of %(day)s says “%(state)s”: %(gap)s",
            day=day, state=STATE_LABELS[gap.state], gap=gap.gap,
        )
        if gap.gap
        else Text("The gap analysis of %(day)s says “%(state)s”.", day=day, state=STATE_LABELS[gap.state])
    )  # fmt: skip
    if kind is K.GOOD:
        return gap.state, Reason(kind=kind, text=text, link=gap_link)
    if gap.action and gap.due:
        coming = Text("%(action)s By %(day)s.", action=_stopped(gap.action), day=day_words(gap.due))
    elif gap.action:
        coming = Text("%(action)s", action=_stopped(gap.action))
    else:
        coming = Text("Decide on an action, its owner and its day.")
    return gap.state, Reason(
        kind=kind, text=text, next=coming, who=gap.owner or SYSTEM_MANAGER, link=gap_link
    )


def _stopped(sentence: str) -> str:
    return sentence if sentence.rstrip().endswith((".", "!", "?")) else f"{sentence.rstrip()}."


def _by_answers(clause: Clause) -> tuple[State, Reason]:
    seen = clause.seen
    good = sum(seen.results.get(one, 0) for one in GOOD_RESULTS) + seen.put_right
    arranged = seen.results.get(Result.ARRANGED, 0)
    link: Link = ("plan.show", {"ref": seen.audit}) if seen.audit else NOWHERE
    values = {"audit": seen.audit, "day": day_words(seen.on) if seen.on else ""}
    if seen.failing:
        return State.PARTIAL if good or arranged or seen.pending else State.NOT, Reason(
            kind=K.FAILS, link=link, who=PROGRAMME_MANAGER,
            text=Text("Answers that fail: %(count)s, the latest audit is %(audit)s.", count=seen.failing, **values),
            next=Text("Raise what was found as a nonconformity, or look again."),
        )  # fmt: skip
    if seen.pending:
        return State.PARTIAL, Reason(
            kind=K.PENDING, link=link, who=PROGRAMME_MANAGER,
            text=Text("Answers whose nonconformity is still open: %(count)s.", count=seen.pending),
            next=Text("See that the nonconformity is closed."),
        )  # fmt: skip
    if not good and not arranged:
        return State.NOT_APPLICABLE, Reason(
            kind=K.GOOD, link=link, text=Text("Not applicable by %(audit)s of %(day)s.", **values)
        )
    if missing := _not_asked(clause):
        return State.PARTIAL, missing[0]
    if not good:
        return State.ARRANGED, Reason(
            kind=K.GOOD, link=link,
            text=Text("The arrangement is in place by %(audit)s of %(day)s; its output cannot be verified yet.", **values),
            next=Text("Look again once a relationship has reached this stage."),
        )  # fmt: skip
    said = (
        Text("Conforms by our own gap analysis %(audit)s of %(day)s.", **values)
        if seen.self_assessed
        else Text("Conforms by %(audit)s of %(day)s; nonconformities put right since: %(count)s.",
                  count=seen.put_right, **values)
        if seen.put_right
        else Text("Conforms by %(audit)s of %(day)s.", **values)
    )  # fmt: skip
    return State.CONFORM, Reason(kind=K.GOOD, text=said, link=link)


def _not_asked(clause: Clause) -> list[Reason]:
    missing = clause.questions - clause.seen.asked
    if missing <= 0:
        return []
    return [
        Reason(
            kind=K.ASKED_PARTLY, who=PROGRAMME_MANAGER, link=("programme.index", {}),
            text=Text("Questions never answered: %(count)s of %(total)s.", count=missing, total=clause.questions),
            next=Text("Plan them into the next internal audit."),
        )
    ]  # fmt: skip


# Whose turn an open nonconformity is; beside a name it says what is to be done.
NEXT: Mapping[NcStatus, Text] = {
    NcStatus.DRAFT: Text("Issue the draft or withdraw it."),
    NcStatus.ISSUED: Text("Acknowledge it, or dispute it."),
    NcStatus.DISPUTED: Text("Decide the dispute."),
    NcStatus.CONTAINMENT: Text("Write the correction and contain it."),
    NcStatus.CAUSE: Text("Find the root cause and the extent."),
    NcStatus.PLANNING: Text("Submit the plan of actions."),
    NcStatus.PLAN_SUBMITTED: Text("Accept the plan or return it."),
    NcStatus.PLAN_RETURNED: Text("Change the plan and submit it again."),
    NcStatus.IMPLEMENTING: Text("Finish the actions and submit the work."),
    NcStatus.VERIFICATION: Text("Verify the work."),
    NcStatus.EFFECTIVENESS: Text("Check whether it was effective."),
}


def _findings(clause: Clause, today: date) -> Iterator[Reason]:
    for grade, kind, count in (
        (Grade.MAJOR, K.MAJOR, clause.majors),
        (Grade.MINOR, K.MINOR, clause.minors),
    ):
        if not count:
            continue
        shown = [one for one in clause.findings if one.grade is grade]
        first = shown[0] if shown else None
        names = ", ".join(one.ref for one in shown) + (" …" if count > len(shown) else "")
        yield Reason(
            kind=kind,
            text=Text("Major nonconformities open: %(count)s (%(refs)s).", count=count, refs=names)
            if kind is K.MAJOR
            else Text("Minor nonconformities open: %(count)s (%(refs)s).", count=count, refs=names),
            next=_step(first, today) if first else None,
            who=(first.who if first else "") or PROGRAMME_MANAGER,
            link=("findings.show", {"ref": first.ref}) if first else NOWHERE,
        )


def _step(found: Finding, today: date) -> Text:
    said = NEXT.get(found.status, Text("Look at it."))
    if found.due is None:
        return Text("%(ref)s: %(step)s", ref=found.ref, step=said)
    values = {"ref": found.ref, "day": day_words(found.due), "step": said}
    if found.due < today:
        return Text("%(ref)s, due since %(day)s: %(step)s", **values)
    return Text("%(ref)s, by %(day)s: %(step)s", **values)


CONCERN_KINDS: Mapping[FindingKind, ReasonKind] = {
    FindingKind.CONCERN: K.CONCERN,
    FindingKind.MAJOR: K.BODY_MAJOR,
    FindingKind.MINOR: K.BODY_MINOR,
}


def _concerns(clause: Clause, today: date) -> Iterator[Reason]:
    for one in clause.concerns:
        if one.kind in CONCERN_KINDS:
            yield concern_reason(one, today)


def concern_reason(one: Concern, today: date) -> Reason:
    """Why something the body found stands in the way, and what comes next."""
    text = (
        Text("The Stage 1 concern %(ref)s is not accepted yet: %(what)s", ref=one.ref, what=one.statement)
        if one.kind is FindingKind.CONCERN
        else Text("%(ref)s of the certification body is not accepted yet: %(what)s", ref=one.ref, what=one.statement)
    )  # fmt: skip
    who: Text | str = SYSTEM_MANAGER
    if one.answered:
        coming = Text("It is answered: enter what the body says.")
    else:
        who = one.owner or SYSTEM_MANAGER
        coming = Text("Answer it.")
        if one.due is not None:
            late = one.due < today
            day = day_words(one.due)
            coming = (
                Text("Answer it; it was due on %(day)s.", day=day)
                if late
                else Text("Answer it by %(day)s.", day=day)
            )
    return Reason(
        kind=CONCERN_KINDS[one.kind], text=text, next=coming, who=who,
        link=("certification.finding", {"ref": one.ref}),
    )  # fmt: skip


def _papers(clause: Clause, today: date) -> Iterator[Reason]:
    approved = [one for one in clause.papers if one.number is not None]
    waiting = [one for one in clause.papers if one.waits]
    for one in waiting:
        yield Reason(
            kind=K.DOCUMENT_WAITS, who=one.approver, link=("documents.show", {"document_ref": one.ref}),
            text=Text("A version of %(ref)s waits for approval.", ref=one.ref),
            next=Text("Approve it or return it."),
        )  # fmt: skip
    if clause.expected is not None and not approved:
        yield Reason(
            kind=K.NO_DOCUMENT, who=SYSTEM_MANAGER, link=("documents.index", {}),
            text=Text("No approved document says it serves this clause. Auditors ask for: %(what)s.", what=clause.expected),
            next=Text("Approve the version that waits.")
            if waiting
            else Text("Enter the document, or add the clause to the one that serves it."),
        )  # fmt: skip
    for one in approved:
        if one.review_on is not None and one.review_on < today:
            yield Reason(
                kind=K.DOCUMENT_LATE, who=one.owner, link=("documents.show", {"document_ref": one.ref}),
                text=Text("%(ref)s should have been reviewed by %(day)s.", ref=one.ref, day=day_words(one.review_on)),
                next=Text("Review it, and record that it was done."),
            )  # fmt: skip


def _records(clause: Clause) -> Iterator[Reason]:
    for one in clause.records:
        if one.overdue:
            yield Reason(
                kind=K.RECORD_LATE, who=one.whose, link=("obligations.index", {"show": "overdue"}),
                text=Text("Overdue: %(what)s (%(count)s).", what=one.title, count=one.overdue),
                next=Text("Do it, and record that it was done."),
            )  # fmt: skip
