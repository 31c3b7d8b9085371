"""When a report comes: counted from the calendar, whatever was missed and whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.errors import NotFound
from auditapp.kit.ids import new_id
from auditapp.people.rules import Capability
from auditapp.reports.schedule.rules import NEEDS, PAGES, Rhythm, Timing, What, after, latest, period_of
from auditapp.reports.schedule.stopping import read_stop, stop_token


def timing(rhythm, day=0, zone="Europe/London", **more):
    return Timing(rhythm=rhythm, day=day, zone=zone, **more)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "now", "comes"),
    [
        (timing(Rhythm.WEEKLY, 0), "2026-11-28 12:00", "2026-11-30 06:00"),
        # on its very day, before and after its hour
        (timing(Rhythm.WEEKLY, 5), "2026-11-28 05:59", "2026-11-28 06:00"),
        (timing(Rhythm.WEEKLY, 5), "2026-11-28 06:00", "2026-12-05 06:00"),
        # six in the morning there
        (timing(Rhythm.WEEKLY, 0, "Asia/Tokyo"), "2026-11-28 12:00", "2026-11-29 21:00"),
        (timing(Rhythm.WEEKLY, 0, "America/New_York"), "2026-11-28 12:00", "2026-11-30 11:00"),
        # over a change of the clocks
        (timing(Rhythm.WEEKLY, 6), "2026-03-23 12:00", "2026-03-29 05:00"),
        # a shorter month has its last day, and the next one is long again
        (timing(Rhythm.MONTHLY, 31), "2027-02-01 00:00", "2027-02-28 06:00"),
        (timing(Rhythm.MONTHLY, 31), "2027-02-28 06:00", "2027-03-31 05:00"),
        (timing(Rhythm.MONTHLY, 1), "2026-12-15 00:00", "2027-01-01 06:00"),
        # New Year's Day is a holiday and a Friday: Monday the 4th; 2 January too in Scotland, here on a Saturday made up for
        (timing(Rhythm.FIRST_WORKING_DAY), "2026-12-31 00:00", "2027-01-04 06:00"),
        (timing(Rhythm.FIRST_WORKING_DAY, country="GB", subdivision="SCT"), "2026-12-31 00:00", "2027-01-05 06:00"),
        (timing(Rhythm.FIRST_WORKING_DAY), "2027-01-04 06:00", "2027-02-01 06:00"),
    ],
)  # fmt: skip
def test_when_it_comes_next(when, now, comes):
    assert after(when, at(now)) == at(comes)


@given(
    rhythm=st.sampled_from(Rhythm),
    day=st.integers(1, 31),
    zone=st.sampled_from(["UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"]),
    now=st.datetimes(datetime(2011, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001 - made aware below
    missed=st.integers(0, 60),
)
def test_what_was_missed_is_made_up_for_once_and_the_rhythm_stays(rhythm, day, zone, now, missed):
    when = timing(rhythm, day % 7 if rhythm is Rhythm.WEEKLY else day, zone)
    now = now.replace(tzinfo=UTC)
    first = after(when, now)
    assert timedelta() < first - now <= timedelta(days=36)
    later = first + timedelta(days=missed)
    last = latest(when, first, later)
    assert first <= last <= later < after(when, last)
    assert after(when, later) == after(when, last), "whenever it was sent, the next one is the same"
    assert period_of(when, last) != period_of(when, after(when, last))


def test_what_is_wrong_with_a_day():
    assert timing(Rhythm.WEEKLY, 7).fault()
    assert timing(Rhythm.MONTHLY, 0).fault()
    assert timing(Rhythm.MONTHLY, 31).fault() is None


def test_every_report_has_its_right_and_its_page():
    assert set(NEEDS) == set(PAGES) == set(What)
    assert NEEDS[What.STUCK] is Capability.VIEW_TRAIL


def test_the_link_that_ends_one():
    one = new_id()
    token = stop_token("s" * 40, one)
    assert read_stop("s" * 40, token) == one
    for wrong in (token[:-1], token[1:], "", "x", token + "x"):
        with pytest.raises(NotFound):
            read_stop("s" * 40, wrong)
    with pytest.raises(NotFound):
        read_stop("t" * 40, token)


def test_days_are_days():
    assert period_of(timing(Rhythm.WEEKLY), at("2026-11-30 06:00")) == date(2026, 11, 30).isoformat()
