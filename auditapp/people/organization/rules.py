"""What an organization chooses: country, region; and so its days off. Pure. Holidays are those of `holidays`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
from babel import Locale

LOOK_AHEAD = timedelta(days=400)
MOST_DAYS_LOOKED_AT = 366  # of a range that is asked about


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A day nobody works at; ``holiday`` is its name, empty for a day of the weekend."""

    day: date
    holiday: str = ""


@cache
def _regions() -> Mapping[str, list[str]]:
    return {code: regions for code, regions in holidays.list_supported_countries().items() if len(code) == 2}  # noqa: PLR2004 - ISO 3166-1 alpha-2


def countries(locale: Locale) -> list[tuple[str, str]]:
    """(ISO 3166-1 code, name in the language) of the countries whose public holidays are known, by name."""
    # Codes without a name (UK beside GB) are other words for a country that is in the list already.
    names = {**Locale("en").territories, **locale.territories}
    return sorted(((code, names[code]) for code in _regions() if code in names), key=lambda pair: pair[1])


def countries_known() -> frozenset[str]:
    """The codes of the countries whose public holidays are known."""
    return frozenset(_regions())


def regions(country: str) -> list[str]:
    """Codes (ISO 3166-2, without the country) of the parts of a country with holidays of their own."""
    return list(_regions().get(country, ()))


def region_names(country: str) -> list[tuple[str, str]]:
    """(Code, name) of those parts, by name; where no name is known the code stands for it."""
    if country not in _regions():
        return []
    names: dict[str, str] = {}
    for name, code in holidays.country_holidays(country).subdivisions_aliases.items():
        names.setdefault(code, name)
    return sorted(((code, names.get(code, code)) for code in regions(country)), key=lambda pair: pair[1])


def _calendar(country: str, region: str, years: Iterable[int]) -> holidays.HolidayBase:
    """The holidays of a country that is known, named in English: else their names hang on where the process runs."""
    found = holidays.country_holidays(country, subdiv=region or None)
    english = next((one for one in sorted(found.supported_languages) if one.startswith("en")), None)
    return holidays.country_holidays(country, subdiv=region or None, years=years, language=english)


def _known(country: str, region: str) -> bool:
    return country in _regions() and (not region or region in regions(country))


def coming_holidays(country: str, region: str, *, after: date, most: int) -> list[tuple[date, str]]:
    """The next public holidays as (day, name), at most ``most``; none for a country that is not known."""
    if not _known(country, region):
        return []
    found = _calendar(country, region, [after.year, after.year + 1])
    return sorted((day, name) for day, name in found.items() if after <= day <= after + LOOK_AHEAD)[:most]


def days_off(country: str, region: str, first: date, last: date) -> list[DayOff]:
    """The weekends and public holidays from ``first`` to ``last``, both included; at most a year is looked at.

    A weekend is that of the country. Of a country that is not known only Saturdays and Sundays are days off.
    """
    count = min((last - first).days + 1, MOST_DAYS_LOOKED_AT)
    days = [first + timedelta(days=number) for number in range(count)]
    if not days:
        return []
    years = range(days[0].year, days[-1].year + 1)
    found = _calendar(country, region, years) if _known(country, region) else holidays.HolidayBase()
    return [
        DayOff(day=day, holiday=found.get(day) or "") for day in days if day in found or found.is_weekend(day)
    ]
