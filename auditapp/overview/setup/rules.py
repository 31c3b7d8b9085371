"""What an organization chooses in its first run: country, region, holidays. Pure."""

from datetime import date, timedelta
from functools import cache

import holidays
from babel import Locale

LOOK_AHEAD = timedelta(days=400)


@cache
def _regions() -> dict[str, list[str]]:
    return {code: regions for code, regions in holidays.list_supported_countries().items() if len(code) == 2}  # noqa: PLR2004 - ISO 3166-1 alpha-2


def countries(locale: Locale) -> list[tuple[str, str]]:
    """(ISO 3166-1 code, name in the language) of the countries whose public holidays are known, by name."""
    names = locale.territories
    return sorted(((code, names.get(code, code)) for code in _regions()), key=lambda pair: pair[1])


def regions(country: str) -> list[str]:
    """Codes (ISO 3166-2, without the country) of the parts of a country with holidays of their own."""
    return list(_regions().get(country, ()))


def coming_holidays(country: str, region: str, *, after: date, most: int) -> list[tuple[date, str]]:
    """The next public holidays as (day, name), at most ``most``; none for a country that is not known."""
    if country not in _regions() or (region and region not in regions(country)):
        return []
    found = holidays.country_holidays(country, subdiv=region or None, years=[after.year, after.year + 1])
    return sorted((day, name) for day, name in found.items() if after <= day <= after + LOOK_AHEAD)[:most]
