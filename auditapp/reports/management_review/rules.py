"""The life of a management review, what is looked at in it, and how its actions stand. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal, Role

DUTY = "management_review"  # the recurring obligation that issued minutes answer
ACTION_DUTY = "review_action"  # the obligation that reminds of one action
SOON = timedelta(days=7)


class Status(StrEnum):
    """A review is planned, held, and ends with issued minutes; or it is cancelled."""

    PLANNED = "planned"
    HELD = "held"
    ISSUED = "issued"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What can be done with a review."""

    CHANGE = "change"
    PREPARE = "prepare"  # a note on an input, before the meeting
    HOLD = "hold"
    CANCEL = "cancel"
    WRITE = "write"  # what was said and decided
    ISSUE = "issue"
    CORRECT = "correct"


S, V = Status, Verb
STEPS: Mapping[tuple[Status, Verb], Status] = {
    (S.PLANNED, V.CHANGE): S.PLANNED,
    (S.PLANNED, V.PREPARE): S.PLANNED,
    (S.PLANNED, V.HOLD): S.HELD,
    (S.PLANNED, V.CANCEL): S.CANCELLED,
    (S.HELD, V.WRITE): S.HELD,
    (S.HELD, V.ISSUE): S.ISSUED,
    (S.ISSUED, V.CORRECT): S.HELD,
}
REFUSALS: Mapping[Verb, Text] = {
    V.CHANGE: Text("The meeting was held or cancelled: its plan stays as it is."),
    V.PREPARE: Text(
        "The pack was frozen when the meeting was held. What was said in it goes into the minutes."
    ),
    V.HOLD: Text("The meeting was recorded already, or it was cancelled. Open the page again and look."),
    V.CANCEL: Text("Only a meeting that was not held can be cancelled."),
    V.WRITE: Text("The minutes are issued. Begin a correction first, with the reason."),
    V.ISSUE: Text("Minutes are issued once the meeting was held. Open the page again and look."),
    V.CORRECT: Text("Only issued minutes are corrected. Until then the draft can be changed."),
}
STATUS_LABELS: Mapping[Status, Text] = {
    S.PLANNED: Text("Planned"),
    S.HELD: Text("Minutes being written"),
    S.ISSUED: Text("Minutes issued"),
    S.CANCELLED: Text("Cancelled"),
}
STATUS_TONES: Mapping[Status, str] = {
    S.PLANNED: "on_track",
    S.HELD: "attention",
    S.ISSUED: "done",
    S.CANCELLED: "quiet",
}


class Topic(StrEnum):
    """What top management looks at, in the order of the agenda."""

    EARLIER_ACTIONS = "earlier_actions"
    CONTEXT = "context"
    NONCONFORMITIES = "nonconformities"
    MEASUREMENT = "measurement"
    AUDITS = "audits"
    RELATIONSHIPS = "relationships"
    RESOURCES = "resources"
    RISKS = "risks"
    BODY = "body"
    IMPROVEMENT = "improvement"


T = Topic
TOPIC_LABELS: Mapping[Topic, Text] = {
    T.EARLIER_ACTIONS: Text("Actions from earlier reviews"),
    T.CONTEXT: Text("What has changed around us, and for interested parties"),
    T.NONCONFORMITIES: Text("Nonconformities and corrective actions"),
    T.MEASUREMENT: Text("What was measured: objectives, scorecards, health checks"),
    T.AUDITS: Text("Results of audits"),
    T.RELATIONSHIPS: Text("How the relationships do: plans, issues, exits"),
    T.RESOURCES: Text("Resources and competence"),
    T.RISKS: Text("Risks and opportunities"),
    T.BODY: Text("What the certification body found"),
    T.IMPROVEMENT: Text("Ideas, lessons and chances to improve"),
}


class Stage(StrEnum):
    """When a note on an input was written."""

    BEFORE = "before"  # goes into the pack
    SAID = "said"  # in the meeting: goes into the minutes


class DecisionKind(StrEnum):
    """What a decision is about."""

    IMPROVEMENT = "improvement"
    SYSTEM_CHANGE = "system_change"
    RESOURCES = "resources"
    OTHER = "other"


DECISION_LABELS: Mapping[DecisionKind, Text] = {
    DecisionKind.IMPROVEMENT: Text("Improvement opportunity"),
    DecisionKind.SYSTEM_CHANGE: Text("Change to the management system"),
    DecisionKind.RESOURCES: Text("Resources"),
    DecisionKind.OTHER: Text("Other"),
}


class PaperKind(StrEnum):
    """A paper that was frozen."""

    PACK = "pack"
    MINUTES = "minutes"


class ActionStatus(StrEnum):
    """An action is open, done, or was not needed after all. Overdue is derived."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class ActionVerb(StrEnum):
    """What can be done with an action."""

    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"


A, AV = ActionStatus, ActionVerb
ACTION_STEPS: Mapping[tuple[ActionStatus, ActionVerb], ActionStatus] = {
    (A.OPEN, AV.FINISH): A.DONE,
    (A.OPEN, AV.DROP): A.NOT_NEEDED,
    (A.DONE, AV.REOPEN): A.OPEN,
    (A.NOT_NEEDED, AV.REOPEN): A.OPEN,
}
ACTION_LABELS: Mapping[ActionStatus, Text] = {
    A.OPEN: Text("Open"),
    A.DONE: Text("Done"),
    A.NOT_NEEDED: Text("Not needed"),
}
ACTION_REFUSAL = Text("This action stands otherwise by now. Open the page again and look.")


def standing(status: ActionStatus, due_on: date, today: date) -> tuple[Text, str]:
    """(word, tone) of how an action stands."""
    if status is not A.OPEN:
        return ACTION_LABELS[status], "done" if status is A.DONE else "quiet"
    if due_on < today:
        return Text("Overdue"), "overdue"
    return (Text("Due soon"), "attention") if due_on - today <= SOON else (ACTION_LABELS[status], "on_track")


def may_write(who: Principal) -> bool:
    """Whether somebody plans reviews and writes their minutes."""
    return (
        who.can(Capability.MANAGE_SETTINGS) or who.can(Capability.MANAGE_PROGRAMME) or Role.SER in who.roles
    )


def may_issue(who: Principal, chair_id: UUID) -> bool:
    """Whether somebody issues the minutes: who chaired the meeting, or the system manager."""
    return who.partner_id is None and (who.person_id == chair_id or who.can(Capability.MANAGE_SETTINGS))


def lacks(*, attended: Collection[UUID], conclusion: str, silent: Collection[Topic]) -> list[Text]:
    """What stands in the way of issuing the minutes. ``silent``: inputs without a figure and without any note."""
    found = []
    if not attended:
        found.append(Text("Say who was there."))
    if not conclusion.strip():
        found.append(Text("Write what the review concludes: does the system still fit, and does it work?"))
    found += [
        Text("Write a note on “%(topic)s”: it was looked at, or why not.", topic=TOPIC_LABELS[one])
        for one in Topic
        if one in silent
    ]
    return found
