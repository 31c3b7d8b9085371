"""The life of one reminder. Pure."""

from enum import StrEnum


class RunState(StrEnum):
    """How a run stands."""

    COMING = "coming"  # before its due day
    CLIMBING = "climbing"  # overdue: reminded, and level by level further up
    ACKNOWLEDGED = "acknowledged"  # in hand; asked again later
    SNOOZED = "snoozed"
    BLOCKED = "blocked"  # somebody else's clock runs
    CAPPED = "capped"  # the last level was silent: on the programme manager's list
    ENDED = "ended"


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
