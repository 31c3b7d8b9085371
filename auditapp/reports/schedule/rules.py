"""Which reports can come by themselves, who may have each, and when it comes. Pure.

Each occurrence is counted from the calendar, never from when the last one went out. What was missed while nothing ran is made
up for once: the latest occurrence is sent, the ones before it are not.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from auditapp.kit import workdays
from auditapp.kit.text import Text
from auditapp.people.rules import Capability

HOUR = time(6)  # of the schedule's zone; the person's own working hours decide when it arrives
MOST = 20  # reports that one person gets
MONTHS = 12
DAY = timedelta(days=1)


class What(StrEnum):
    """A report that can come by itself."""

    READINESS = "readiness"
    GAP = "gap"
    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    SURVEILLANCE = "surveillance"
    TRENDS = "trends"
    STUCK = "stuck"


class Rhythm(StrEnum):
    """How often it comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    FIRST_WORKING_DAY = "first_working_day"


class Form(StrEnum):
    """In which form it comes."""

    PDF = "pdf"  # attached to the mail; elsewhere as the summary
    SUMMARY = "summary"  # a few sentences and the link


WHAT_LABELS: Mapping[What, Text] = {
    What.READINESS: Text("Readiness"),
    What.GAP: Text("Gap analysis"),
    What.STAGE_1: Text("Stage 1 pack"),
    What.STAGE_2: Text("Stage 2 pack"),
    What.SURVEILLANCE: Text("Surveillance pack"),
    What.TRENDS: Text("Registers and trends"),
    What.STUCK: Text("What is stuck"),
}
RHYTHM_LABELS: Mapping[Rhythm, Text] = {
    Rhythm.WEEKLY: Text("Every week, on a day of the week"),
    Rhythm.MONTHLY: Text("Every month, on a day of the month"),
    Rhythm.FIRST_WORKING_DAY: Text("Every month, on its first working day"),
}
FORM_LABELS: Mapping[Form, Text] = {
    Form.PDF: Text("Summary, and the PDF attached where it comes by mail"),
    Form.SUMMARY: Text("Summary and link only"),
}
WEEKDAYS: tuple[Text, ...] = (
    Text("Monday"), Text("Tuesday"), Text("Wednesday"), Text("Thursday"), Text("Friday"), Text("Saturday"), Text("Sunday"),
)  # fmt: skip
# What a person must be able to see for the report to be theirs; each stands before its page too.
NEEDS: Mapping[What, Capability] = {
    **dict.fromkeys(What, Capability.VIEW_AUDITS),
    What.TRENDS: Capability.VIEW_ORGANIZATION,
    What.STUCK: Capability.VIEW_TRAIL,
}
BY_STANDARD = frozenset({What.READINESS, What.GAP, What.STAGE_1, What.STAGE_2, What.SURVEILLANCE})
# Endpoint of the page that a report is too.
PAGES: Mapping[What, str] = {
    What.READINESS: "readiness.show",
    What.GAP: "readiness.gap",
    What.STAGE_1: "readiness.stage_1",
    What.STAGE_2: "readiness.stage_2",
    What.SURVEILLANCE: "readiness.surveillance",
    What.TRENDS: "figures.trends",
    What.STUCK: "stuck.index",
}


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When it comes. ``day``: of the week from 0 for Monday, or of the month; a month that is shorter has its last day."""

    rhythm: Rhythm
    day: int
    zone: str
    country: str = "GB"
    subdivision: str = ""

    def fault(self) -> Text | None:
        """What is wrong with it, or ``None``."""
        if self.rhythm is Rhythm.WEEKLY and not 0 <= self.day < len(WEEKDAYS):
            return Text("Choose a day of the week.")
        if self.rhythm is Rhythm.MONTHLY and not 1 <= self.day <= 31:  # noqa: PLR2004 - of the longest month
            return Text("Type a day of the month, from 1 to 31.")
        return None

    @property
    def words(self) -> Text:
        """When it comes, in words."""
        if self.rhythm is Rhythm.WEEKLY:
            return Text("Every week on %(day)s", day=WEEKDAYS[self.day])
        if self.rhythm is Rhythm.MONTHLY:
            return Text("Every month on day %(day)s", day=self.day)
        return Text("Every month on its first working day")


def first_working_day(month: date, *, country: str, subdivision: str) -> date:
    """The first working day of the month that begins on ``month``."""
    return workdays.after(month - DAY, 1, country=country, subdivision=subdivision)


def after(timing: Timing, at: datetime) -> datetime:
    """The first occurrence later than ``at``, in UTC."""
    zone = ZoneInfo(timing.zone)
    today = at.astimezone(zone).date()
    if timing.rhythm is Rhythm.WEEKLY:
        day = today + (timing.day - today.weekday()) % 7 * DAY
        found = _moment(day, zone)
        return found if found > at else _moment(day + 7 * DAY, zone)
    month = today.replace(day=1)
    while True:
        found = _moment(_day_in(timing, month), zone)
        if found > at:
            return found
        month = (month + 31 * DAY).replace(day=1)


def _day_in(timing: Timing, month: date) -> date:
    if timing.rhythm is Rhythm.FIRST_WORKING_DAY:
        return first_working_day(month, country=timing.country, subdivision=timing.subdivision)
    return month.replace(day=min(timing.day, monthrange(month.year, month.month)[1]))


def _moment(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, HOUR, zone).astimezone(UTC)


def latest(timing: Timing, since: datetime, at: datetime) -> datetime:
    """The last occurrence that is not later than ``at``; ``since``: the first that was missed."""
    found = since
    while (following := after(timing, found)) <= at:
        found = following
    return found


def period_of(timing: Timing, moment: datetime) -> str:
    """The name of an occurrence: one of a schedule never goes out twice."""
    return moment.astimezone(ZoneInfo(timing.zone)).date().isoformat()
