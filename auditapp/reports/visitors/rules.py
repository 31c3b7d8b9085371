"""When an invitation lets somebody in. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import State

INVITED, ENDED = "invited", "ended"  # what a mail to a visitor says


class Standing(StrEnum):
    """Where an invitation stands at a moment. Derived from its dates, never kept."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    REVOKED = "revoked"


STANDING_WORDS: Mapping[Standing, Text] = {
    Standing.EARLY: Text("Not yet open"),
    Standing.OPEN: Text("Open"),
    Standing.OVER: Text("Over"),
    Standing.REVOKED: Text("Revoked"),
}
STANDING_TONES: Mapping[Standing, str] = {
    Standing.EARLY: "on_track",
    Standing.OPEN: "done",
    Standing.OVER: "quiet",
    Standing.REVOKED: "quiet",
}


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """An external auditor who was invited to one pack. ``ends_at`` is the first moment that is too late."""

    id: UUID
    ref: str  # XA-2026-001: what the trail calls them
    pack_id: UUID
    name: str
    body: str
    email: str
    locale: str
    begins_at: datetime
    ends_at: datetime
    invited_by: str
    confirmed_name: str
    confirmed_at: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None
    mail: State | None = None  # how the mail with the link stands; none: it was shown, not sent

    def standing(self, at: datetime) -> Standing:
        """Where the invitation stands."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        if at < self.begins_at:
            return Standing.EARLY
        return Standing.OPEN if at < self.ends_at else Standing.OVER


def mail_name(visitor_id: UUID, what: str) -> str:
    """The name of a mail in the outbox: each is put there once."""
    return f"visitor:{visitor_id}:{what}"


def link_secret(key: str, visitor_id: UUID) -> str:
    """The secret of a link that is mailed: made anew whenever the mail is, by the site's ``key``, so that it is nowhere kept."""
    made = hmac.new(key.encode(), f"auditapp.visitor.link:{visitor_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def span(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, as the organization's clock has them."""
    there = ZoneInfo(zone)
    return (
        datetime.combine(first, time(), there),
        datetime.combine(last + timedelta(days=1), time(), there),
    )


def span_fault(first: date, last: date, today: date, most_days: int) -> tuple[str, Text] | None:
    """The field that is wrong about the days of an invitation, and why; ``None`` when they are right."""
    if last < first:
        return "last", Text("The last day comes before the first. Please check both.")
    if last < today:
        return "last", Text("That day is over already. Choose a later one.")
    if (last - first).days >= most_days:
        return "last", Text(
            "An external auditor is let in for at most %(days)s days. Choose an earlier day, or invite them anew later.",
            days=most_days,
        )
    return None
