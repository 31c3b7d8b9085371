"""The demonstration organization: every figure computed twice, every page and file, in a fixed number of statements."""

import shutil
from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.queries import zone_of
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, mode
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reports.figures import queries
from auditapp.reports.figures.report import trends_report
from auditapp.reports.figures.rules import Asked
from auditapp.trail.model import Fact
from tests.conftest import build, settings_for
from tests.reports.figures.slow import load
from tests.reports.figures.test_agree import compare, compare_rows
from tests.statements import counted

ANSWERS = {"reminder.acknowledged", "reminder.snoozed", "reminder.not_mine", "reminder.blocked"}


@pytest.fixture
def whole(demonstration, tmp_path):
    """A session on a copy of the demonstration organization, and its system manager."""
    shutil.copytree(demonstration, tmp_path / "copy")
    app = build(settings_for(tmp_path / "copy"))
    with app.app_context(), mode("write"):
        session = current_session()
        manager = session.scalar(
            sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.SYSTEM_MANAGER).limit(1)
        )
        yield session, principal_of_person(session, manager)
        session.rollback()
        db.session.remove()
        db.engine.dispose()


def asked(session, who, relationship="", *, days=730):
    today = now().date()
    return Asked(
        principal=who, since=today - timedelta(days=days), until=today, at=now(), zone=zone_of(session),
        relationship=relationship,
    )  # fmt: skip


def test_the_figures_agree_with_the_trail_and_with_their_rows(whole):
    session, who = whole
    seen = Counter()
    one = session.execute(
        sa.select(Relationship.id, Relationship.ref).order_by(Relationship.ref).limit(1)
    ).one()
    for key, ref, days in ((None, "", 730), (one.id, one.ref, 730), (None, "", 90)):
        compare(session, asked(session, who, ref, days=days), key, seen)
    compare_rows(session, asked(session, who), seen)
    assert seen["took closed"] > 0
    assert seen["repeats"] > 0


def test_the_load_of_auditors_agrees_with_the_trail(whole):
    session, who = whole
    names = {str(key): name for key, name in session.execute(sa.select(Person.id, Person.name))}
    one = session.execute(
        sa.select(Relationship.id, Relationship.ref).order_by(Relationship.ref).limit(1)
    ).one()
    for key, ref in ((None, ""), (one.id, one.ref)):
        wanted = asked(session, who, ref)
        told = load(session, wanted.since, wanted.until, key)
        found = {
            one.name: (one.audits, one.led, one.days, one.warnings, one.overrides)
            for one in queries.auditor_load(session, wanted)
        }
        assert found == {names[person]: values for person, values in told.items()}
        assert found


def test_the_receipts_of_reminders_agree_with_their_rows_one_by_one(whole):
    """The trail keeps answers but no notices: the second way is the rows themselves, one after the other."""
    session, who = whole
    wanted = asked(session, who)
    states = dict(session.execute(sa.select(OutboxMessage.id, OutboxMessage.state)).all())
    steps = session.scalars(sa.select(ReminderStep)).all()
    told = Counter()
    for one in session.scalars(sa.select(Notice)):
        if not wanted.begins <= one.created_at < wanted.ends:
            continue
        state = states.get(one.message_id)
        told["told"] += 1
        told["sent"] += state == "sent"
        told["read"] += one.read_at is not None
        told["answered"] += any(
            step.run_id == one.run_id and step.kind == "answered" and step.at >= one.created_at
            for step in steps
        )
        told["escalated"] += one.kind == "escalation"
        told["waiting"] += one.cancelled_at is None and state in {None, "pending", "sending"}
        told["unsure"] += state == "unknown"
        told["failed"] += state == "failed"
        told["dropped"] += one.cancelled_at is not None or state == "cancelled"
    assert {one.key: one.count for one in queries.receipts(session, wanted)} == dict(told)
    assert told["told"] > 0
    runs = {
        one.id
        for one in session.scalars(sa.select(ReminderRun))
        if wanted.begins <= one.started_at < wanted.ends
    }
    begun, somebody, *levels, _capped = queries.ladder(session, wanted)
    assert begun.count == len(runs)
    assert somebody.count == len(
        {step.run_id for step in steps if step.kind == "told" and step.run_id in runs}
    )
    for number, level in enumerate(levels, 1):
        assert level.count == len(
            {
                step.run_id
                for step in steps
                if step.kind in {"told", "climbed"} and step.level >= number and step.run_id in runs
            }
        )
    answers = session.scalar(sa.select(sa.func.count()).select_from(Fact).where(Fact.verb.in_(ANSWERS)))
    assert sum(step.kind == "answered" for step in steps) == answers


def test_the_report_is_the_same_twice_and_asks_a_fixed_number_of_statements(whole):
    session, who = whole
    at, today = now(), now().date()
    seen = []
    for since, ref in ((today - timedelta(days=30), ""), (date(2000, 1, 1), ""), (date(2000, 1, 1), "R-01")):
        with counted(session) as said:
            report = trends_report(session, actor=who, as_of=at, since=since, until=today, relationship=ref)
        assert report == trends_report(
            session, actor=who, as_of=at, since=since, until=today, relationship=ref
        )
        seen.append(len(said))
    assert max(seen) <= 40


def test_who_may_not_see_audits_or_the_trail_does_not_find_them_in_it(whole):
    session, _manager = whole
    owner = session.scalar(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.ACTION_OWNER).limit(1))
    who = principal_of_person(session, owner)
    report = trends_report(session, actor=who, as_of=now(), since=date(2000, 1, 1), until=now().date())
    assert {one.anchor for one in report.chapters} == {"glance", "found", "time", "lasting", "coverage"}
    compare_rows(session, asked(session, who), Counter())
