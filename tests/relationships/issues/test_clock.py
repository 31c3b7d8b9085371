"""The clock of the ladder as a table: zones, weekends, holidays of both parties, days of 23 and 25 hours, pauses,
severity, levels, the ball, and three weeks in which nothing ticked. Moments are written as UTC."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from auditapp.kit import workdays
from auditapp.relationships.issues.rules.clock import (
    Calendar,
    Going,
    Party,
    Run,
    Span,
    at_moment,
    climb,
    clock,
    counts_from,
    day_start,
    due,
    measure,
    reach,
    spent,
)
from auditapp.relationships.issues.rules.ladder import (
    DEFAULT_LIMITS,
    Expiry,
    Level,
    Severity,
    zone_of_country,
)

GB = Calendar(zone="Europe/London", country="GB")
NL = Calendar(zone="Europe/Amsterdam", country="NL")
AU = Calendar(zone="Australia/Sydney", country="AU", subdivision="NSW")
NZ = Calendar(zone="Pacific/Auckland", country="NZ")
US = Calendar(zone="America/New_York", country="US")
HI = Calendar(zone="Pacific/Honolulu", country="US", subdivision="HI")
KI = Calendar(zone="Pacific/Kiritimati", country="KI")
NP = Calendar(zone="Asia/Kathmandu", country="NP")
SA = Calendar(zone="Asia/Riyadh", country="SA")
EG = Calendar(zone="Africa/Cairo", country="EG")
CL = Calendar(zone="America/Santiago", country="CL")
WS = Calendar(zone="Pacific/Apia", country="WS")
OWN, PARTNER = Party.OWN, Party.PARTNER
R, P, A = Going.RUNNING, Going.PAUSED, Going.ANSWERED


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(entered, *spans, limit=5, own=GB, partner=NL, level=Level.OPERATIONAL, floor=None):
    """spans: (party, began[, going[, until]]); the first begins where the level is entered."""
    found = [
        Span(
            began=utc(entered) if began is None else utc(began),
            party=party,
            going=more[0] if more else R,
            until=utc(more[1]) if len(more) > 1 else None,
        )
        for party, began, *more in (spans or ((PARTNER, None),))
    ]
    return Run(
        level=level,
        entered=utc(entered),
        limit=limit,
        calendars={OWN: own, PARTNER: partner},
        spans=tuple(found),
        floor=utc(floor) if floor else None,
    )


CASES = [
    # -- plain weeks: five working days from a Monday afternoon end with the next Monday
    ("a Monday afternoon", run("2026-11-09 15:00"), "2026-11-16 23:00"),
    ("the first minute of a day counts it", run("2026-11-08 23:00"), "2026-11-13 23:00"),
    ("a minute later does not", run("2026-11-08 23:01"), "2026-11-16 23:00"),
    ("a Friday evening", run("2026-11-13 21:00"), "2026-11-20 23:00"),
    ("a Saturday", run("2026-11-14 12:00"), "2026-11-20 23:00"),
    ("a Sunday night", run("2026-11-15 22:59"), "2026-11-20 23:00"),
    ("one day", run("2026-11-09 15:00", limit=1), "2026-11-10 23:00"),
    ("one day from a Friday", run("2026-11-13 15:00", limit=1), "2026-11-16 23:00"),
    ("twenty days", run("2026-11-02 09:00", limit=20), "2026-11-30 23:00"),
    # -- the zone of the party whose turn it is, not of who looks
    ("London", run("2026-11-09 15:00", (OWN, None)), "2026-11-17 00:00"),
    ("Sydney has Tuesday already", run("2026-11-09 15:00", partner=AU), "2026-11-17 13:00"),
    ("Auckland, early in its Monday", run("2026-11-08 12:00", partner=NZ), "2026-11-16 11:00"),
    ("Honolulu is still on Sunday", run("2026-11-09 09:00", partner=HI, limit=1), "2026-11-10 10:00"),
    ("Kiritimati is fourteen hours ahead", run("2026-11-09 09:00", partner=KI, limit=1), "2026-11-10 10:00"),
    ("Kathmandu is 5:45 ahead", run("2026-11-23 09:00", partner=NP, limit=1), "2026-11-24 18:15"),
    # -- holidays of the party whose turn it is
    ("Christmas in Great Britain", run("2026-12-21 10:00", (OWN, None)), "2026-12-31 00:00"),
    ("Christmas in the Netherlands", run("2026-12-21 10:00"), "2026-12-29 23:00"),
    ("the King's Birthday is none of ours", run("2026-04-24 10:00", (OWN, None), limit=1), "2026-04-27 23:00"),
    ("the King's Birthday is theirs", run("2026-04-24 10:00", limit=1), "2026-04-28 22:00"),
    ("Thanksgiving", run("2026-11-25 16:00", partner=US, limit=1), "2026-11-28 05:00"),
    ("Australia Day", run("2026-01-23 03:00", partner=AU, limit=1), "2026-01-27 13:00"),
    ("entered on a holiday", run("2026-12-25 12:00", (OWN, None), limit=1), "2026-12-30 00:00"),
    ("a weekend of Friday and Saturday", run("2026-11-11 09:00", partner=SA, limit=2), "2026-11-15 21:00"),
    # -- days of 23 and of 25 hours are one day each
    ("clocks go forward in London", run("2026-03-27 10:00", (OWN, None), limit=1), "2026-03-30 23:00"),
    ("clocks go back in London", run("2026-10-23 10:00", (OWN, None), limit=1), "2026-10-27 00:00"),
    ("forward in New York", run("2026-03-06 15:00", partner=US, limit=1), "2026-03-10 04:00"),
    ("back in New York", run("2026-10-30 15:00", partner=US, limit=1), "2026-11-03 05:00"),
    ("forward in Sydney, in October", run("2026-10-01 15:00", partner=AU, limit=1), "2026-10-06 13:00"),
    ("back in Sydney, in April", run("2026-04-02 03:00", partner=AU, limit=1), "2026-04-07 14:00"),
    ("Cairo skips midnight", run("2026-04-22 09:00", partner=EG, limit=1), "2026-04-23 22:00"),
    # -- pauses
    ("a pause until a day", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-11 23:00", P, "2026-11-22 23:00")), "2026-11-25 23:00"),
    ("a pause that began in the middle of a day", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-11 11:00", P, "2026-11-22 23:00")), "2026-11-26 11:00"),
    ("taken up again early", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-11 23:00", P, "2026-11-22 23:00"), (PARTNER, "2026-11-15 23:00")), "2026-11-18 23:00"),
    ("taken up on a Sunday", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-11 23:00", P, "2026-11-22 23:00"), (PARTNER, "2026-11-15 09:00")), "2026-11-18 23:00"),
    ("a pause over a weekend costs nothing", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-13 23:00", P, "2026-11-15 23:00")), "2026-11-16 23:00"),
    ("paused on the day it was entered", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-09 16:00", P, "2026-11-15 23:00")), "2026-11-20 23:00"),
    ("paused, then the ball passes", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-11 23:00", P, "2026-11-22 23:00"), (OWN, "2026-11-18 09:00", P, "2026-11-22 23:00")), "2026-11-26 00:00"),
    ("nobody knows when", run("2026-11-09 15:00", (PARTNER, None), (OWN, "2026-11-11 23:00", A)), None),
    ("objected to", run("2026-11-09 15:00", (PARTNER, None), (OWN, "2026-11-11 23:00", A), (PARTNER, "2026-11-17 23:00")), "2026-11-20 23:00"),
    # -- the ball: what is used stays used, the rest is counted in the other calendar
    # (an hour of our Wednesday, Thursday, then Tuesday: on Monday we have Boxing Day)
    ("the ball comes back to us", run("2026-12-21 10:00", (PARTNER, None), (OWN, "2026-12-23 23:00")), "2026-12-30 23:00"),
    ("the ball goes to the other end of the world", run("2026-11-09 15:00", (OWN, None), (PARTNER, "2026-11-12 00:00"), partner=AU, limit=3), "2026-11-13 00:00"),
    ("to and fro within a day", run("2026-11-09 15:00", (PARTNER, None), (OWN, "2026-11-10 08:00"), (PARTNER, "2026-11-10 12:00")), "2026-11-16 23:00"),
    ("to and fro on the day it was entered", run("2026-11-09 09:00", (PARTNER, None), (OWN, "2026-11-09 12:00"), (PARTNER, "2026-11-09 15:00")), "2026-11-16 23:00"),
    # -- severity: counted from the entry, never back behind the change
    ("more severe, in time", run("2026-11-09 15:00", limit=3, floor="2026-11-10 10:00"), "2026-11-12 23:00"),
    ("more severe, too late: it is over now", run("2026-11-09 15:00", limit=1, floor="2026-11-12 10:00"), "2026-11-12 10:00"),
    ("more severe in a pause: over when it ends", run("2026-11-09 15:00", (PARTNER, None), (PARTNER, "2026-11-11 23:00", P, "2026-11-22 23:00"), limit=1, floor="2026-11-12 10:00"), "2026-11-22 23:00"),
    ("less severe", run("2026-11-09 15:00", limit=10, floor="2026-11-12 10:00"), "2026-11-23 23:00"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_when_a_level_is_over(name, one, wanted):
    assert due(one) == (utc(wanted) if wanted else None), name
    found = clock(one, one.entered)
    if found.due is not None:
        assert one.entered <= found.half <= found.due
        assert found.day_before <= found.due
        assert clock(one, found.due).expired
        assert not clock(one, found.due - timedelta(microseconds=1)).expired


WARNINGS = [
    # limit, half of the time, one working day before the end; from a Monday afternoon in Amsterdam
    (5, "2026-11-12 11:00", "2026-11-13 23:00"),
    (10, "2026-11-16 23:00", "2026-11-20 23:00"),
    (2, "2026-11-10 23:00", "2026-11-10 23:00"),
    (1, "2026-11-10 11:00", "2026-11-09 23:00"),
]


@pytest.mark.parametrize(("limit", "half", "before"), WARNINGS)
def test_when_it_warns(limit, half, before):
    found = clock(run("2026-11-09 15:00", limit=limit), utc("2026-11-09 15:00"))
    assert (found.half, found.day_before) == (utc(half), utc(before))


def test_days_of_23_and_25_hours_are_one_day_each():
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-15", 24)):
        first = day_start(date.fromisoformat(day), "Europe/London")
        last = day_start(date.fromisoformat(day) + timedelta(days=1), "Europe/London")
        assert last - first == timedelta(hours=hours)
    # In Asia/Tehran and Egypt days change their length on working days too.
    begin, end = day_start(date(2026, 4, 23), EG.zone), day_start(date(2026, 4, 24), EG.zone)
    assert (end - begin, measure(EG, begin, end)) == (timedelta(hours=24), 1)
    short = (day_start(date(2026, 3, 26), "Asia/Jerusalem"), day_start(date(2026, 3, 27), "Asia/Jerusalem"))
    assert measure(Calendar(zone="Asia/Jerusalem", country="GB"), *short) == 1


def test_half_a_day_of_23_hours_is_half_a_day():
    there = Calendar(
        zone="Asia/Jerusalem", country="GB"
    )  # clocks go forward on a Friday, a working day in GB
    begin = day_start(date(2026, 3, 27), there.zone)
    assert day_start(date(2026, 3, 28), there.zone) - begin == timedelta(hours=23)
    assert reach(there, begin, Fraction(1, 2)) == begin + timedelta(hours=11, minutes=30)


def test_midnights_that_clocks_skip_or_see_twice():
    # Santiago goes from 24:00 back to 23:00, and from 00:00 to 01:00.
    back = day_start(date(2026, 4, 5), CL.zone)
    assert back - day_start(date(2026, 4, 4), CL.zone) == timedelta(hours=25)
    assert back == utc("2026-04-05 04:00")
    assert day_start(date(2026, 9, 6), CL.zone) == utc("2026-09-06 04:00")
    # Samoa left out 30 December 2011, a Friday.
    assert measure(WS, utc("2011-12-28 10:00"), utc("2011-12-31 12:00")) == 2
    assert day_start(date(2011, 12, 30), WS.zone) == day_start(date(2011, 12, 31), WS.zone)


def test_the_day_of_entering_does_not_count():
    assert counts_from(GB, utc("2026-11-09 15:00")) == utc("2026-11-10 00:00")
    assert counts_from(GB, utc("2026-11-10 00:00")) == utc("2026-11-10 00:00")
    assert counts_from(AU, utc("2026-11-09 15:00")) == utc("2026-11-10 13:00")
    assert spent(run("2026-11-09 15:00"), R, utc("2026-11-09 22:59")) == 0


def test_days_of_pause_and_answer_are_counted_beside():
    one = run(
        "2026-11-09 15:00",
        (PARTNER, None),
        (PARTNER, "2026-11-11 23:00", P, "2026-11-15 23:00"),
        (OWN, "2026-11-18 00:00", A),
    )
    at = utc("2026-11-20 00:00")
    found = clock(one, at)
    assert (found.paused, found.answered, found.going) == (2, 2, A)
    assert found.used == 2 + Fraction(49, 24)
    assert found.due is None


def climbed(one, at, *, first=Expiry.MOVE, then=Expiry.MOVE, severity=Severity.MODERATE):
    return climb(
        one, at=utc(at), first=first, then=then, limits=DEFAULT_LIMITS, severity=severity,
        calendars=one.calendars,
    )  # fmt: skip


def test_three_weeks_without_a_tick_are_made_up_with_the_real_moments():
    one = run("2026-11-09 15:00", limit=1)
    found = climbed(one, "2026-11-30 09:00", severity=Severity.CRITICAL)
    assert [(step.level, step.at) for step in found] == [
        (Level.OPERATIONAL, utc("2026-11-10 23:00")),
        (Level.MANAGEMENT, utc("2026-11-12 23:00")),
        (Level.EXECUTIVE, utc("2026-11-17 23:00")),
        (Level.FINAL, utc("2026-11-24 23:00")),
    ]
    assert [step.then.entered if step.then else None for step in found] == [step.at for step in found[:3]] + [
        None
    ]


def test_ticking_every_hour_gives_the_same_as_ticking_once():
    one = run("2026-12-18 15:00", (OWN, None))
    at, end, here, seen = utc("2026-12-18 15:00"), utc("2027-03-20 09:00"), one, []
    while at <= end and here is not None:
        for step in climb(here, at=at, first=Expiry.MOVE, then=Expiry.MOVE, limits=DEFAULT_LIMITS,
                          severity=Severity.MODERATE, calendars=one.calendars):  # fmt: skip
            seen.append((step.level, step.at))
            here = step.then
        at += timedelta(hours=1)
    assert seen == [(step.level, step.at) for step in climbed(one, "2027-03-20 09:00")]
    assert len(seen) == 4


def test_where_somebody_is_asked_nothing_follows():
    one = run("2026-11-09 15:00")
    (asked,) = climbed(one, "2026-12-30 09:00", first=Expiry.ASK)
    assert (asked.level, asked.then) == (Level.OPERATIONAL, None)
    moved = climbed(one, "2026-12-30 09:00", then=Expiry.ASK)
    assert [step.then is None for step in moved] == [False, True]


def test_whose_turn_it_was_goes_up_with_it():
    one = run("2026-11-09 15:00", (PARTNER, None), (OWN, "2026-11-12 08:00"))
    (step, *_) = climbed(one, "2026-11-20 09:00")
    assert (step.party, step.then.spans[0].party) == (OWN, OWN)
    assert at_moment(one, utc("2026-11-11 08:00")).party is PARTNER


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("GB", "Europe/London"), ("NL", "Europe/Amsterdam"), ("AU", "Australia/Sydney"), ("US", "America/New_York"),
        ("NZ", "Pacific/Auckland"), ("DE", "Europe/Berlin"), ("IN", "Asia/Kolkata"), ("ZZ", "UTC"), ("", "UTC"),
    ],
)  # fmt: skip
def test_the_zone_of_a_capital(country, zone):
    assert zone_of_country(country) == zone


def test_a_weekend_is_that_of_the_country():
    friday, sunday = date(2026, 11, 13), date(2026, 11, 15)
    assert workdays.is_working(friday, country="GB")
    assert not workdays.is_working(friday, country="SA")
    assert workdays.is_working(sunday, country="SA")
    assert not workdays.is_working(sunday, country="no such")
