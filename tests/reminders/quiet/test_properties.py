"""When somebody may be told: what holds for every rhythm, in every zone, at every moment."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from auditapp.reminders.quiet.rules import (
    DAY,
    FULL_DAY,
    Away,
    Rhythm,
    add_hours,
    away_on,
    days_at_work,
    hours_between,
    is_at_work,
    local_day,
    may_be_told,
    next_digest,
    next_opening,
)

ZONES = (
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",  # half an hour, never changes
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # left out a whole day in 2011
    "America/St_Johns",  # half an hour, and changed one minute past midnight until 2011
    "Africa/Casablanca",  # goes back for Ramadan
    "Africa/Cairo",  # changes at midnight: a day begins at one
    "America/Havana",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "UTC",
)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2032, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@st.composite
def changes(draw):
    """Moments within a day of a change of the clocks, where things go wrong."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    year = draw(st.integers(2010, 2031))
    start = datetime(year, 1, 1, tzinfo=UTC)
    offsets = [(start + number * DAY).astimezone(zone).utcoffset() for number in range(366)]
    turns = [number for number, (one, other) in enumerate(pairwise(offsets)) if one != other]
    on = start + draw(st.sampled_from(turns or [0])) * DAY
    return on + timedelta(minutes=draw(st.integers(-1440, 2 * 1440)))


@st.composite
def rhythms(draw):
    starts = draw(st.integers(0, FULL_DAY - 1))
    first = draw(st.dates(date(2010, 1, 1), date(2032, 1, 1)))
    return Rhythm(
        zone=draw(st.sampled_from(ZONES)),
        work_days=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        starts=starts,
        ends=draw(st.integers(starts + 1, FULL_DAY)),
        digest=draw(st.integers(0, FULL_DAY - 1)),
        country=draw(st.sampled_from(["GB", "US", "IN", "AU", "MA", "XX"])),
        away=draw(
            st.sampled_from([(), (Away(first_on=first, last_on=first + draw(st.integers(0, 365)) * DAY),)])
        ),
    )


def on_the_wall(rhythm, at):
    """Minutes after midnight there, and the day."""
    there = at.astimezone(ZoneInfo(rhythm.zone))
    return there.hour * 60 + there.minute + there.second / 60, there.date()


@given(rhythm=rhythms(), at=MOMENTS | changes())
def test_nobody_is_told_outside_their_hours(rhythm, at):
    if may_be_told(rhythm, at):
        minutes, there = on_the_wall(rhythm, at)
        assert rhythm.starts <= minutes < rhythm.ends
        assert there.weekday() in rhythm.work_days
        assert away_on(rhythm, there) is None


@given(rhythm=rhythms(), at=MOMENTS | changes())
def test_the_next_opening_is_the_first_moment_at_which_they_may_be_told(rhythm, at):
    opening = next_opening(rhythm, at)
    if opening is None:
        return
    assert opening >= at
    assert may_be_told(rhythm, opening)
    assert next_opening(rhythm, opening) == opening
    if opening > at:
        assert not may_be_told(rhythm, at)
        assert not may_be_told(rhythm, opening - timedelta(microseconds=1))
        assert hours_between(rhythm, at, opening) == 0


@given(rhythm=rhythms(), at=MOMENTS | changes(), minutes=st.integers(0, 200 * 60))
def test_adding_hours_and_counting_them_are_inverse(rhythm, at, minutes):
    then = add_hours(rhythm, at, minutes / 60)
    assume(then is not None)
    assert then >= at
    assert abs(hours_between(rhythm, at, then) - minutes / 60) < 1e-6
    # and it is the first such moment
    if then > at and minutes:
        assert hours_between(rhythm, at, then - timedelta(seconds=1)) < minutes / 60


@given(rhythm=rhythms(), at=MOMENTS | changes(), some=st.integers(0, 3000), more=st.integers(0, 3000))
def test_hours_add_up(rhythm, at, some, more):
    between, last = at + some * timedelta(minutes=7), at + (some + more) * timedelta(minutes=7)
    parts = hours_between(rhythm, at, between) + hours_between(rhythm, between, last)
    assert abs(hours_between(rhythm, at, last) - parts) < 1e-6
    assert parts <= (last - at) / timedelta(hours=1) + 1e-6


@given(rhythm=rhythms(), at=MOMENTS | changes())
def test_there_is_exactly_one_digest_a_working_day(rhythm, at):
    told, moment = [], at - timedelta(days=3)
    while (moment := next_digest(rhythm, moment)) is not None and moment < at + timedelta(days=4):
        told.append(local_day(moment, rhythm.zone))
        moment += timedelta(microseconds=1)
    assert len(set(told)) == len(told)
    first, last = (local_day(at + timedelta(days=days), rhythm.zone) for days in (-2, 3))
    days = [first + number * DAY for number in range((last - first).days)]
    assert [one for one in told if first <= one < last] == [one for one in days if is_at_work(rhythm, one)]


@given(rhythm=rhythms(), at=MOMENTS)
def test_days_at_work_are_those_that_are_asked_one_by_one(rhythm, at):
    first = local_day(at, rhythm.zone)
    days = [first + number * DAY for number in range(40)]
    last = days[-1]
    assert [one for one in days_at_work(rhythm, first) if one <= last] == [
        one for one in days if is_at_work(rhythm, one)
    ]


def test_a_simulated_year_asks_often_and_is_answered_quickly():
    people = [
        Rhythm(zone=zone, starts=8 * 60 + number, country=country)
        for number in range(4)
        for zone, country in zip(ZONES[:6], ("GB", "US", "IN", "AU", "WS", "CA"), strict=True)
    ]
    began = perf_counter()
    for step in range(365 * 4):
        at = datetime(2026, 1, 1, tzinfo=UTC) + step * timedelta(hours=6)
        for rhythm in people[step % 4 :: 4]:
            next_opening(rhythm, at)
            add_hours(rhythm, at, 24)
    # 17,520 questions; measured at 0.4 s on a busy machine
    assert perf_counter() - began < 8
