"""The exit itself: its kinds, its life and that of its steps, who may start it, and when each step is due. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from auditapp.kit import workdays
from auditapp.kit.errors import NotAllowed
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.relationships.exits.rules.content import OURS, THEIRS, CountedFrom, InitiatorRole, in_words


class ExitKind(StrEnum):
    """How a relationship comes to its end."""

    PLANNED = "planned"
    JOINT = "joint"
    BY_PARTNER = "by_partner"
    BY_US = "by_us"


EXIT_KIND_LABELS: Mapping[ExitKind, Text] = {
    ExitKind.PLANNED: Text("Planned end"),
    ExitKind.JOINT: Text("Joint exit"),
    ExitKind.BY_PARTNER: Text("Premature exit by the partner"),
    ExitKind.BY_US: Text("Premature exit by us"),
}
EXIT_KIND_HINTS: Mapping[ExitKind, Text] = {
    ExitKind.PLANNED: Text("The objectives are met, or the agreed time is over."),
    ExitKind.JOINT: Text("Both parties want it. It begins when every party has agreed."),
    ExitKind.BY_PARTNER: Text(
        "The partner leaves before time. Continuity comes first, and the steps are due sooner."
    ),
    ExitKind.BY_US: Text("We leave before time, with notice."),
}


class ExitStatus(StrEnum):
    """The life of an exit."""

    PROPOSED = "proposed"  # a joint exit that waits for the other party
    RUNNING = "running"
    CALLING_OFF = "calling_off"  # one party wants to stay after all; the other has its say
    CALLED_OFF = "called_off"
    REFUSED = "refused"
    COMPLETED = "completed"


EXIT_LABELS: Mapping[ExitStatus, Text] = {
    ExitStatus.PROPOSED: Text("Proposed"),
    ExitStatus.RUNNING: Text("Under way"),
    ExitStatus.CALLING_OFF: Text("May be called off"),
    ExitStatus.CALLED_OFF: Text("Called off"),
    ExitStatus.REFUSED: Text("Refused"),
    ExitStatus.COMPLETED: Text("Completed"),
}
EXIT_TONES: Mapping[ExitStatus, str] = {
    ExitStatus.PROPOSED: "attention",
    ExitStatus.RUNNING: "on_track",
    ExitStatus.CALLING_OFF: "attention",
    ExitStatus.CALLED_OFF: "quiet",
    ExitStatus.REFUSED: "quiet",
    ExitStatus.COMPLETED: "done",
}


class ExitVerb(StrEnum):
    """What can be done with an exit."""

    AGREE = "agree"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    WORK = "work"
    ASK_CALL_OFF = "ask_call_off"
    CALL_OFF = "call_off"
    GO_ON = "go_on"
    COMPLETE = "complete"


_S, _V = ExitStatus, ExitVerb
STEPS: Mapping[tuple[ExitStatus, ExitVerb], ExitStatus] = {
    (_S.PROPOSED, _V.AGREE): _S.RUNNING,
    (_S.PROPOSED, _V.REFUSE): _S.REFUSED,
    (_S.PROPOSED, _V.TAKE_BACK): _S.CALLED_OFF,
    (_S.RUNNING, _V.WORK): _S.RUNNING,
    (_S.RUNNING, _V.ASK_CALL_OFF): _S.CALLING_OFF,
    (_S.RUNNING, _V.COMPLETE): _S.COMPLETED,
    (_S.CALLING_OFF, _V.WORK): _S.CALLING_OFF,
    (_S.CALLING_OFF, _V.CALL_OFF): _S.CALLED_OFF,
    (_S.CALLING_OFF, _V.GO_ON): _S.RUNNING,
}
ACTIVE: tuple[ExitStatus, ...] = (_S.PROPOSED, _S.RUNNING, _S.CALLING_OFF)


def next_status(status: ExitStatus, verb: ExitVerb) -> ExitStatus:
    """Where a verb leads. Raises Refusal where it does not fit."""
    words = Text(
        "The exit is “%(status)s” now, so this cannot be done. Open the page again and look.",
        status=EXIT_LABELS[status],
    )
    return step(STEPS, status, verb, words)


class StepStatus(StrEnum):
    """The life of a step. Overdue is derived."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


STEP_LABELS: Mapping[StepStatus, Text] = {
    StepStatus.OPEN: Text("Open"),
    StepStatus.DONE: Text("Done"),
    StepStatus.NOT_NEEDED: Text("Not needed"),
}


class StepVerb(StrEnum):
    """What can be done with a step."""

    DO = "do"
    WAIVE = "waive"
    REOPEN = "reopen"
    MOVE = "move"


STEP_STEPS: Mapping[tuple[StepStatus, StepVerb], StepStatus] = {
    (StepStatus.OPEN, StepVerb.DO): StepStatus.DONE,
    (StepStatus.OPEN, StepVerb.WAIVE): StepStatus.NOT_NEEDED,
    (StepStatus.OPEN, StepVerb.MOVE): StepStatus.OPEN,
    (StepStatus.DONE, StepVerb.REOPEN): StepStatus.OPEN,
    (StepStatus.NOT_NEEDED, StepVerb.REOPEN): StepStatus.OPEN,
}


def next_step(status: StepStatus, verb: StepVerb) -> StepStatus:
    """Where a verb leads a step. Raises Refusal where it does not fit."""
    words = Text("This step is “%(status)s” now. Open the page again and look.", status=STEP_LABELS[status])
    return step(STEP_STEPS, status, verb, words)


class Again(StrEnum):
    """Whether a party would work with the other again."""

    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


AGAIN_LABELS: Mapping[Again, Text] = {
    Again.YES: Text("Yes"),
    Again.PERHAPS: Text("Perhaps, otherwise than now"),
    Again.NO: Text("No"),
}


class About(StrEnum):
    """What a party agrees to."""

    EXIT = "exit"
    CALL_OFF = "call_off"


def entitled(kind: ExitKind, named: Collection[InitiatorRole]) -> set[InitiatorRole]:
    """Which of the roles that the strategy names may start an exit of this kind."""
    if kind is ExitKind.BY_PARTNER:
        return set(named) & THEIRS
    if kind is ExitKind.JOINT:
        return set(named)
    return set(named) & OURS


def require_initiator(
    kind: ExitKind, held: Collection[InitiatorRole], named: Collection[InitiatorRole]
) -> InitiatorRole:
    """The role in which somebody starts an exit. Raises NotAllowed, naming who may."""
    may = entitled(kind, named)
    found = [one for one in InitiatorRole if one in may and one in set(held)]
    if not found:
        raise NotAllowed(
            Text(
                "By the strategy this exit may be started by: %(roles)s. Ask them; they find it on this page.",
                roles=in_words(may),
            )
        )
    return found[0]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where working days are counted: ISO 3166-1 country, and its subdivision."""

    country: str
    subdivision: str = ""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A step of the strategy as far as its day depends on it. ``after``: the id of the step it waits for."""

    id: UUID
    days: int
    counted_from: CountedFrom
    premature_days: int | None
    continuity: bool
    after: UUID | None


def before(day: date, count: int, place: Place) -> date:
    """The working day so many working days before ``day``; with none to count, the last one up to that day."""
    while not workdays.is_working(day, country=place.country, subdivision=place.subdivision):
        day -= timedelta(days=1)
    while count > 0:
        day -= timedelta(days=1)
        count -= workdays.is_working(day, country=place.country, subdivision=place.subdivision)
    return day


def in_order(steps: Sequence[Counted], kind: ExitKind) -> list[Counted]:
    """The steps as an exit of this kind begins: where the partner leaves before time, continuity comes first."""
    if kind is not ExitKind.BY_PARTNER:
        return list(steps)
    return sorted(steps, key=lambda one: not one.continuity)


def days_of(one: Counted, kind: ExitKind) -> int:
    """The working days a step has: its own short figure where the partner leaves before time, else half of them."""
    if kind is not ExitKind.BY_PARTNER:
        return one.days
    return one.premature_days if one.premature_days is not None else -(-one.days // 2)


def due_day(one: Counted, *, kind: ExitKind, notice_on: date, ends_on: date, place: Place) -> date:
    """When a step is due: working days of its owner's party after the notice, or before the end.

    Never later than the end, and never before the first working day after the notice.
    """
    days = days_of(one, kind)
    first = workdays.after(notice_on, 1, country=place.country, subdivision=place.subdivision)
    if one.counted_from is CountedFrom.END:
        return max(first, before(ends_on, days, place))
    counted = workdays.after(notice_on, max(days, 1), country=place.country, subdivision=place.subdivision)
    return max(first, min(counted, before(ends_on, 0, place)))


def due_days(
    steps: Sequence[Counted], places: Mapping[UUID, Place], *, kind: ExitKind, notice_on: date, ends_on: date
) -> dict[UUID, date]:
    """When each step is due. A step that waits for another is never due before it."""
    found = {
        one.id: due_day(one, kind=kind, notice_on=notice_on, ends_on=ends_on, place=places[one.id])
        for one in steps
    }
    for _ in steps:  # a chain is at most as long as there are steps
        for one in steps:
            if one.after in found and found[one.after] > found[one.id]:
                found[one.id] = found[one.after]
    return found


def consequences(kind: ExitKind, *, steps: int, agreed: bool, day: Text) -> list[Text]:
    """What it means to start an exit, for the page that asks whether it is meant. ``day``: the end in words."""
    found = []
    if kind is ExitKind.JOINT:
        found.append(Text("It begins when every party has agreed; until then it can be taken back."))
    if steps:
        found.append(
            Text("%(count)s steps get an owner and a due date, counted in working days of the owner’s party.",
                 count=steps)
            if agreed
            else Text("No joint strategy is in force: %(count)s standard steps get an owner and a due date.",
                      count=steps)
        )  # fmt: skip
    if kind is ExitKind.BY_PARTNER:
        found.append(Text("The steps of the continuity plan come first, and all are due sooner."))
    found += [
        Text("The partner’s contacts see the exit, its steps and its notices."),
        Text(
            "Once it is completed, the relationship has ended on %(day)s; what was written stays readable.",
            day=day,
        ),
        Text("Until it is completed it can be called off, by a joint decision and with the reason."),
    ]
    return found


def lacks_for_completion(*, open_steps: int, evaluations_missing: Sequence[Text | str]) -> list[Text]:
    """What stands between an exit and its completion."""
    found = []
    if open_steps:
        found.append(
            Text("%(count)s steps are open: do them, or say why they are not needed.", count=open_steps)
        )
    found += [
        Text("The closing evaluation of %(party)s is missing.", party=one) for one in evaluations_missing
    ]
    return found
