"""Whether we could be audited today: what stands in the way, the heaviest first, and one sentence. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditapp.kit.text import Text, day_words
from auditapp.relationships.obligations.rules import YEAR, add_months
from auditapp.reports.readiness.rules.clause import NOWHERE, Concern, Link, State
from auditapp.reports.readiness.rules.states import (
    PROGRAMME_MANAGER,
    SYSTEM_MANAGER,
    Judged,
    Reason,
    ReasonKind,
    concern_reason,
)
from auditapp.reports.readiness.rules.tallies import Tally, tally

HEAVY = 75  # from here on an auditor would not go on
UNSEEN_SHARE = 5  # more than one in so many never looked at: nobody can say “nearly”
NO_PARTNER, NO_AUDIT, NO_REVIEW = 95, 85, 85


class Level(StrEnum):
    """The answer in a word."""

    YES = "yes"
    NEARLY = "nearly"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


LEVEL_LABELS: Mapping[Level, Text] = {
    Level.YES: Text("Ready"),
    Level.NEARLY: Text("Nearly ready"),
    Level.NOT_YET: Text("Not ready"),
    Level.UNKNOWN: Text("Not known"),
}
LEVEL_TONES: Mapping[Level, str] = {
    Level.YES: "done",
    Level.NEARLY: "attention",
    Level.NOT_YET: "overdue",
    Level.UNKNOWN: "quiet",
}


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What is known of the system beside its clauses. ``majors`` and ``minors``: open nonconformities, each once."""

    partners: int = 0  # relationships in which we and a partner work together now
    audited_on: date | None = None  # the newest issued report of an internal audit
    reviewed_on: date | None = None  # the newest management review
    majors: int = 0
    minors: int = 0
    elsewhere: Sequence[Concern] = ()  # of the body, on no clause that is known


@dataclass(frozen=True, kw_only=True)
class Hurdle:
    """One thing inside an obstacle: where, what, what next, whose turn."""

    where: str
    text: Text
    next: Text | None = None
    who: Text | str = ""
    link: Link = NOWHERE


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What of one kind stands in the way."""

    key: str
    weight: int
    title: Text
    hurdles: tuple[Hurdle, ...]


@dataclass(frozen=True, kw_only=True)
class Overall:
    """The answer: a word, its colour, one sentence, and what to do first."""

    level: Level
    sentence: Text
    next: Text
    tally: Tally


TITLES: Mapping[ReasonKind, Text] = {
    ReasonKind.MAJOR: Text("Major nonconformities are open"),
    ReasonKind.BODY_MAJOR: Text("Majors of the certification body are not accepted yet"),
    ReasonKind.CONCERN: Text("Stage 1 concerns are not accepted yet"),
    ReasonKind.FAILS: Text("Answers fail and nothing came of it"),
    ReasonKind.GAP_NOT: Text("The gap analysis says that it does not conform"),
    ReasonKind.UNSEEN: Text("Nobody has looked"),
    ReasonKind.MINOR: Text("Minor nonconformities are open"),
    ReasonKind.BODY_MINOR: Text("Minors of the certification body are not accepted yet"),
    ReasonKind.PENDING: Text("Answers wait for a nonconformity to be closed"),
    ReasonKind.GAP_PARTIAL: Text("The gap analysis says partial"),
    ReasonKind.NO_DOCUMENT: Text("A document that auditors ask for is missing"),
    ReasonKind.ASKED_PARTLY: Text("Questions were never answered"),
    ReasonKind.RECORD_LATE: Text("Recurring duties are overdue"),
    ReasonKind.DOCUMENT_LATE: Text("Documents are overdue for review"),
    ReasonKind.DOCUMENT_WAITS: Text("Versions wait for approval"),
}


def obstacles(judged: Sequence[Judged], whole: Whole, today: date) -> list[Obstacle]:
    """What stands in the way, the heaviest first; inside a kind in the order of the clauses."""
    found = _of_the_whole(whole, today)
    kinds: dict[ReasonKind, list[Hurdle]] = {}
    for one in judged:
        for reason in one.reasons:
            if reason.kind in TITLES:
                kinds.setdefault(reason.kind, []).append(_hurdle(one.clause.label, reason))
    for concern in whole.elsewhere:
        reason = concern_reason(concern, today)
        kinds.setdefault(reason.kind, []).append(_hurdle("", reason))
    for kind, title in TITLES.items():
        if kind in kinds:
            weight = Reason(kind=kind, text=title).weight
            found.append(Obstacle(key=kind.value, weight=weight, title=title, hurdles=tuple(kinds[kind])))
    return sorted(found, key=lambda one: -one.weight)


def _hurdle(where: str, reason: Reason) -> Hurdle:
    return Hurdle(where=where, text=reason.text, next=reason.next, who=reason.who, link=reason.link)


def _of_the_whole(whole: Whole, today: date) -> list[Obstacle]:
    since = add_months(today, -YEAR)
    found = []
    if not whole.partners:
        found.append(
            _alone(
                "no_partner", NO_PARTNER, Text("No relationship with a partner at work"),
                Hurdle(
                    where="", who=SYSTEM_MANAGER, link=("relationships.index", {}),
                    text=Text("A certificate asks for at least one partner with whom you work together."),
                    next=Text("Enter the relationship, or move it on to the stage of working together."),
                ),
            )
        )  # fmt: skip
    if whole.audited_on is None or whole.audited_on < since:
        found.append(
            _alone(
                "no_audit", NO_AUDIT, Text("No internal audit in twelve months"),
                Hurdle(
                    where="9.2", who=PROGRAMME_MANAGER, link=("programme.index", {}),
                    text=_last(whole.audited_on, Text("No report of an internal audit was ever issued.")),
                    next=Text("Carry out the audits of the programme and issue their reports."),
                ),
            )
        )  # fmt: skip
    if whole.reviewed_on is None or whole.reviewed_on < since:
        found.append(
            _alone(
                "no_review", NO_REVIEW, Text("No management review in twelve months"),
                Hurdle(
                    where="9.3", who=SYSTEM_MANAGER, link=("obligations.index", {}),
                    text=_last(whole.reviewed_on, Text("No management review is on record.")),
                    next=Text("Hold the management review with the SER, and record that it was done."),
                ),
            )
        )  # fmt: skip
    return found


def _alone(key: str, weight: int, title: Text, hurdle: Hurdle) -> Obstacle:
    return Obstacle(key=key, weight=weight, title=title, hurdles=(hurdle,))


def _last(day: date | None, never: Text) -> Text:
    return never if day is None else Text("The last one was on %(day)s.", day=day_words(day))


def overall(judged: Sequence[Judged], whole: Whole, today: date) -> Overall:
    """Whether we could be audited today."""
    counted = tally(judged)
    against = obstacles(judged, whole, today)
    unseen, total = counted.of(State.NOT_ASSESSED), counted.applicable
    if total == unseen:
        return Overall(
            level=Level.UNKNOWN, tally=counted,
            sentence=Text("Nobody knows yet: no clause has been looked at."),
            next=Text("Begin with the gap analysis, or carry out an internal audit."),
        )  # fmt: skip
    heavy = [one for one in against if one.weight >= HEAVY]
    if heavy or unseen * UNSEEN_SHARE > total:
        return Overall(
            level=Level.NOT_YET, tally=counted, sentence=Text("Not yet. %(why)s", why=_why(counted, whole, heavy)),
            next=_first(against),
        )  # fmt: skip
    if counted.ready < total:
        return Overall(
            level=Level.NEARLY, tally=counted,
            sentence=Text("Nearly: nothing would stop an audit. %(why)s", why=_why(counted, whole, ())),
            next=_first(against),
        )  # fmt: skip
    arranged = counted.of(State.ARRANGED)
    return Overall(
        level=Level.YES, tally=counted,
        sentence=Text(
            "Yes. All %(total)s clauses that apply conform; of these, arrangements whose output cannot be verified yet: "
            "%(arranged)s.",
            total=total, arranged=arranged,
        )
        if arranged
        else Text("Yes. All %(total)s clauses that apply conform.", total=total),
        next=_first(against) if against else Text("Keep it so until the visit."),
    )  # fmt: skip


def _why(counted: Tally, whole: Whole, heavy: Sequence[Obstacle]) -> Text:
    parts: list[Text] = []
    if whole.majors:
        parts.append(Text("Major nonconformities open: %(count)s.", count=whole.majors))
    told = {ReasonKind.MAJOR.value, ReasonKind.FAILS.value, ReasonKind.GAP_NOT.value}
    parts += [Text("%(what)s.", what=one.title) for one in heavy if one.key not in told]
    for state, said in (
        (State.NOT, Text("Clauses that do not conform: %(count)s.")),
        (State.PARTIAL, Text("Clauses that conform in part: %(count)s.")),
        (State.NOT_ASSESSED, Text("Clauses that nobody has looked at: %(count)s.")),
    ):
        if counted.of(state):
            parts.append(Text(said.msgid, count=counted.of(state)))
    parts.append(Text("Ready: %(ready)s of %(total)s.", ready=counted.ready, total=counted.applicable))
    said_so_far = parts[0]
    for one in parts[1:]:
        said_so_far = Text("%(before)s %(after)s", before=said_so_far, after=one)
    return said_so_far


def _first(against: Sequence[Obstacle]) -> Text:
    if not against:
        return Text("Look at the clauses that are not ready.")
    one = against[0]
    coming = one.hurdles[0].next
    return (
        Text("First: %(what)s. %(next)s", what=one.title, next=coming)
        if coming
        else Text("First: %(what)s.", what=one.title)
    )
