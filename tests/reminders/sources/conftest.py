"""A day in November, and what is due as seen from it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from auditapp.kit.clock import LAST_DAY
from auditapp.reminders import due
from auditapp.reminders.rules import DueItem
from tests.factories import make_organization

AT = datetime(2026, 11, 9, 12, tzinfo=UTC)
TODAY = AT.date()


def day(number: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=number)


@pytest.fixture
def look(session) -> Callable[..., list[DueItem]]:
    """What is due, of keys that begin with a word."""
    make_organization(session)

    def run(word: str, *, until: date = LAST_DAY, at: datetime = AT, **more) -> list[DueItem]:
        session.flush()
        found = due.items(session, at=at, until=until, **more)
        return [item for item in found if item.key.partition(":")[0] == word]

    return run
