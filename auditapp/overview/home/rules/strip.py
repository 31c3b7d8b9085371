"""The six weeks of a manager's home page, and what of them is late. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditapp.overview.home.rules.desk import WEEKS
from auditapp.reminders.rules import DueItem, Kind

MOST_AUDITS = 5  # of a week
MOST_OTHERS = 3  # nonconformities, actions, steps of audits
MOST_LATE = 12


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of the strip, from its Monday. ``more``: so many that are due in it are not among its items."""

    monday: date
    now: bool
    items: Sequence[DueItem]
    more: int = 0


def last_day(today: date) -> date:
    """The Sunday that ends the strip."""
    return _monday(today) + timedelta(weeks=WEEKS, days=-1)


def weeks(items: Sequence[DueItem], today: date) -> list[Week]:
    """The six weeks from this one: audits in each week that their days touch, everything else on its day.

    What is overdue stands in the list of what is late; the days of an audit stay where they are.
    """
    strip = []
    for number in range(WEEKS):
        monday = _monday(today) + timedelta(weeks=number)
        sunday = monday + timedelta(days=6)
        audits = [
            item
            for item in items
            if item.kind is Kind.AUDIT and (item.starts_on or item.due_on) <= sunday and item.due_on >= monday
        ]
        others = [
            item
            for item in items
            if item.kind is not Kind.AUDIT and max(today, monday) <= item.due_on <= sunday
        ]
        audits.sort(key=lambda item: (item.starts_on or item.due_on, item.ref))
        shown = [*audits[:MOST_AUDITS], *others[:MOST_OTHERS]]
        strip.append(
            Week(monday=monday, now=number == 0, items=shown, more=len(audits) + len(others) - len(shown))
        )
    return strip


def late(items: Sequence[DueItem], today: date) -> list[DueItem]:
    """What is overdue, the longest first."""
    return sorted((item for item in items if item.due_on < today), key=lambda item: (item.due_on, item.ref))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
