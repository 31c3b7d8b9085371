"""What of all that is due somebody asks for, and how one thing stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text, day_words
from auditapp.reminders.rules import DueItem, Kind

SOON = timedelta(days=7)


class Show(StrEnum):
    """Whose."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"


class Period(StrEnum):
    """Until when; what is overdue is always there."""

    OVERDUE = "overdue"
    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"


PERIOD_LABELS: Mapping[Period, Text] = {
    Period.OVERDUE: Text("Overdue"),
    Period.WEEK: Text("Until in 7 days"),
    Period.MONTH: Text("Until in 30 days"),
    Period.QUARTER: Text("Until in 90 days"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for."""

    show: Show = Show.MINE
    period: Period = Period.MONTH
    kind: Kind | None = None
    relationship_id: UUID | None = None

    def until(self, today: date) -> date:
        """The last day that counts."""
        return today + timedelta(days=-1 if self.period is Period.OVERDUE else int(self.period))


def standing(item: DueItem, today: date) -> tuple[Text, str]:
    """In words, and as a tone of parts/status.html. What lasts and has begun goes on."""
    if item.due_on < today:
        return Text("Overdue"), "overdue"
    if item.held_until is not None and item.held_until >= today:
        return Text("Waits for a decision"), "quiet"
    if item.due_on == today:
        return Text("Today"), "attention"
    if item.starts_on is not None and item.starts_on <= today:
        return Text("Under way"), "on_track"
    first = item.starts_on or item.due_on
    if (first - today).days == 1:
        return Text("Tomorrow"), "attention"
    return (Text("Soon"), "attention") if first - today <= SOON else (Text("Ahead"), "on_track")


def sentence(items: Sequence[DueItem], today: date) -> Text:
    """How much of it is late, and what comes first."""
    late = sum(item.due_on < today for item in items)
    if late == 1:
        return Text("One thing is overdue.")
    if late:
        return Text("%(count)s things are overdue.", count=late)
    if items:
        first = items[0].starts_on or items[0].due_on
        return Text("Nothing is overdue. The first day is %(day)s.", day=day_words(max(first, today)))
    return Text("Nothing is due.")
