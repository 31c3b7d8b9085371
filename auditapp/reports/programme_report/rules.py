"""How an audit of a programme stands: done, late, moved. Pure."""

from datetime import date
from enum import StrEnum

from auditapp.audits.programme.queries.coverage import ISSUED
from auditapp.audits.rules import AuditStatus
from auditapp.kit.text import Text

BEFORE_IT = frozenset({AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.POSTPONED})


class Standing(StrEnum):
    """In a word."""

    DONE = "done"
    RUNNING = "running"
    AHEAD = "ahead"
    LATE = "late"  # its day is over, and it has not begun; or its report is not issued long after
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


LABELS = {
    Standing.DONE: Text("Done"),
    Standing.RUNNING: Text("Under way"),
    Standing.AHEAD: Text("Ahead"),
    Standing.LATE: Text("Late"),
    Standing.POSTPONED: Text("Postponed"),
    Standing.CANCELLED: Text("Cancelled"),
}
TONES = {
    Standing.DONE: "done",
    Standing.RUNNING: "on_track",
    Standing.AHEAD: "quiet",
    Standing.LATE: "overdue",
    Standing.POSTPONED: "attention",
    Standing.CANCELLED: "quiet",
}


def standing(status: AuditStatus, starts_on: date | None, ends_on: date | None, today: date) -> Standing:
    """How an audit stands today."""
    if status is AuditStatus.CANCELLED:
        return Standing.CANCELLED
    if status in ISSUED:
        return Standing.DONE
    if status is AuditStatus.POSTPONED:
        return Standing.POSTPONED
    last = starts_on if status in BEFORE_IT else ends_on or starts_on
    if last is not None and last < today and status is not AuditStatus.REPORTING:
        return Standing.LATE
    return Standing.AHEAD if status in BEFORE_IT else Standing.RUNNING
