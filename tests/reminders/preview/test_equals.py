"""What the preview shows is what then happens: the same people, moments, reasons, levels and things, one by one."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import RoleGrant, Setting
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.reminders.engine import registry, running
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.queries import next_moment
from auditapp.reminders.ladder.service.scanning import SEEN
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.policies.rules import Rung, default_policy
from auditapp.reminders.policies.service import set_policy
from auditapp.reminders.preview.queries.ahead import outlook
from auditapp.reminders.preview.service import foresee
from auditapp.reminders.rules import Kind, Level, Severity

WANTED = replace(
    default_policy(Kind.NONCONFORMITY, Severity.NORMAL),
    leads=(14, 7, 3),
    every_days=1,
    most_per_level=2,
    rungs=(
        Rung(level=Level.OWNER, wait_hours=8),
        Rung(level=Level.PROGRAMME, wait_hours=8),
        Rung(level=Level.SER, wait_hours=16),
    ),
)


@pytest.fixture
def world(app, unit):
    """The demonstration on a full hour, and the programme manager who changes the policy.

    Reminders of all kinds run in it, some answered; those of nonconformities have not begun, so that they take the new one.
    """
    at = now().replace(minute=0, second=0, microsecond=0)
    unit(lambda s: load_demonstration(s, app.extensions["auditapp_store"], at=at))

    def not_begun(session):
        runs = sa.select(ReminderRun.id).where(ReminderRun.kind == Kind.NONCONFORMITY)
        session.execute(sa.delete(Notice).where(Notice.run_id.in_(runs)))
        session.execute(sa.delete(ReminderStep).where(ReminderStep.run_id.in_(runs)))
        session.execute(sa.delete(ReminderRun).where(ReminderRun.kind == Kind.NONCONFORMITY))
        session.execute(sa.delete(Setting).where(Setting.key == SEEN))

    unit(not_begun)

    def manager(session):
        found = session.scalars(
            sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.PROGRAMME_MANAGER)
        ).first()
        return principal_of_person(session, found)

    return at, unit(manager, "read")


def look(unit, world, days):
    at, actor = world
    return unit(
        lambda s: foresee(
            lambda copy: copy(s),
            actor=actor,
            at=at,
            kind=Kind.NONCONFORMITY,
            severity=None,
            policy=WANTED,
            version=0,
            days=days,
        ),
        "read",
    )


def save(unit, world):
    at, actor = world
    unit(
        lambda s: set_policy(
            s,
            actor=actor,
            at=at,
            kind=Kind.NONCONFORMITY,
            severity=None,
            policy=WANTED,
            version=0,
        )
    )


def work(app, at):
    """The jobs of the database, each in a unit of its own, as a worker runs them; reports that come by themselves follow no policy."""
    for job in registry.jobs():
        if job.work is not None and job.name != "scheduled_reports":
            running.run_job(app, job, at=at, worker="test")


def came(unit, at, days):
    return unit(lambda s: outlook(s, at=at, until=at + timedelta(days=days)), "read")


def exact(found):
    return Counter((one.at, one.day, one.person_id, one.why, one.level, one.item_key) for one in found.told)


def by_day(found):
    return Counter((one.day, one.person_id, one.why, one.level, one.item_key) for one in found.told)


def test_thirty_days_come_exactly_as_they_were_shown(app, unit, world):
    at, _ = world
    unchanged, shown = look(unit, world, 30)
    assert len(came(unit, at, 30).told) < 20  # nothing was done yet
    save(unit, world)
    moment, until = at, at + timedelta(days=30)
    while moment <= until:
        work(app, moment)
        moment = unit(lambda s, moment=moment: next_moment(s, at=moment), "read")
    happened = came(unit, at, 30)
    assert exact(shown) == exact(happened)
    assert Counter((one.at, one.person_id) for one in shown.sent) == Counter(
        (one.at, one.person_id) for one in happened.sent
    )
    assert shown.stuck == happened.stuck
    # It is no empty comparison: much is told, on every level that the policy has, and the policy makes a difference.
    assert len(happened.told) > 300
    assert {Level.OWNER, Level.PROGRAMME, Level.SER} <= {
        one.level for one in happened.of(Kind.NONCONFORMITY, None)
    }
    assert exact(unchanged) != exact(shown)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_clock_that_ticks_every_quarter_of_an_hour_brings_the_same_days(app, unit, world):
    at, _ = world
    days = 8
    _, shown = look(unit, world, days)
    save(unit, world)
    moment = at
    while moment <= at + timedelta(days=days):
        work(app, moment)
        moment += timedelta(minutes=15)
    happened = came(unit, at, days)
    assert by_day(shown) == by_day(happened)
    assert len(happened.told) > 100
