"""When somebody may be told: working hours, working days, absences. Moments are aware UTC; days are local. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from auditapp.kit import workdays

DAY = timedelta(days=1)
MOST_DAYS = 800  # nobody's next working day is further away; a rhythm without any ends here


@dataclass(frozen=True, kw_only=True)
class Away:
    """Away from the first to the last day; ``deputy_id`` is told meanwhile."""

    first_on: date
    last_on: date
    deputy_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """A person's week as reminders see it. ``starts``, ``ends``, ``digest``: minutes after local midnight."""

    zone: str = "UTC"
    work_days: frozenset[int] = frozenset(range(5))  # 0 is Monday
    starts: int = 9 * 60
    ends: int = 17 * 60
    digest: int = 9 * 60
    country: str = "GB"
    subdivision: str = ""
    budget: int = 6
    channels: Sequence[str] = ("slack", "mail", "in_app")
    away: Sequence[Away] = field(default_factory=tuple)
    deputy_id: UUID | None = None


def local_moment(day: date, minutes: int, zone: str) -> datetime:
    """A moment of a local day, in UTC.

    A time that the clocks skip in spring is taken as if they had not gone forward yet, so it lies after the gap; one
    that comes twice in autumn is taken the first time. So there is exactly one for every day.
    """
    wall = datetime.combine(
        day, time(minutes // 60, minutes % 60) if minutes < 24 * 60 else time(), ZoneInfo(zone)
    )
    if minutes >= 24 * 60:
        wall += DAY
    return wall.astimezone(UTC)


def local_day(at: datetime, zone: str) -> date:
    """The day it is there."""
    return at.astimezone(ZoneInfo(zone)).date()


def away_on(rhythm: Rhythm, day: date) -> Away | None:
    """The absence that a day falls in, if any."""
    return next((one for one in rhythm.away if one.first_on <= day <= one.last_on), None)


def is_working_day(rhythm: Rhythm, day: date) -> bool:
    """A day of their week that is no public holiday; whether they are away does not matter."""
    if day.weekday() not in rhythm.work_days:
        return False
    return not workdays.is_holiday(day, country=rhythm.country, subdivision=rhythm.subdivision)


def is_at_work(rhythm: Rhythm, day: date) -> bool:
    """A working day on which they are not away."""
    return is_working_day(rhythm, day) and away_on(rhythm, day) is None


def deputy_on(rhythm: Rhythm, day: date) -> UUID | None:
    """Who is told instead on a day they are away; ``None`` when they are not, or nobody is named."""
    away = away_on(rhythm, day)
    return (away.deputy_id or rhythm.deputy_id) if away is not None else None


def days_at_work(rhythm: Rhythm, first: date) -> Iterator[date]:
    """The days from ``first`` on at which they work, at most over two years."""
    for count in range(MOST_DAYS):
        day = first + count * DAY
        if is_at_work(rhythm, day):
            yield day


def hours_of(rhythm: Rhythm, day: date) -> tuple[datetime, datetime]:
    """When a working day begins and ends."""
    return local_moment(day, rhythm.starts, rhythm.zone), local_moment(day, rhythm.ends, rhythm.zone)


def may_be_told(rhythm: Rhythm, at: datetime) -> bool:
    """Whether they are at work at that moment."""
    day = local_day(at, rhythm.zone)
    if not is_at_work(rhythm, day):
        return False
    starts, ends = hours_of(rhythm, day)
    return starts <= at < ends


def next_opening(rhythm: Rhythm, at: datetime) -> datetime | None:
    """The first moment from ``at`` on at which they may be told; ``None`` when there is none in sight."""
    for day in days_at_work(rhythm, local_day(at, rhythm.zone)):
        starts, ends = hours_of(rhythm, day)
        if at < ends:
            return max(at, starts)
    return None


def next_digest(rhythm: Rhythm, at: datetime) -> datetime | None:
    """The first moment of a morning digest from ``at`` on: at most one a working day."""
    for day in days_at_work(rhythm, local_day(at, rhythm.zone)):
        moment = local_moment(day, rhythm.digest, rhythm.zone)
        if moment >= at:
            return moment
    return None


def add_hours(rhythm: Rhythm, at: datetime, hours: float) -> datetime | None:
    """The moment at which so many of their working hours have passed since ``at``; ``None`` when they never do."""
    left = timedelta(hours=hours)
    for day in days_at_work(rhythm, local_day(at, rhythm.zone)):
        starts, ends = hours_of(rhythm, day)
        begin = max(at, starts)
        if begin >= ends:
            continue
        if ends - begin >= left:
            return begin + left
        left -= ends - begin
    return None


def hours_between(rhythm: Rhythm, first: datetime, last: datetime) -> float:
    """How many of their working hours lie between two moments."""
    total = timedelta()
    day = local_day(first, rhythm.zone)
    while day <= local_day(last, rhythm.zone):
        if is_at_work(rhythm, day):
            starts, ends = hours_of(rhythm, day)
            total += max(min(ends, last) - max(starts, first), timedelta())
        day += DAY
    return total / timedelta(hours=1)


def add_work_days(rhythm: Rhythm, day: date, count: int) -> date:
    """The day ``count`` of their days at work after ``day``."""
    days = days_at_work(rhythm, day + DAY)
    found = day
    for _ in range(count):
        found = next(days, found)
    return found
