"""Whether the clock is on time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditapp.kit.text import Text

TICK = "tick"  # the mark of the clock itself
TICK_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Mark:
    """When a job last began and last ended well, and what went wrong when it ended badly after that."""

    began_at: datetime | None
    ended_at: datetime | None
    error: str
    worker: str


def clock_is_late(marks: Mapping[str, Mark], *, at: datetime, late: timedelta) -> bool:
    """Whether nobody has ticked for longer than ``late``."""
    tick = marks.get(TICK)
    return tick is None or tick.ended_at is None or tick.ended_at < at - late


def job_is_late(mark: Mark | None, *, at: datetime, every: timedelta, late: timedelta) -> bool:
    """Whether a job has not ended well for longer than its own pace and ``late`` allow."""
    return mark is None or mark.ended_at is None or mark.ended_at < at - every - late


def complaints(
    marks: Mapping[str, Mark],
    paces: Sequence[tuple[str, Text, timedelta]],
    *,
    overdue: int,
    at: datetime,
    late: timedelta,
) -> list[Text]:
    """What is wrong, in sentences; nothing when all is on time. ``paces``: (name, label, how often) of each job."""
    if clock_is_late(marks, at=at, late=late):
        tick = marks.get(TICK)
        if tick is None or tick.ended_at is None:
            return [Text("The clock has never run here. Start `auditapp worker`.")]
        since = tick.ended_at.strftime("%Y-%m-%d %H:%M")
        found = [Text("The clock has stood still since %(since)s UTC. Start `auditapp worker`.", since=since)]
    else:
        found = [
            Text(
                "The job “%(job)s” has not ended well for too long: %(error)s",
                job=label,
                error=_error(marks, name),
            )
            for name, label, every in paces
            if job_is_late(marks.get(name), at=at, every=every, late=late)
        ]
    if overdue:
        found.append(
            Text(
                "Messages that should have gone out and wait: %(count)s. Look at the messages.", count=overdue
            )
        )
    return found


def _error(marks: Mapping[str, Mark], name: str) -> str:
    mark = marks.get(name)
    return (mark.error.splitlines() or ["-"])[-1] if mark is not None and mark.error else "-"
