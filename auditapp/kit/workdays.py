"""Working days of a country: without its weekend and its public holidays (library ``holidays``)."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5


@lru_cache(maxsize=64)
def _calendar(country: str, subdivision: str) -> holidays.HolidayBase | None:
    """Public holidays by country (ISO 3166-1) and subdivision; ``None`` for a country the library does not know."""
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        return _calendar(country, "") if subdivision else None


def is_working(day: date, *, country: str, subdivision: str = "") -> bool:
    """Whether people work on a day there."""
    known = _calendar(country, subdivision)
    if known is None:
        return day.weekday() < SATURDAY
    return not known.is_weekend(day) and day not in known


def is_holiday(day: date, *, country: str, subdivision: str = "") -> bool:
    """Whether a day is a public holiday there; never in a country the library does not know."""
    known = _calendar(country, subdivision)
    return known is not None and day in known


def after(day: date, count: int, *, country: str, subdivision: str = "") -> date:
    """The day ``count`` working days after ``day`` (which need not be one itself)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day, country=country, subdivision=subdivision)
    return day
