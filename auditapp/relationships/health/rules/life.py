"""The life of a check, and from how many answers on a side's result is shown. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auditapp.kit.text import Text


class CheckState(StrEnum):
    """A check is asked until it is closed, or called off."""

    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


class CheckVerb(StrEnum):
    """What can be done with a check."""

    ANSWER = "answer"
    CHANGE = "change"
    CLOSE = "close"
    CALL_OFF = "call_off"
    FOLLOW_UP = "follow_up"  # the workshop, who reads the results


STEPS: Mapping[tuple[CheckState, CheckVerb], CheckState] = {
    (CheckState.OPEN, CheckVerb.ANSWER): CheckState.OPEN,
    (CheckState.OPEN, CheckVerb.CHANGE): CheckState.OPEN,
    (CheckState.OPEN, CheckVerb.CLOSE): CheckState.CLOSED,
    (CheckState.OPEN, CheckVerb.CALL_OFF): CheckState.CALLED_OFF,
    (CheckState.CLOSED, CheckVerb.FOLLOW_UP): CheckState.CLOSED,
}
STATE_LABELS: Mapping[CheckState, Text] = {
    CheckState.OPEN: Text("Being answered"),
    CheckState.CLOSED: Text("Closed"),
    CheckState.CALLED_OFF: Text("Called off"),
}
STATE_TONES: Mapping[CheckState, str] = {
    CheckState.OPEN: "attention",
    CheckState.CLOSED: "done",
    CheckState.CALLED_OFF: "quiet",
}
REFUSALS: Mapping[CheckVerb, Text] = {
    CheckVerb.ANSWER: Text("This health check is closed. Answers can no longer be given or changed."),
    CheckVerb.CHANGE: Text("This health check is closed and stays as it is. Open a new one."),
    CheckVerb.CLOSE: Text("This health check is not being answered. Open the page again and look."),
    CheckVerb.CALL_OFF: Text("Only a health check that is being answered can be called off."),
    CheckVerb.FOLLOW_UP: Text("What came of it is noted when the health check is closed."),
}

SMALL_SIDE = 5  # people; from so many on a side, single answers are hidden unless somebody decides otherwise
HIDING = 3
MOST_MINIMUM = 10


def proposed_minimum(per_side: Iterable[int]) -> int:
    """From how many answers on a side's result should be shown: all where a side is small, else three."""
    return HIDING if min(per_side, default=0) >= SMALL_SIDE else 1


class Progress(StrEnum):
    """How far one person is."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    ANSWERED = "answered"


PROGRESS_LABELS: Mapping[Progress, Text] = {
    Progress.NOT_BEGUN: Text("Not begun"),
    Progress.BEGUN: Text("Begun"),
    Progress.ANSWERED: Text("Answered"),
}
PROGRESS_TONES: Mapping[Progress, str] = {
    Progress.NOT_BEGUN: "attention",
    Progress.BEGUN: "on_track",
    Progress.ANSWERED: "done",
}


def progress(given: int, asked: int) -> Progress:
    """How far somebody is with ``given`` of ``asked`` answers."""
    if given >= asked:
        return Progress.ANSWERED
    return Progress.BEGUN if given else Progress.NOT_BEGUN
