"""The one clock. Services take ``at``; only the edges (routes, jobs, commands) read it here."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment as aware UTC, to the microsecond."""
    return datetime.now(UTC)


def day_in(zone: str, at: datetime) -> date:
    """The calendar day that a moment falls on in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()
