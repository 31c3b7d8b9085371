"""Whose turn it is in an audit, and what that means on the home page of the person who looks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from auditapp.audits.report.rules import Degree, Word
from auditapp.audits.rules import AGREE_BEFORE, DECIDE_WITHIN, REPORT_WITHIN, TEAM, AuditStatus, MemberRole
from auditapp.kit.text import Text
from auditapp.relationships.rules import Stage

OPEN = (
    AuditStatus.PLANNED,
    AuditStatus.SCHEDULED,
    AuditStatus.IN_PROGRESS,
    AuditStatus.REPORTING,
    AuditStatus.ISSUED,
    AuditStatus.FOLLOW_UP,
    AuditStatus.POSTPONED,
)
PLAN_AHEAD = timedelta(days=28)  # a plan is asked for this long before it is due
SOON = timedelta(days=7)
WEEKS = 6


class Who(StrEnum):
    """Whose turn it is."""

    LEADER = "leader"
    TEAM = "team"
    AUDITEE = "auditee"
    MANAGER = "manager"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """An open audit as somebody's home page needs it; ``me`` is the person who looks."""

    ref: str
    title: str
    status: AuditStatus
    starts_on: date | None = None
    ends_on: date | None = None
    closed_on: date | None = None
    issued_on: date | None = None
    sent: bool = False
    my_role: MemberRole | None = None
    my_answer: bool = False  # I have answered this revision of the plan
    manages: bool = False  # I run the programme it belongs to, or all of them
    leader: str = ""
    manager: str = ""
    silent: Sequence[str] = ()  # auditees who have not answered this revision of the plan
    objectors: Sequence[str] = ()  # auditees whose objection is not settled
    answered: int = 0
    questions: int = 0
    conflicts: int = 0


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What comes next: whose turn it is, the step by its name for a button, and by when."""

    who: Who
    step: Text
    sentence: Text
    place: str  # plan, walk, closing: which page does it
    due: date | None = None
    waits: bool = False  # what comes next is only due on that day, nobody is asked for anything before


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of a home page."""

    situation: Situation
    turn: Turn
    state: str
    on_whom: Sequence[str] = field(default_factory=tuple)


def turn(s: Situation) -> Turn:
    """What an open audit waits for."""
    match s.status:
        case AuditStatus.PLANNED:
            return _planned(s)
        case AuditStatus.SCHEDULED:
            return Turn(
                who=Who.LEADER,
                step=Text("Hold the opening meeting"),
                sentence=Text("The plan is agreed. The opening meeting comes next."),
                place="plan",
                due=s.starts_on,
                waits=True,
            )
        case AuditStatus.IN_PROGRESS:
            return _walking(s)
        case AuditStatus.REPORTING:
            return Turn(
                who=Who.LEADER,
                step=Text("Write the conclusion and issue the report"),
                sentence=Text("The closing meeting was held. The report comes next."),
                place="closing",
                due=s.closed_on + REPORT_WITHIN if s.closed_on else None,
            )
        case AuditStatus.POSTPONED:
            return Turn(
                who=Who.LEADER,
                step=Text("Give it new dates"),
                sentence=Text("It is postponed and has no new dates."),
                place="plan",
            )
        case _:
            return _issued(s)


def _issued(s: Situation) -> Turn:
    if s.status is AuditStatus.FOLLOW_UP:
        return Turn(
            who=Who.MANAGER,
            step=Text("Complete the audit"),
            sentence=Text("It is completed when the agreed actions are verified."),
            place="plan",
            waits=True,
        )
    return Turn(
        who=Who.MANAGER,
        step=Text("Decide on follow-up"),
        sentence=Text("The report is issued. It goes into follow-up or is completed."),
        place="plan",
        due=s.issued_on + DECIDE_WITHIN if s.issued_on else None,
    )


def _planned(s: Situation) -> Turn:
    due = s.starts_on - AGREE_BEFORE if s.starts_on else None
    if not s.leader:
        return Turn(
            who=Who.MANAGER,
            step=Text("Name the audit team leader"),
            sentence=Text("Nobody leads it yet."),
            place="plan",
            due=due,
        )
    if not s.sent:
        return Turn(
            who=Who.LEADER,
            step=Text("Finish and send the plan"),
            sentence=Text("The plan was not sent yet."),
            place="plan",
            due=due,
        )
    if s.objectors:
        return Turn(
            who=Who.LEADER,
            step=Text("Settle the objection"),
            sentence=Text("%(who)s objected to the plan.", who=names(s.objectors)),
            place="plan",
            due=due,
        )
    return Turn(
        who=Who.AUDITEE,
        step=Text("Answer the plan"),
        sentence=Text("The plan waits for agreement: agree to it, or object and say why."),
        place="plan",
        due=due,
    )


def _walking(s: Situation) -> Turn:
    left = s.questions - s.answered
    if s.conflicts:
        sentence = Text("Two auditors answered the same thing differently. Choose which answer stands.")
    elif left > 0:
        sentence = Text(
            "%(answered)s of %(questions)s questions are answered.",
            answered=s.answered,
            questions=s.questions,
        )
    else:
        sentence = Text("Every question is answered. The closing meeting comes next.")
    return Turn(
        who=Who.TEAM if left > 0 or s.conflicts else Who.LEADER,
        step=Text("Go on with the questions")
        if left > 0 or s.conflicts
        else Text("Hold the closing meeting"),
        sentence=sentence,
        place="walk" if left > 0 or s.conflicts else "closing",
        due=s.ends_on,
    )


def is_mine(s: Situation, what: Turn) -> bool:
    """Whether the person who looks is the one whose turn it is."""
    match what.who:
        case Who.LEADER:
            return s.my_role is MemberRole.LEADER
        case Who.TEAM:
            return s.my_role in TEAM
        case Who.AUDITEE:
            return s.my_role is MemberRole.AUDITEE and not s.my_answer
        case Who.MANAGER:
            return s.manages


def on_whom(s: Situation, what: Turn) -> tuple[str, ...]:
    """The names of those whose turn it is."""
    if what.who is Who.AUDITEE:
        return tuple(s.silent)
    name = s.manager if what.who is Who.MANAGER else s.leader
    return (name,) if name else ()


def state(what: Turn, today: date) -> str:
    """How urgent it is, as a tone of parts/status.html."""
    if what.due is None:
        return "quiet" if what.waits else "attention"
    if what.due < today:
        return "overdue"
    return "attention" if what.due - today <= SOON else "on_track"


def item(s: Situation, today: date) -> Item:
    """The line of an audit."""
    what = turn(s)
    return Item(situation=s, turn=what, state=state(what, today), on_whom=on_whom(s, what))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What lies on somebody's desk."""

    today: Item | None  # the audit that I am carrying out now
    mine: Sequence[Item]
    waiting: Sequence[Item]
    coming: Sequence[Item]


def desk(situations: Sequence[Situation], today: date) -> Desk:
    """Sort open audits into: the one of today, mine, waiting for others, coming. Each is in one of them at most."""
    items = sorted((item(s, today) for s in situations), key=_urgency)
    now = next((one for one in items if _being_walked(one, today)), None)
    rest = [one for one in items if one is not now]
    mine = [one for one in rest if is_mine(one.situation, one.turn) and not _later(one, today)]
    others = [one for one in rest if one not in mine]
    waiting = [one for one in others if _involved(one.situation) and not _later(one, today)]
    coming = [
        one
        for one in others
        if one not in waiting
        and one.situation.starts_on is not None
        and today <= one.situation.starts_on <= today + timedelta(weeks=WEEKS)
        and one.situation.status in {AuditStatus.PLANNED, AuditStatus.SCHEDULED}
    ]
    coming.sort(key=lambda one: (one.situation.starts_on or today, one.situation.ref))
    return Desk(today=now, mine=mine, waiting=waiting, coming=coming)


def _urgency(one: Item) -> tuple[int, date, str]:
    order = {"overdue": 0, "attention": 1, "on_track": 2}
    return order.get(one.state, 3), one.turn.due or date.max, one.situation.ref


def _being_walked(one: Item, today: date) -> bool:
    s = one.situation
    starts_today = s.status is AuditStatus.SCHEDULED and s.starts_on is not None and s.starts_on <= today
    return s.my_role in TEAM and (s.status is AuditStatus.IN_PROGRESS or starts_today)


def _later(one: Item, today: date) -> bool:
    """Nothing is asked of anybody yet: the next step has its day, or the plan has time."""
    due = one.turn.due
    if one.turn.waits:
        return due is None or due > today
    return one.situation.status is AuditStatus.PLANNED and due is not None and due - today > PLAN_AHEAD


def _involved(s: Situation) -> bool:
    return s.my_role is not None or s.manages


def names(people: Sequence[str]) -> Text:
    """One or two names, or one name and how many others."""
    match list(people):
        case []:
            return Text("nobody")
        case [one]:
            return Text("%(one)s", one=one)
        case [one, other]:
            return Text("%(one)s and %(other)s", one=one, other=other)
        case [one, *others]:
            return Text("%(one)s and %(count)s others", one=one, count=len(others))
    raise AssertionError


@dataclass(frozen=True, kw_only=True)
class StageReady:
    """A stage of the path: how ready it is, from answers."""

    stage: Stage
    word: Text
    state: str
    share: int | None  # per cent of what was judged that is fulfilled


def greeting(counts: Mapping[str, int]) -> Text:
    """The line under the name: how much needs the person."""
    needed = counts["mine"]
    if counts["today"] and needed:
        return Text("One audit is yours today, and %(count)s more need you.", count=needed)
    if counts["today"]:
        return Text("One audit is yours today. Nothing else needs you.")
    if needed == 1:
        return Text("One thing needs you.")
    if needed:
        return Text("%(count)s things need you.", count=needed)
    return Text("Nothing needs you now.")


READY: Mapping[Word, tuple[Text, str]] = {
    Word.FULFILLED: (Text("Ready"), "done"),
    Word.OUTPUT_OPEN: (Text("Ready so far"), "done"),
    Word.ARRANGED: (Text("Arranged"), "on_track"),
    Word.MOSTLY: (Text("Nearly ready"), "on_track"),
    Word.PARTLY: (Text("Gaps"), "attention"),
    Word.HARDLY: (Text("Not ready"), "overdue"),
    Word.NOT_LOOKED_AT: (Text("Not looked at"), "quiet"),
    Word.NOT_APPLICABLE: (Text("Not applicable"), "quiet"),
}


def stage_ready(stage: Stage, what: Degree) -> StageReady:
    """A stage in a short word; what rests on a small sample is never called ready."""
    word, tone = READY[what.word]
    if what.small_sample and tone == "done":
        word, tone = Text("Too little seen"), "attention"
    share = None if what.word is Word.ARRANGED else what.fulfilled_share  # no output yet, so no share of it
    return StageReady(stage=stage, word=word, state=tone, share=share)
