"""The one clock. Services take ``at``; only the edges (routes, jobs, commands) read it here."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Days that people mean: far enough from what a date can hold that counting from them never leaves the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def now() -> datetime:
    """This moment as aware UTC, to the microsecond."""
    return datetime.now(UTC)


def day_in(zone: str, at: datetime) -> date:
    """The calendar day that a moment falls on in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def day_from(text: str) -> date:
    """A day as an address or a form spells it (ISO 8601). Raises ValueError for no day, or one that nobody means."""
    found = date.fromisoformat(text)
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError(text)
    return found
