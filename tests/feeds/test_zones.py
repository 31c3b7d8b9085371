"""Zones as calendars are told of them: what the two yearly rules say is what the zone does, read by independent readers."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from icalendar import Calendar

from auditapp.feeds.render import head, zone_bytes
from auditapp.feeds.zones import Rule, agrees, footer, parse, usable, vtimezone
from auditapp.people.rules import zones

SINCE, UNTIL = date(2026, 8, 1), date(2028, 6, 1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("line", "offset", "summer"),
    [
        ("GMT0BST,M3.5.0/1,M10.5.0", 0, 3600),
        ("EST5EDT,M3.2.0,M11.1.0", -18000, -14400),
        ("IST-5:30", 19800, None),
        ("<+0545>-5:45", 20700, None),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 3600, 0),
        ("LHST-10:30LHDT-11,M10.1.0,M4.1.0", 37800, 39600),
    ],
)
def test_a_rule_is_read(line, offset, summer):
    rule = parse(line)
    assert (rule.offset, rule.summer) == (offset, summer)


@pytest.mark.parametrize(
    "line",
    ["", "x", "IST-2IDT,M3.4.4/26,M10.5.0", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "EST5EDT,J60,J300", "EET-2EEST,M4.5.5/0,M10.5.4/24"],
)  # fmt: skip
def test_what_two_yearly_rules_cannot_say_is_not_tried(line):
    assert parse(line) is None


@pytest.mark.parametrize(
    "zone",
    ["Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
     "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Asia/Tokyo"],
)  # fmt: skip
def test_a_reader_of_the_bytes_comes_to_the_same_hour(zone):
    assert usable(zone, SINCE, UNTIL) is not None
    calendar = Calendar.from_ical(head("x", [zone_bytes(zone)]) + b"END:VCALENDAR\r\n")
    (component,) = calendar.walk("VTIMEZONE")
    read = component.to_tz(lookup_tzid=False)
    moment = datetime(2026, 8, 1, 0, 30, tzinfo=UTC)
    while moment < datetime(2028, 6, 1, tzinfo=UTC):
        wall = moment.astimezone(ZoneInfo(zone))
        assert wall.replace(tzinfo=read, fold=wall.fold).utcoffset() == wall.utcoffset() or wall.fold, wall
        moment += 11 * HOUR


def test_a_zone_that_differs_is_written_in_utc():
    assert usable("Africa/Casablanca", SINCE, UNTIL) is None
    assert usable("UTC", SINCE, UNTIL) is None
    wrong = Rule(name="X", offset=3600)
    assert not agrees(wrong, "Europe/London", date(2026, 12, 1), date(2026, 12, 3))


def test_most_zones_that_people_are_offered_have_a_rule():
    assert not [zone for zone in zones() if zone != "UTC" and not footer(zone)]
    said = sum(parse(footer(zone)) is not None for zone in zones())
    assert said > 0.95 * len(zones())
    assert not [zone for zone in available_timezones() if b"RDATE" in (zone_bytes(zone) or b"")]


def test_the_bytes_are_what_outlook_can_use():
    lines = vtimezone("Europe/London", parse("GMT0BST,M3.5.0/1,M10.5.0")).decode().split("\r\n")
    names = {line.split(":")[0] for line in lines if line}
    assert names == {"BEGIN", "END", "TZID", "DTSTART", "RRULE", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"}
    assert "DTSTART:19700329T010000" in lines
    assert "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU" in lines
