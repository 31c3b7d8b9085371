"""The life of a joint action. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.text import Text


class ActionStatus(StrEnum):
    """An action is open, done, or was not needed after all. Overdue is derived."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class ActionVerb(StrEnum):
    """What can be done with it."""

    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"
    CHANGE = "change"
    ASK = "ask"


S, V = ActionStatus, ActionVerb
STEPS: Mapping[tuple[ActionStatus, ActionVerb], ActionStatus] = {
    (S.OPEN, V.FINISH): S.DONE,
    (S.OPEN, V.DROP): S.NOT_NEEDED,
    (S.OPEN, V.CHANGE): S.OPEN,
    (S.OPEN, V.ASK): S.OPEN,
    (S.DONE, V.REOPEN): S.OPEN,
    (S.NOT_NEEDED, V.REOPEN): S.OPEN,
}
STATUS_LABELS: Mapping[ActionStatus, Text] = {
    S.OPEN: Text("Open"),
    S.DONE: Text("Done"),
    S.NOT_NEEDED: Text("Not needed"),
}
SETTLED = Text("This action has been settled already. Reopen it first, with a reason.")
SOON = timedelta(days=7)


def standing(status: ActionStatus, due_on: date, today: date) -> tuple[Text, str]:
    """(word, tone) of how an action stands."""
    if status is not ActionStatus.OPEN:
        return STATUS_LABELS[status], "done" if status is ActionStatus.DONE else "quiet"
    if due_on < today:
        return Text("Overdue"), "overdue"
    return (Text("Due soon"), "attention") if due_on - today <= SOON else (STATUS_LABELS[status], "on_track")
