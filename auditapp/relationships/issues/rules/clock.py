"""The clock of a level: working days of the party whose turn it is, counted in its own zone. Pure.

A working day counts as one from midnight to midnight of that party, be it 23, 24 or 25 hours long, and parts of it as
parts: so what is counted adds up however often the ball goes to and fro, and never goes backwards. The day on which a
level is entered does not count, as the day of an event never does in a period of days (Regulation (EEC, Euratom)
No 1182/71, article 3): with five days from a Monday afternoon, the party has until the end of the next Monday.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from auditapp.kit import workdays
from auditapp.relationships.issues.rules.ladder import TOP, Expiry, Level, Limits, Severity

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class Party(StrEnum):
    """The two sides of an issue."""

    OWN = "own"
    PARTNER = "partner"

    @property
    def other(self) -> "Party":
        """The other one."""
        return Party.PARTNER if self is Party.OWN else Party.OWN


class Going(StrEnum):
    """Whether the clock goes."""

    RUNNING = "running"
    PAUSED = "paused"  # both agreed
    ANSWERED = "answered"  # a resolution waits for the other party's word


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Whose days count: an IANA zone, and the country (ISO 3166-1) and part of it whose holidays are off."""

    zone: str
    country: str
    subdivision: str = ""


@dataclass(frozen=True, kw_only=True)
class Span:
    """From a moment on it was this party's turn, and the clock went or stood; a pause may have its end set."""

    began: datetime
    party: Party
    going: Going = Going.RUNNING
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One stay on one level. ``spans`` in the order of time, the first from ``entered``.

    ``floor``: when the severity was changed last; the limit in force since then does not reach back behind it.
    """

    level: Level
    entered: datetime
    limit: int
    calendars: Mapping[Party, Calendar]
    spans: tuple[Span, ...]
    floor: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A span as it really went: a pause that has run out is followed by running time. ``end``: ``None`` until now."""

    begin: datetime
    end: datetime | None
    party: Party
    going: Going


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How the clock of a level stands at a moment.

    ``due``, ``half`` (of the time) and ``day_before`` (one working day) are ``None`` while nobody can say: the clock
    stands and nobody knows until when. ``resumes``: when a pause ends by itself. Days are working days.
    """

    limit: int
    used: Fraction
    paused: Fraction
    answered: Fraction
    party: Party
    going: Going
    resumes: datetime | None
    due: datetime | None
    half: datetime | None
    day_before: datetime | None
    expired: bool

    @property
    def left(self) -> Fraction:
        """Working days that are left, at least none."""
        return max(Fraction(0), self.limit - self.used)


def day_start(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone, in UTC; where clocks skip midnight, the moment they do."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_of(moment: datetime, calendar: Calendar) -> date:
    """The day of a moment there."""
    return moment.astimezone(ZoneInfo(calendar.zone)).date()


def measure(calendar: Calendar, start: datetime, end: datetime) -> Fraction:
    """Working days from one moment to another."""
    total = Fraction(0)
    for begin, close in _working_days(calendar, start, end):
        part = min(end, close) - max(start, begin)
        if part > timedelta(0):
            total += Fraction(part // _TICK, (close - begin) // _TICK)
    return total


def reach(calendar: Calendar, start: datetime, amount: Fraction) -> datetime:
    """The first moment from ``start`` on at which so many working days have gone by."""
    if amount <= 0:
        return start
    for begin, close in _working_days(calendar, start, None):
        first = max(start, begin)
        part = Fraction((close - first) // _TICK, (close - begin) // _TICK)
        if part >= amount:
            exact = amount * ((close - begin) // _TICK)
            return first + _TICK * -(-exact.numerator // exact.denominator)
        amount -= part
    raise AssertionError  # there is always one more working day


def _working_days(
    calendar: Calendar, start: datetime, end: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """(first moment, end) of the working days that lie at least partly behind ``start``."""
    day = day_of(start, calendar)
    begin = day_start(day, calendar.zone)
    while end is None or begin < end:
        close = day_start(day + _DAY, calendar.zone)
        # A zone that moved over the date line has left out a whole day.
        if close > begin and workdays.is_working(
            day, country=calendar.country, subdivision=calendar.subdivision
        ):
            yield begin, close
        day, begin = day + _DAY, close


def counts_from(calendar: Calendar, entered: datetime) -> datetime:
    """From when on days count for a party: the first midnight from entering on."""
    day = day_of(entered, calendar)
    begin = day_start(day, calendar.zone)
    return entered if entered == begin else day_start(day + _DAY, calendar.zone)


def stretches(run: Run) -> list[Stretch]:
    """The spans as they really went."""
    found: list[Stretch] = []
    for place, span in enumerate(run.spans):
        end = run.spans[place + 1].began if place + 1 < len(run.spans) else None
        until = span.until
        if span.going is Going.PAUSED and until is not None and (end is None or until < end):
            found.append(Stretch(begin=span.began, end=until, party=span.party, going=Going.PAUSED))
            found.append(Stretch(begin=until, end=end, party=span.party, going=Going.RUNNING))
        else:
            found.append(Stretch(begin=span.began, end=end, party=span.party, going=span.going))
    return found


def spent(run: Run, going: Going, at: datetime) -> Fraction:
    """Working days that went by so until a moment."""
    total = Fraction(0)
    for one in stretches(run):
        if one.going is going and one.begin < at:
            calendar = run.calendars[one.party]
            start = max(one.begin, counts_from(calendar, run.entered))
            total += measure(calendar, start, at if one.end is None else min(at, one.end))
    return total


def reached(run: Run, amount: Fraction) -> datetime | None:
    """When so many working days of running time are used up; never while the clock stands, nor behind the floor."""
    for one in stretches(run):
        if one.going is not Going.RUNNING:
            continue
        calendar = run.calendars[one.party]
        start = max(one.begin, counts_from(calendar, run.entered))
        if one.end is not None and start >= one.end:
            continue
        there = measure(calendar, start, one.end) if one.end is not None else amount
        if there >= amount:
            found = max(reach(calendar, start, amount), run.floor or start)
            if one.end is None or found < one.end:
                return found
        amount -= min(there, amount)
    return None


def due(run: Run) -> datetime | None:
    """When the time of the level is over."""
    return reached(run, Fraction(run.limit))


def at_moment(run: Run, at: datetime) -> Stretch:
    """Whose turn it was at a moment, and whether the clock went."""
    found = stretches(run)
    return next((one for one in reversed(found) if one.begin <= at), found[0])


def clock(run: Run, at: datetime) -> Clock:
    """How the clock stands."""
    now = at_moment(run, at)
    over = due(run)
    return Clock(
        limit=run.limit,
        used=spent(run, Going.RUNNING, at),
        paused=spent(run, Going.PAUSED, at),
        answered=spent(run, Going.ANSWERED, at),
        party=now.party,
        going=now.going,
        resumes=now.end if now.going is Going.PAUSED else None,
        due=over,
        half=_before(run, Fraction(run.limit, 2), over),
        day_before=_before(run, Fraction(run.limit - 1), over),
        expired=over is not None and over <= at,
    )


def _before(run: Run, amount: Fraction, over: datetime | None) -> datetime | None:
    found = reached(run, amount)
    return min(found, over) if found is not None and over is not None else None


@dataclass(frozen=True, kw_only=True)
class Climb:
    """What comes by itself: the level whose time was over at ``at``, and the stay that begins there (none on top)."""

    level: Level
    at: datetime
    party: Party
    then: Run | None


def climb(
    run: Run,
    *,
    at: datetime,
    first: Expiry,
    then: Expiry,
    limits: Limits,
    severity: Severity,
    calendars: Mapping[Party, Calendar],
) -> list[Climb]:
    """All the levels whose time is over by ``at``, each from the moment at which the one below it ended.

    So three weeks in which nothing ticked move an issue as far as three weeks of ticking would have. ``first`` is what
    the stay was entered with, the rest is the ladder as it is. With ``Expiry.ASK`` nothing follows: somebody is asked.
    """
    found: list[Climb] = []
    here: Run | None = run
    expiry = first
    while here is not None and (over := due(here)) is not None and over <= at:
        party = at_moment(here, over).party
        above = None
        if expiry is Expiry.MOVE and here.level < TOP:
            level = Level(here.level + 1)
            above = Run(
                level=level,
                entered=over,
                limit=limits[level][severity],
                calendars=calendars,
                spans=(Span(began=over, party=party),),
            )
        found.append(Climb(level=here.level, at=over, party=party, then=above))
        here, expiry = above, then
    return found
