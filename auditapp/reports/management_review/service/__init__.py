"""What can be done with management reviews and the actions they ask for."""

from auditapp.reports.management_review.service.actions import ask, drop, finish, reopen, take_out
from auditapp.reports.management_review.service.meeting import (
    PlanInput,
    cancel,
    change,
    hold,
    plan,
    write_note,
)
from auditapp.reports.management_review.service.minutes import (
    correct,
    decide,
    issue,
    remove_decision,
    what_is_missing,
    write_conclusion,
)

__all__ = [
    "PlanInput",
    "ask",
    "cancel",
    "change",
    "correct",
    "decide",
    "drop",
    "finish",
    "hold",
    "issue",
    "plan",
    "remove_decision",
    "reopen",
    "take_out",
    "what_is_missing",
    "write_conclusion",
    "write_note",
]
