"""Countries, regions, holidays and days off."""

from datetime import date

import pytest
from babel import Locale

from auditapp.people.organization.rules import (
    DayOff,
    coming_holidays,
    countries,
    days_off,
    region_names,
    regions,
)


@pytest.mark.parametrize(
    ("country", "region", "days"),
    [
        ("GB", "", [date(2027, 1, 1), date(2027, 3, 26)]),
        # Scotland has a second day off
        ("GB", "SCT", [date(2027, 1, 1), date(2027, 1, 2)]),
        # and Bavaria the Epiphany
        ("DE", "", [date(2027, 1, 1), date(2027, 3, 26)]),
        ("DE", "BY", [date(2027, 1, 1), date(2027, 1, 6)]),
    ],
)
def test_the_next_holidays(country, region, days):
    found = coming_holidays(country, region, after=date(2026, 12, 31), most=2)
    assert [day for day, _ in found] == days


def test_unknown_places_have_none():
    assert coming_holidays("XX", "", after=date(2026, 1, 1), most=5) == []
    assert coming_holidays("GB", "XX", after=date(2026, 1, 1), most=5) == []
    assert regions("XX") == []


def test_countries_are_named_in_the_readers_language():
    assert ("DE", "Germany") in countries(Locale("en"))
    assert ("DE", "Allemagne") in countries(Locale("fr"))
    assert [code for code, name in countries(Locale("en")) if name in {"United Kingdom", "UK"}] == ["GB"]
    assert "SCT" in regions("GB")


def test_regions_have_names():
    assert ("SCT", "Scotland") in region_names("GB")
    assert len(region_names("DE")) == len(regions("DE"))
    assert region_names("XX") == []


@pytest.mark.parametrize(
    ("country", "region", "first", "last", "found"),
    [
        ("GB", "", date(2026, 12, 24), date(2026, 12, 24), []),
        ("GB", "", date(2026, 12, 24), date(2026, 12, 26), ["Christmas Day", "Boxing Day"]),
        ("GB", "", date(2026, 11, 20), date(2026, 11, 23), ["", ""]),
        ("DE", "BY", date(2027, 1, 6), date(2027, 1, 6), ["Epiphany"]),
        ("DE", "BE", date(2027, 1, 6), date(2027, 1, 6), []),
        # over the turn of a year
        ("GB", "", date(2026, 12, 31), date(2027, 1, 1), ["New Year's Day"]),
        # unknown: weekends of most of the world
        ("XX", "", date(2026, 12, 24), date(2026, 12, 26), [""]),
        ("GB", "", date(2026, 12, 26), date(2026, 12, 24), []),
    ],
)
def test_days_off_are_weekends_and_holidays(country, region, first, last, found):
    assert [one.holiday for one in days_off(country, region, first, last)] == found


def test_a_weekend_is_that_of_the_country():
    week = (date(2026, 11, 2), date(2026, 11, 8))
    assert [one.day.weekday() for one in days_off("GB", "", *week)] == [5, 6]
    assert [one.day.weekday() for one in days_off("IL", "", *week)] == [4, 5]


def test_a_year_is_looked_at_and_no_more():
    assert len(days_off("XX", "", date(2020, 1, 1), date(2999, 1, 1))) < 366
    assert days_off("GB", "", date(2026, 11, 21), date(2026, 11, 21)) == [DayOff(day=date(2026, 11, 21))]
