"""When somebody may be told: working hours, working days, absences. Moments are aware UTC; days are local. Pure.

A working day is taken from the clocks of its zone as they really run: what the clocks skip in spring is no part of
it, what they show twice in autumn is so only as far as it lies between beginning and end on the wall, and a day that
a zone left out altogether (Pacific/Apia, 30 December 2011) is none.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from auditapp.kit import workdays
from auditapp.kit.text import Text, day_words

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FULL_DAY = 24 * 60  # minutes
MOST_DAYS = 800  # nobody's next working day is further away; a rhythm without any ends here
LONGEST_ABSENCE = 366  # days
BUDGET = range(1, 21)  # messages a day
IN_APP = "in_app"  # the site itself: it always takes a message
CHANNELS = ("slack", "mail", IN_APP)


@dataclass(frozen=True, kw_only=True)
class Away:
    """Away from the first to the last day; ``deputy_id`` is told meanwhile."""

    first_on: date
    last_on: date
    deputy_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """A person's week as reminders see it. ``starts``, ``ends``, ``digest``: minutes after local midnight.

    Raises ValueError for hours that do not lie within one day: a shift over midnight has to be refused before.
    """

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

    def __post_init__(self) -> None:
        """Refuse what cannot be counted with."""
        if not 0 <= self.starts < self.ends <= FULL_DAY or not 0 <= self.digest < FULL_DAY:
            message = f"hours {self.starts}-{self.ends}, digest {self.digest}: not within one day"
            raise ValueError(message)


class Shift(NamedTuple):
    """A working day: the day, when it opens and when it closes; the same moment when the clocks skipped it whole."""

    day: date
    opens: datetime
    closes: datetime


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _both(day: date, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """What the wall shows at ``minutes`` as UTC, by the clocks before and after they change; mostly the same."""
    if minutes >= FULL_DAY:
        day, minutes = day + DAY, minutes - FULL_DAY
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), _zone(zone))
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=65536)
def local_moment(day: date, minutes: int, zone: str) -> datetime:
    """A moment of a local day, in UTC; 1440 minutes are the midnight at its end.

    A time that the clocks skip in spring is taken as if they had not gone forward yet, so it lies after the gap; one
    that comes twice in autumn is taken the first time. So there is exactly one for every day.
    """
    return _both(day, minutes, zone)[0]


@lru_cache(maxsize=65536)
def _window(day: date, starts: int, ends: int, zone: str) -> tuple[datetime, datetime] | None:
    """When a day opens and closes, so that the wall shows a time from ``starts`` to ``ends`` all the while.

    Where the clocks leave a choice it opens late and closes early. Hours that lie wholly in an hour that comes twice
    are those of the first time; hours that the clocks skip wholly are none. ``None`` for a day that is not there.
    """
    if local_day(local_moment(day, FULL_DAY // 2, zone), zone) != day:
        return None
    first, second = _both(day, starts, zone)
    opens, closes = max(first, second), min(_both(day, ends, zone))
    if opens < closes:
        return opens, closes
    return (first, closes) if first < second and first < closes else (opens, opens)


def _shift(rhythm: Rhythm, day: date) -> Shift | None:
    """A day as they work on it, away or not; ``None`` when it is no working day."""
    if day.weekday() not in rhythm.work_days:
        return None
    if workdays.is_holiday(day, country=rhythm.country, subdivision=rhythm.subdivision):
        return None
    window = _window(day, rhythm.starts, rhythm.ends, rhythm.zone)
    return None if window is None else Shift(day, *window)


def _shifts(rhythm: Rhythm, first: date, last: date) -> Iterator[Shift]:
    """The working days from ``first`` to ``last`` on which they are not away, in order."""
    if not rhythm.work_days:
        return
    day = first
    while day <= last:
        away = away_on(rhythm, day)
        if away is not None:
            day = away.last_on
        elif (shift := _shift(rhythm, day)) is not None:
            yield shift
        day += DAY


def _coming(rhythm: Rhythm, at: datetime) -> Iterator[Shift]:
    first = local_day(at, rhythm.zone)
    return _shifts(rhythm, first, first + MOST_DAYS * DAY)


def local_day(at: datetime, zone: str) -> date:
    """The day it is there."""
    return at.astimezone(_zone(zone)).date()


def away_on(rhythm: Rhythm, day: date) -> Away | None:
    """The absence that a day falls in, if any."""
    return next((one for one in rhythm.away if one.first_on <= day <= one.last_on), None)


def is_working_day(rhythm: Rhythm, day: date) -> bool:
    """A day of their week that is no public holiday; whether they are away does not matter."""
    return _shift(rhythm, day) is not None


def is_at_work(rhythm: Rhythm, day: date) -> bool:
    """A working day on which they are not away."""
    return away_on(rhythm, day) is None and is_working_day(rhythm, day)


def deputy_on(rhythm: Rhythm, day: date) -> UUID | None:
    """Who is told instead on a day they are away; ``None`` when they are not, or nobody is named."""
    away = away_on(rhythm, day)
    return (away.deputy_id or rhythm.deputy_id) if away is not None else None


def days_at_work(rhythm: Rhythm, first: date) -> Iterator[date]:
    """The days from ``first`` on at which they work, at most over two years."""
    return (shift.day for shift in _shifts(rhythm, first, first + MOST_DAYS * DAY))


def hours_of(rhythm: Rhythm, day: date) -> tuple[datetime, datetime]:
    """When their hours begin and end on a day, working day or not. The same moment twice: the clocks skipped all of it."""
    found = _window(day, rhythm.starts, rhythm.ends, rhythm.zone)
    if found is not None:
        return found
    moment = local_moment(day, rhythm.starts, rhythm.zone)
    return moment, moment


def may_be_told(rhythm: Rhythm, at: datetime) -> bool:
    """Whether they are at work at that moment. At the end of the day they are not any more."""
    day = local_day(at, rhythm.zone)
    if not is_at_work(rhythm, day):
        return False
    opens, closes = hours_of(rhythm, day)
    return opens <= at < closes


def next_opening(rhythm: Rhythm, at: datetime) -> datetime | None:
    """The first moment from ``at`` on at which they may be told; ``None`` when there is none in sight."""
    return next(
        (max(at, one.opens) for one in _coming(rhythm, at) if at < one.closes and one.opens < one.closes),
        None,
    )


def digest_of(rhythm: Rhythm, day: date) -> datetime | None:
    """The moment of a day's morning digest; ``None`` when they are not at work on it."""
    return local_moment(day, rhythm.digest, rhythm.zone) if is_at_work(rhythm, day) else None


def next_digest(rhythm: Rhythm, at: datetime) -> datetime | None:
    """The first moment of a morning digest from ``at`` on: exactly one a day at work."""
    for shift in _coming(rhythm, at):
        moment = local_moment(shift.day, rhythm.digest, rhythm.zone)
        if moment >= at:
            return moment
    return None


def add_hours(rhythm: Rhythm, at: datetime, hours: float) -> datetime | None:
    """The moment at which so many of their working hours have passed since ``at``; ``None`` when they never do.

    It may be the end of a day, at which nobody is told any more: ask `next_opening` for that.
    """
    left = max(timedelta(hours=hours), timedelta())
    for shift in _coming(rhythm, at):
        begin = max(at, shift.opens)
        if begin >= shift.closes:
            continue
        if shift.closes - begin >= left:
            return begin + left
        left -= shift.closes - begin
    return None


def hours_between(rhythm: Rhythm, first: datetime, last: datetime) -> float:
    """How many of their working hours lie between two moments; none when the second is not after the first."""
    if last <= first:
        return 0.0
    total = timedelta()
    for shift in _shifts(rhythm, local_day(first, rhythm.zone), local_day(last, rhythm.zone)):
        total += max(min(shift.closes, last) - max(shift.opens, first), timedelta())
    return total / HOUR


def add_work_days(rhythm: Rhythm, day: date, count: int) -> date:
    """The day ``count`` of their days at work after ``day``; the last one in sight when there are not so many."""
    days = days_at_work(rhythm, day + DAY)
    found = day
    for _ in range(count):
        found = next(days, found)
    return found


def rhythm_faults(
    *,
    work_days: Collection[int],
    starts: int,
    ends: int,
    digest: int,
    budget: int,
    channels: Sequence[str],
) -> list[tuple[str, Text]]:
    """What is wrong with a chosen rhythm, as (field, what and how to put it right)."""
    found: list[tuple[str, Text]] = []
    if not work_days or not set(work_days) <= set(range(7)):
        found.append(("work_days", Text("Choose at least one working day: otherwise nobody could be told.")))
    if not 0 <= starts < FULL_DAY:
        found.append(("starts", Text("The working day begins between 00:00 and 23:59.")))
    elif not 0 <= ends <= FULL_DAY:
        found.append(("ends", Text("The working day ends at 24:00 at the latest.")))
    elif starts >= ends:
        found.append(
            (
                "ends",
                Text(
                    "The working day must end after it begins, on the same day. Hours over midnight are not "
                    "supported: for a night shift choose its part before or after midnight; 24:00 is a possible end."
                ),
            )
        )
    if not 0 <= digest < FULL_DAY:
        found.append(("digest", Text("The morning digest comes between 00:00 and 23:59.")))
    if budget not in BUDGET:
        found.append(
            ("budget", Text("Choose %(least)s to %(most)s messages a day.", least=BUDGET[0], most=BUDGET[-1]))
        )
    if len(set(channels)) != len(channels) or not set(channels) <= set(CHANNELS) or IN_APP not in channels:
        found.append(
            ("channels", Text("Choose each way once. The notices in the site are always one of them."))
        )
    return found


def absence_fault(
    *, first_on: date, last_on: date, today: date, others: Collection[Away]
) -> tuple[str, Text] | None:
    """What is wrong with a new absence, as (field, what and how to put it right), or ``None``."""
    if last_on < first_on:
        return "last_on", Text("The last day lies before the first. Change one of them.")
    if last_on < today:
        return "last_on", Text(
            "This is over already. Only what lasts until today or longer changes who is told."
        )
    if (last_on - first_on).days >= LONGEST_ABSENCE:
        return "last_on", Text(
            "An absence lasts at most %(most)s days. For longer, somebody else should take over for good.",
            most=LONGEST_ABSENCE,
        )
    met = next((one for one in others if one.first_on <= last_on and first_on <= one.last_on), None)
    if met is not None:
        return "first_on", Text(
            "Another absence, from %(first)s to %(last)s, holds some of these days. Remove it first, or choose others.",
            first=day_words(met.first_on),
            last=day_words(met.last_on),
        )
    return None


def in_order(first: str, second: str) -> tuple[str, ...]:
    """The channels as they are tried: the first choice, the second, and the site last, which always takes it."""
    chosen: list[str] = []
    for one in (first, second):
        if one == IN_APP:
            break
        if one and one not in chosen:
            chosen.append(one)
    return (*chosen, IN_APP)


def digest_may_go(rhythm: Rhythm, at: datetime) -> bool:
    """From its moment until the end of the working day: what was missed is caught up on the same day, or waits."""
    day = local_day(at, rhythm.zone)
    moment = digest_of(rhythm, day)
    return moment is not None and moment <= at < hours_of(rhythm, day)[1]


def told_from(rhythm: Rhythm, at: datetime, *, digest: bool) -> datetime:
    """The first moment from ``at`` on at which a message may reach somebody; a day later where none is in sight."""
    if digest_may_go(rhythm, at) if digest else may_be_told(rhythm, at):
        return at
    found = next_digest(rhythm, at) if digest else next_opening(rhythm, at)
    return found if found is not None else at + DAY
