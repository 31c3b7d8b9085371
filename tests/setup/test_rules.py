"""Countries, regions and holidays of the first run."""

from datetime import date

import pytest
from babel import Locale

from auditapp.overview.setup.rules import coming_holidays, countries, regions


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
    assert "SCT" in regions("GB")
