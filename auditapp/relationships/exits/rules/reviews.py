"""What comes of a review of the strategy and of a test of the continuity plan. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.text import Text


class ReviewOutcome(StrEnum):
    """What a review says."""

    KEPT = "kept"
    TO_CHANGE = "to_change"
    ACTIVATE = "activate"


OUTCOME_LABELS: Mapping[ReviewOutcome, Text] = {
    ReviewOutcome.KEPT: Text("It stays as it is"),
    ReviewOutcome.TO_CHANGE: Text("A new version is needed"),
    ReviewOutcome.ACTIVATE: Text("The exit should be started"),
}


class PlanResult(StrEnum):
    """How a test went."""

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"


RESULT_LABELS: Mapping[PlanResult, Text] = {
    PlanResult.PASSED: Text("It works"),
    PlanResult.PARTLY: Text("It works in part"),
    PlanResult.FAILED: Text("It does not work"),
}
RESULT_TONES: Mapping[PlanResult, str] = {
    PlanResult.PASSED: "done",
    PlanResult.PARTLY: "attention",
    PlanResult.FAILED: "overdue",
}
# What may bring a review before its time, as a short word for the obligation.
BECAUSE: Mapping[str, Text] = {
    "stage": Text("The relationship moved to another stage."),
    "person": Text("A key person of the relationship changed."),
    "dates": Text("The dates of the contract changed."),
    "trigger": Text("A trigger has tripped."),
}
REVIEW_DAYS = 14  # calendar days within which an extra review falls due
# A yearly review or test counts for the regular day when it falls within these days before it, or after it.
WINDOW = timedelta(days=183)


def counts_for(on: date, due_on: date) -> bool:
    """Whether what was done on a day counts for a regular time; earlier than half a year before, it came between."""
    return on >= due_on - WINDOW
