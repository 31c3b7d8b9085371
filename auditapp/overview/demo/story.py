"""The course of the demonstration: what happened when, told in the order of time, so that its trail reads true."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auditapp.kit.storage import Store
from auditapp.people.rules import Principal

ZONE = "Europe/London"
WEEK = 7
SATURDAY = 5


@dataclass
class Story:
    """What the chapters share: the session, the moment of telling, who is who, and the events still to come."""

    session: Session
    store: Store
    at: datetime
    people: dict[str, Principal] = field(default_factory=dict)  # by first name in lower case
    partners: dict[str, UUID] = field(default_factory=dict)  # by name
    relationships: dict[str, UUID] = field(default_factory=dict)  # by ref
    editions: dict[str, UUID] = field(default_factory=dict)  # by library key
    password_hash: str = ""
    _events: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    @property
    def today(self) -> date:
        """The day of telling, as the organization's clocks have it."""
        return self.at.astimezone(ZoneInfo(ZONE)).date()

    def day(self, days: int) -> date:
        """The working day ``days`` days from today (negative: ago); a weekend gives the Monday after it."""
        found = self.today + timedelta(days=days)
        return (
            found + timedelta(days=max(0, WEEK - found.weekday())) if found.weekday() >= SATURDAY else found
        )

    def moment(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment of that working day, in the organization's zone; never after the moment of telling if past."""
        found = datetime.combine(self.day(days), time(hour, minute), ZoneInfo(ZONE))
        return (min(found, self.at) if days <= 0 else found).astimezone(UTC)

    def tell(self, when: datetime, what: Callable[[datetime], None]) -> None:
        """Add an event. It is called with its moment when its turn comes; it may add later ones."""
        heapq.heappush(self._events, (min(when, self.at), next(self._order), what))

    def run(self) -> None:
        """Let everything happen, in the order of time; the same moment in the order of adding."""
        while self._events:
            when, _, what = heapq.heappop(self._events)
            what(when)
