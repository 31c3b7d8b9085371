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
    programme_id: UUID | None = None
    password_hash: str = ""
    _events: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    @property
    def today(self) -> date:
        """The day of telling, as the organization's clocks have it."""
        return self.at.astimezone(ZoneInfo(ZONE)).date()

    def day(self, days: int) -> date:
        """The day so many days from today (negative: ago), moved off a weekend: the past to Friday, else to Monday."""
        found = self.today + timedelta(days=days)
        while found.weekday() >= SATURDAY:
            found += timedelta(days=-1 if days < 0 else 1)
        return found

    def moment(self, day: int | date, hour: int = 9, minute: int = 0) -> datetime:
        """A moment of a day, given as such or as days from today, on the organization's clocks; never after now."""
        on = self.day(day) if isinstance(day, int) else day
        found = self.clock(on, hour, minute)
        return min(found, self.at) if on <= self.today else found

    @staticmethod
    def clock(on: date, hour: int, minute: int = 0) -> datetime:
        """What the organization's clocks call that moment, in UTC."""
        return datetime.combine(on, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)

    def tell(self, when: datetime, what: Callable[[datetime], None]) -> None:
        """Add an event. It is called with its moment when its turn comes; it may add later ones."""
        heapq.heappush(self._events, (min(when, self.at), next(self._order), what))

    def run(self) -> None:
        """Let everything happen, in the order of time; the same moment in the order of adding."""
        while self._events:
            when, _, what = heapq.heappop(self._events)
            what(when)


def workdays_after(day: date, count: int) -> date:
    """The day so many working days later (negative: earlier); holidays are not looked at."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= SATURDAY:
            day += step
    return day
