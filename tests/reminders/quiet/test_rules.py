"""When somebody may be told: a table of cases."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from auditapp.reminders.quiet.rules import (
    DAY,
    FULL_DAY,
    Away,
    Rhythm,
    absence_fault,
    add_hours,
    add_work_days,
    days_at_work,
    deputy_on,
    digest_of,
    hours_between,
    hours_of,
    in_order,
    is_at_work,
    is_working_day,
    local_moment,
    may_be_told,
    next_digest,
    next_opening,
    rhythm_faults,
)

EVERY_DAY = frozenset(range(7))
A, B = UUID(int=1), UUID(int=2)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text):
    return date.fromisoformat(text)


LONDON = Rhythm(zone="Europe/London", country="GB", subdivision="ENG")
NOWHERE = Rhythm(zone="Europe/London", country="XX", work_days=EVERY_DAY)  # a country without holidays


@pytest.mark.parametrize(
    ("rhythm", "at", "opening"),
    [
        # before, inside, at the end, after
        (LONDON, "2026-11-30T06:00", "2026-11-30T09:00"),
        (LONDON, "2026-11-30T11:11", "2026-11-30T11:11"),
        (LONDON, "2026-11-30T17:00", "2026-12-01T09:00"),
        (LONDON, "2026-11-30T23:30", "2026-12-01T09:00"),
        # over a weekend, and over Easter: Good Friday and Easter Monday, and the clocks go forward on the Sunday
        (LONDON, "2026-11-27T18:00", "2026-11-30T09:00"),
        (LONDON, "2027-03-25T18:00", "2027-03-30T08:00"),
        # another subdivision: Easter Monday is a working day in Scotland
        (Rhythm(zone="Europe/London", country="GB", subdivision="SCT"), "2027-03-25T18:00", "2027-03-29T08:00"),
        # the evening there is the next morning here
        (Rhythm(zone="Asia/Kolkata", country="IN"), "2026-11-30T12:00", "2026-12-01T03:30"),
        (Rhythm(zone="Pacific/Apia", country="XX"), "2026-11-29T19:59", "2026-11-29T20:00"),
        # a day to its very end: 24:00
        (Rhythm(zone="UTC", country="XX", starts=0, ends=FULL_DAY), "2026-11-30T23:59", "2026-11-30T23:59"),
        (Rhythm(zone="UTC", country="XX", starts=0, ends=FULL_DAY), "2026-12-04T23:59:59", "2026-12-04T23:59:59"),
        (Rhythm(zone="UTC", country="XX", starts=0, ends=FULL_DAY), "2026-12-05T00:00", "2026-12-07T00:00"),
        # away: the first day back
        (
            Rhythm(country="XX", away=(Away(first_on=day("2026-11-30"), last_on=day("2026-12-04")),)),
            "2026-11-30T10:00",
            "2026-12-07T09:00",
        ),
        # two absences that touch
        (
            Rhythm(
                country="XX",
                away=(
                    Away(first_on=day("2026-12-03"), last_on=day("2026-12-10")),
                    Away(first_on=day("2026-11-30"), last_on=day("2026-12-02")),
                ),
            ),
            "2026-11-30T10:00",
            "2026-12-11T09:00",
        ),
        # the spring of 2027: begins at half past one, which is not there; it opens after the gap
        (Rhythm(zone="Europe/London", country="XX", work_days=EVERY_DAY, starts=90), "2027-03-28T00:00", "2027-03-28T01:30"),
        # hours that are skipped whole: the next day
        (
            Rhythm(zone="Europe/London", country="XX", work_days=EVERY_DAY, starts=70, ends=110),
            "2027-03-28T00:00",
            "2027-03-29T00:10",
        ),
        # the autumn of 2026: half past one comes twice; it opens when it comes for the last time …
        (Rhythm(zone="Europe/London", country="XX", work_days=EVERY_DAY, starts=90), "2026-10-25T00:00", "2026-10-25T01:30"),
        # … unless the whole shift comes twice: then the first time
        (
            Rhythm(zone="Europe/London", country="XX", work_days=EVERY_DAY, starts=70, ends=110),
            "2026-10-25T00:00",
            "2026-10-25T00:10",
        ),
    ],
)  # fmt: skip
def test_the_next_opening(rhythm, at, opening):
    assert next_opening(rhythm, utc(at)) == utc(opening)


@pytest.mark.parametrize(
    ("zone", "on", "minutes", "moment"),
    [
        ("Europe/London", "2026-11-30", 540, "2026-11-30T09:00"),
        ("Europe/London", "2026-07-01", 540, "2026-07-01T08:00"),
        ("Europe/London", "2027-03-28", 90, "2027-03-28T01:30"),  # not there: after the gap
        ("Europe/London", "2026-10-25", 90, "2026-10-25T00:30"),  # twice there: the first
        ("Europe/London", "2026-10-25", FULL_DAY, "2026-10-26T00:00"),  # a day of 25 hours
        ("America/New_York", "2026-03-08", 150, "2026-03-08T07:30"),
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:45"),  # goes forward by half an hour
        ("Africa/Cairo", "2026-04-24", 0, "2026-04-23T22:00"),  # midnight is not there
    ],
)
def test_there_is_one_moment_for_every_wall_time(zone, on, minutes, moment):
    assert local_moment(day(on), minutes, zone) == utc(moment)


def test_a_day_that_a_zone_left_out_is_no_working_day():
    apia = Rhythm(zone="Pacific/Apia", country="XX", work_days=EVERY_DAY)
    assert list(days_at_work(apia, day("2011-12-29")))[:2] == [day("2011-12-29"), day("2011-12-31")]
    assert digest_of(apia, day("2011-12-30")) is None


def test_hours_of_the_days_the_clocks_change():
    whole = Rhythm(zone="Europe/London", country="XX", work_days=EVERY_DAY, starts=0, ends=FULL_DAY)
    lengths = {
        on: (hours_of(whole, day(on))[1] - hours_of(whole, day(on))[0]) / timedelta(hours=1)
        for on in ("2026-10-24", "2026-10-25", "2027-03-28")
    }
    assert lengths == {"2026-10-24": 24, "2026-10-25": 25, "2027-03-28": 23}
    assert hours_between(whole, utc("2026-10-24T23:00"), utc("2026-10-26T00:00")) == 25


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ("2026-11-30T09:00", 8, "2026-11-30T17:00"),  # the end of the day itself
        ("2026-11-30T09:00", 9, "2026-12-01T10:00"),
        ("2026-11-27T16:00", 2, "2026-11-30T10:00"),  # over a weekend
        ("2026-12-24T16:00", 2, "2026-12-29T10:00"),  # Christmas, a weekend and the day kept for Boxing Day
        ("2026-11-28T12:00", 0, "2026-11-30T09:00"),  # nothing to wait for: when it opens
        ("2026-11-30T12:00", 0, "2026-11-30T12:00"),
        ("2026-11-30T12:00", -5, "2026-11-30T12:00"),
        ("2027-03-26T12:00", 40, "2027-04-05T16:00"),  # Good Friday, Easter Monday, the clocks between
    ],
)
def test_adding_working_hours(at, hours, then):
    assert add_hours(LONDON, utc(at), hours) == utc(then)


def test_without_any_working_day_nothing_ever_comes():
    for never in (
        Rhythm(work_days=frozenset()),
        Rhythm(away=(Away(first_on=date(2020, 1, 1), last_on=date(2040, 1, 1)),)),
    ):
        at = utc("2026-11-30T09:00")
        assert next_opening(never, at) is None
        assert next_digest(never, at) is None
        assert add_hours(never, at, 1) is None
        assert hours_between(never, at, at + 900 * DAY) == 0
        assert add_work_days(never, at.date(), 3) == at.date()
        assert not may_be_told(never, at)


@pytest.mark.parametrize(
    "wrong", [{"starts": 22 * 60, "ends": 6 * 60}, {"ends": 1441}, {"starts": -1}, {"digest": 1440}]
)
def test_a_night_shift_is_no_rhythm(wrong):
    with pytest.raises(ValueError, match="not within one day"):
        Rhythm(**wrong)


def test_who_stands_in():
    away = (
        Away(first_on=day("2026-11-30"), last_on=day("2026-12-04"), deputy_id=A),
        Away(first_on=day("2026-12-21"), last_on=day("2026-12-23")),
    )
    rhythm = Rhythm(away=away, deputy_id=B)
    asked = ("2026-11-29", "2026-11-30", "2026-12-04", "2026-12-05", "2026-12-22")
    assert [deputy_on(rhythm, day(on)) for on in asked] == [None, A, A, None, B]
    assert deputy_on(Rhythm(away=away[1:]), day("2026-12-22")) is None


def test_days_are_counted_at_work():
    away = (Away(first_on=day("2026-12-02"), last_on=day("2026-12-03")),)
    rhythm = Rhythm(country="GB", away=away)
    assert add_work_days(rhythm, day("2026-11-28"), 0) == day("2026-11-28")
    assert add_work_days(rhythm, day("2026-11-28"), 3) == day("2026-12-04")
    assert is_working_day(rhythm, day("2026-12-02"))
    assert not is_at_work(rhythm, day("2026-12-02"))
    assert not is_working_day(rhythm, day("2026-12-25"))


FINE = {
    "work_days": [0, 1],
    "starts": 540,
    "ends": 1020,
    "digest": 540,
    "budget": 6,
    "channels": ["mail", "in_app"],
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"starts": 0, "ends": FULL_DAY, "digest": 1439, "budget": 20, "channels": ["in_app"]}, None),
        ({"work_days": []}, "work_days"),
        ({"work_days": [0, 7]}, "work_days"),
        ({"starts": -1}, "starts"),
        ({"starts": FULL_DAY}, "starts"),
        ({"ends": FULL_DAY + 1}, "ends"),
        ({"starts": 1020, "ends": 1020}, "ends"),
        ({"starts": 22 * 60, "ends": 6 * 60}, "ends"),
        ({"digest": FULL_DAY}, "digest"),
        ({"budget": 0}, "budget"),
        ({"budget": 21}, "budget"),
        ({"channels": ["mail"]}, "channels"),
        ({"channels": ["in_app", "in_app"]}, "channels"),
        ({"channels": ["pigeon", "in_app"]}, "channels"),
    ],
)
def test_what_is_wrong_with_a_rhythm(change, field):
    faults = rhythm_faults(**FINE | change)
    assert [name for name, _ in faults] == ([field] if field else [])
    if change.get("ends") == 6 * 60:
        assert "Hours over midnight are not supported" in str(faults[0][1])


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-12-01", "2026-12-01", None),
        ("2026-11-20", "2026-11-30", None),  # has begun
        ("2026-12-02", "2026-12-01", "last_on"),
        ("2026-11-20", "2026-11-29", "last_on"),  # over
        ("2027-01-01", "2028-01-01", None),  # 366 days
        ("2027-01-01", "2028-01-02", "last_on"),
        ("2026-12-09", "2026-12-10", "first_on"),  # meets the other by a day
        ("2026-12-15", "2026-12-20", "first_on"),
        ("2026-12-01", "2026-12-31", "first_on"),
        ("2026-12-16", "2026-12-20", None),
    ],
)
def test_what_is_wrong_with_an_absence(first, last, field):
    other = Away(first_on=day("2026-12-10"), last_on=day("2026-12-15"))
    fault = absence_fault(first_on=day(first), last_on=day(last), today=day("2026-11-30"), others=[other])
    assert (fault[0] if fault else None) == field


@pytest.mark.parametrize(
    ("first", "second", "tried"),
    [
        ("slack", "mail", ("slack", "mail", "in_app")),
        ("mail", "mail", ("mail", "in_app")),
        ("mail", "", ("mail", "in_app")),
        ("in_app", "mail", ("in_app",)),
        ("mail", "in_app", ("mail", "in_app")),
    ],
)
def test_the_order_of_channels(first, second, tried):
    assert in_order(first, second) == tried
