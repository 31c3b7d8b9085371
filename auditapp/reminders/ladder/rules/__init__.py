"""The life of one reminder: states and steps here, its course and its answers beside. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from auditapp.kit.text import Text


class RunState(StrEnum):
    """How a run stands."""

    COMING = "coming"  # before its due day
    CLIMBING = "climbing"  # overdue: reminded, and level by level further up
    ACKNOWLEDGED = "acknowledged"  # in hand; asked again later
    SNOOZED = "snoozed"
    BLOCKED = "blocked"  # somebody else's clock runs
    CAPPED = "capped"  # the last level was silent: on the programme manager's list
    ENDED = "ended"


STATE_LABELS: Mapping[RunState, Text] = {
    RunState.COMING: Text("Coming"),
    RunState.CLIMBING: Text("Overdue"),
    RunState.ACKNOWLEDGED: Text("In hand"),
    RunState.SNOOZED: Text("Put off"),
    RunState.BLOCKED: Text("Waits for somebody else"),
    RunState.CAPPED: Text("Stuck"),
    RunState.ENDED: Text("Ended"),
}


class StepKind(StrEnum):
    """What a run did."""

    STARTED = "started"
    TOLD = "told"
    SKIPPED = "skipped"  # a level that nobody holds
    CLIMBED = "climbed"
    ANSWERED = "answered"
    ASKED_AGAIN = "asked_again"
    RESUMED = "resumed"
    CAPPED = "capped"
    ENDED = "ended"


STEP_LABELS: Mapping[StepKind, Text] = {
    StepKind.STARTED: Text("Begun"),
    StepKind.TOLD: Text("Told"),
    StepKind.SKIPPED: Text("Level left out"),
    StepKind.CLIMBED: Text("Moved up"),
    StepKind.ANSWERED: Text("Answered"),
    StepKind.ASKED_AGAIN: Text("Asked again"),
    StepKind.RESUMED: Text("Taken up again"),
    StepKind.CAPPED: Text("End of the ladder"),
    StepKind.ENDED: Text("Ended"),
}
