"""A year of reminders through the injected clock: what was promised holds on every day of it."""

import itertools
import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.db import current_session, run_unit
from auditapp.reminders.ladder.model import ReminderStep
from tests.factories.year import broken_promises, make_world, play


def simulate(app, *, people, start, days, downtime, seed):
    """The figures of a run whose promises all held."""
    first = datetime.combine(start, datetime.min.time(), UTC)
    last = first + timedelta(days=days)
    with app.app_context():
        world = run_unit(
            lambda: make_world(current_session(), people=people, start=start, seed=seed), "write"
        )
        moments = play(app, world, first=first, last=last, downtime=downtime)
        broken = run_unit(lambda: broken_promises(current_session(), world, last=last), "read")
        kinds = run_unit(
            lambda: dict(
                current_session()
                .execute(sa.select(ReminderStep.kind, sa.func.count()).group_by(ReminderStep.kind))
                .all()
            ),
            "read",
        )
    print(
        f"{moments} moments, {len(world.sink.got)} messages, { ({kind.value: n for kind, n in kinds.items()}) }"
    )
    assert broken == []
    return len(world.sink.got), kinds


@pytest.fixture(autouse=True)
def ids_in_order(monkeypatch):
    """Ids that grow: the dice fall to the same people in each run, however busy the machine is."""
    numbers = itertools.count(1)
    monkeypatch.setattr(secrets, "randbits", lambda _: next(numbers))


def test_six_weeks_over_the_end_of_summer_time_with_four_days_of_downtime(app):
    downtime = (datetime(2026, 10, 14, 3, tzinfo=UTC), datetime(2026, 10, 18, 15, tzinfo=UTC))
    sent, kinds = simulate(app, people=14, start=date(2026, 9, 28), days=42, downtime=downtime, seed=3)
    assert sent > 100
    assert len(kinds) >= 8  # told, climbed, skipped, answered, asked again, resumed …


@pytest.mark.soak
def test_a_year_of_forty_people_in_six_zones_with_three_weeks_of_downtime(app):
    downtime = (datetime(2026, 8, 3, 1, tzinfo=UTC), datetime(2026, 8, 24, 13, tzinfo=UTC))
    sent, _ = simulate(app, people=40, start=date(2026, 1, 5), days=365, downtime=downtime, seed=1)
    assert sent > 1000
