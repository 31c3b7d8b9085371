"""Until when what the body found is dealt with, whose turn it is, and what stands on top. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.text import Text, day_words
from auditapp.relationships.certification.rules import FindingKind, FindingStatus

ONE_DAY = timedelta(days=1)
SOON = 7  # days


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the body found, as far as it says whose turn it is. ``stage_2_on``: the day planned for Stage 2."""

    kind: FindingKind
    status: FindingStatus
    owner: str = ""
    plan: str = ""
    due_on: date | None = None
    answered_on: date | None = None
    settled_on: date | None = None
    stage_2_on: date | None = None


class Step(StrEnum):
    """What has to happen next."""

    NAME = "name"  # an owner
    PLAN = "plan"
    ANSWER = "answer"
    BODY = "body"  # reads the answer
    CHOICE = "choice"  # an opportunity asks for no answer
    SETTLED = "settled"


def limit(asked: Asked) -> date | None:
    """The last day: what the body gave; a concern is dealt with before Stage 2 whatever was written."""
    if asked.kind is FindingKind.CONCERN and asked.stage_2_on is not None:
        eve = asked.stage_2_on - ONE_DAY
        return min(asked.due_on, eve) if asked.due_on else eve
    return asked.due_on


def step(asked: Asked) -> Step:
    """What has to happen next."""
    if asked.status in {FindingStatus.ACCEPTED, FindingStatus.WITHDRAWN}:
        return Step.SETTLED
    if asked.status is FindingStatus.ANSWERED:
        return Step.BODY
    if asked.kind is FindingKind.OPPORTUNITY and asked.due_on is None:
        return Step.CHOICE
    if not asked.owner:
        return Step.NAME
    return Step.ANSWER if asked.plan.strip() else Step.PLAN


def late(asked: Asked, today: date) -> bool:
    """Whether our answer is late; what the body reads is not."""
    last = limit(asked)
    return asked.status is FindingStatus.OPEN and last is not None and last < today


def days_left(asked: Asked, today: date) -> int | None:
    """Days until its last day, less than nothing after it; none once it is settled or has no last day."""
    last = limit(asked)
    return None if last is None or step(asked) is Step.SETTLED else (last - today).days


def order(asked: Asked, today: date) -> tuple[int, date]:
    """Sorts: late first, then what is open by its last day, then what the body reads, then what is settled."""
    last = limit(asked) or date.max
    if late(asked, today):
        return 0, last
    if asked.status is FindingStatus.OPEN:
        return 1, last
    return (2, last) if asked.status is FindingStatus.ANSWERED else (3, asked.settled_on or date.max)


def tone(asked: Asked, today: date) -> str:
    """For parts/status.html."""
    if late(asked, today):
        return "overdue"
    tones = {Step.SETTLED: "done", Step.BODY: "on_track", Step.CHOICE: "quiet"}
    return "quiet" if asked.status is FindingStatus.WITHDRAWN else tones.get(step(asked), "attention")


LEFT: Mapping[Step, Text] = {
    Step.CHOICE: Text("It asks for no answer. Its owner may take it up."),
    Step.SETTLED: Text("Nobody’s: it is settled."),
}


def turn(asked: Asked, today: date) -> Text:
    """Whose turn it is, what they do, until when."""
    now, last = step(asked), limit(asked)
    if now in LEFT:
        return LEFT[now]
    if now is Step.BODY:
        return (
            Text(
                "The body reads the answer of %(day)s. The system manager enters what it says.",
                day=day_words(asked.answered_on),
            )
            if asked.answered_on
            else Text("The body reads the answer. The system manager enters what it says.")
        )
    if now is Step.NAME:
        return Text("The system manager names an owner today.") if late(asked, today) else Text(
            "The system manager names an owner."
        )  # fmt: skip
    if late(asked, today) and last is not None:
        return (
            Text(
                "%(name)s owed the answer on %(day)s and has no plan yet: write it, or agree a new day with the body.",
                name=asked.owner,
                day=day_words(last),
            )
            if now is Step.PLAN
            else Text(
                "%(name)s owed the answer on %(day)s: answer now, or agree a new day with the body.",
                name=asked.owner,
                day=day_words(last),
            )
        )
    if now is Step.PLAN:
        return (
            Text("%(name)s writes the plan and answers by %(day)s.", name=asked.owner, day=day_words(last))
            if last
            else Text("%(name)s writes the plan.", name=asked.owner)
        )
    return (
        Text("%(name)s carries out the plan and answers by %(day)s.", name=asked.owner, day=day_words(last))
        if last
        else Text("%(name)s carries out the plan and answers.", name=asked.owner)
    )


def summary(found: list[Asked], today: date) -> tuple[Text, str]:
    """The whole in a sentence, and its tone."""
    over = sum(1 for one in found if late(one, today))
    waiting = sum(1 for one in found if one.status is FindingStatus.OPEN)
    reading = sum(1 for one in found if one.status is FindingStatus.ANSWERED)
    if over:
        return (
            Text(
                "Late: %(late)s of %(open)s that wait for our answer. The body reads %(reading)s.",
                late=over, open=waiting, reading=reading,
            ),
            "overdue",
        )  # fmt: skip
    if waiting:
        return (
            Text(
                "%(open)s wait for our answer, none is late. The body reads %(reading)s.",
                open=waiting,
                reading=reading,
            ),
            "attention",
        )
    if reading:
        return Text("Everything is answered; the body still reads %(reading)s.", reading=reading), "on_track"
    if found:
        return Text("All of them are settled."), "done"
    return Text("There is none."), "quiet"
