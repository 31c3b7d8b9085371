"""The copy holds what the engine reads, costs as many statements as there are tables, and leaves no trace."""

import re

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Setting
from auditapp.people.rules import Role
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from auditapp.reminders import due
from auditapp.reminders.engine import registry
from auditapp.reminders.engine.service import run_jobs
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.queries import next_moment
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.policies.rules import default_policy
from auditapp.reminders.preview.queries import ahead, copying
from auditapp.reminders.preview.queries.copying import copy_of
from auditapp.reminders.preview.queries.tables import LEFT_OUT, NARROWED
from auditapp.reminders.preview.rules import TooMuch
from auditapp.reminders.preview.service import FORETOLD, foresee
from auditapp.reminders.rules import Kind, Severity
from auditapp.trail.model import Fact
from tests.factories import make_person, make_relationship
from tests.statements import counted


def test_every_table_that_is_left_out_or_narrowed_exists():
    assert set(Base.metadata.tables) >= LEFT_OUT | set(NARROWED)
    assert not LEFT_OUT & set(NARROWED)


def test_every_job_of_the_database_is_run_or_put_aside_on_purpose():
    below = {
        job.name for job in registry.jobs() if job.work is not None and not job.name.startswith("slack_")
    }
    assert below == FORETOLD | {
        "clean_up",
        "feeds",
        "invitations",
        "scheduled_reports",
        "webhooks_put",
        "webhooks_tidy",
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_engine_reads_nothing_that_is_left_out_and_finds_the_same_in_the_copy(app, session):
    at = now()
    load_demonstration(session, app.extensions["auditapp_store"], at=at)
    session.flush()
    with copy_of(session, at=at) as copy, sa.orm.Session(copy) as copied:
        assert due.coming(copied, at=at, horizon=lambda _: 400) == due.coming(
            session, at=at, horizon=lambda _: 400
        )
    moment = at
    with counted(session) as said:
        for _ in range(12):
            run_jobs(session, at=moment, only=FORETOLD)
            moment = next_moment(session, at=moment)
    words = set(re.findall(r"\w+", " ".join(said)))
    assert words & LEFT_OUT == set()
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) > 10


def obligations(session, count, *, state=State.OPEN):
    relationship = make_relationship(session)
    for number in range(count):
        session.add(
            Obligation(
                key="scorecard",
                subject=str(new_id()),
                state=state,
                number=number,
                anchor_on=now().date(),
                intended_on=now().date(),
                due_on=now().date(),
                ended_on=None if state is State.OPEN else now().date(),
                relationship_id=relationship.id,
                created_at=now(),
            )
        )
    session.flush()


def test_as_many_statements_whatever_there_is(session):
    make_person(session, Role.SYSTEM_MANAGER)
    seen = []
    for more in (1, 60):
        obligations(session, more)
        with counted(session) as said, copy_of(session, at=now()):
            pass
        seen.append(len([one for one in said if one.startswith("SELECT")]))
    assert seen[0] == seen[1] <= len(Base.metadata.tables)


def test_what_is_settled_stays_behind_and_numbers_go_on(session):
    make_person(session, Role.SYSTEM_MANAGER)
    obligations(session, 3, state=State.DONE)
    obligations(session, 2)
    with copy_of(session, at=now()) as copy, sa.orm.Session(copy) as copied:
        assert copied.scalar(sa.select(sa.func.count()).select_from(Obligation)) == 2
        last = sa.select(sa.func.max(Fact.seq))
        assert copied.scalar(last) == session.scalar(last)


def test_nothing_of_the_database_is_changed(session):
    ada = make_person(session, Role.SYSTEM_MANAGER)
    obligations(session, 2)
    before = session.scalar(sa.select(sa.func.max(Fact.seq)))
    with counted(session) as said:
        foresee(
            lambda copy: copy(session), actor=ada, at=now(), kind=Kind.OBLIGATION, severity=None,
            policy=default_policy(Kind.ACTION, Severity.NORMAL), version=0, days=3,
        )  # fmt: skip
    assert not [one for one in said if not one.startswith(("SELECT", "PRAGMA", "BEGIN"))]
    for model in (Notice, ReminderRun, OutboxMessage, Setting):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    assert session.scalar(sa.select(sa.func.max(Fact.seq))) == before


def test_too_many_rows_are_refused_with_what_there_is_too_much_of(session, monkeypatch):
    make_person(session, Role.SYSTEM_MANAGER)
    obligations(session, 4)
    monkeypatch.setattr(copying, "MOST_ROWS", 3)
    with (
        pytest.raises(TooMuch, match="more than 3 rows of one kind \\(obligation\\)"),
        copy_of(session, at=now()),
    ):
        pass


def test_a_look_ahead_that_takes_too_long_is_refused(session):
    make_person(session, Role.SYSTEM_MANAGER)
    with copy_of(session, at=now()) as copy, pytest.raises(TooMuch):
        ahead.look_ahead(
            copy, at=now(), run=run_jobs_at, next_moment=lambda s, at: next_moment(s, at=at), seconds=0
        )


def run_jobs_at(session, at):
    return run_jobs(session, at=at, only=FORETOLD)


def test_looking_ahead_twice_on_one_copy_shows_the_same(session):
    make_person(session, Role.SYSTEM_MANAGER)
    make_person(session, Role.SER)
    obligations(session, 3)
    at = now()
    with copy_of(session, at=at, days=9) as copy:
        first, second = (
            ahead.look_ahead(
                copy, at=at, days=9, run=run_jobs_at, next_moment=lambda s, m: next_moment(s, at=m)
            )
            for _ in range(2)
        )
    assert [(one.at, one.person_id, one.item_key, one.why) for one in first.told] == [
        (one.at, one.person_id, one.item_key, one.why) for one in second.told
    ]
    assert first.told


def test_what_is_stuck_at_the_end_is_counted(session):
    make_person(session, Role.SYSTEM_MANAGER)
    session.add(
        ReminderRun(
            item_key="x:1", due_version="1", kind=Kind.ACTION, severity=Severity.NORMAL, ref="A", title="A",
            due_on=now().date(), due_at=None, relationship_id=None, policy={}, owners=[], started_at=now(),
            state=RunState.CAPPED,
        )
    )  # fmt: skip
    session.flush()
    found = ahead.outlook(session, at=now(), until=now())
    assert (found.stuck, found.told, found.sent) == (1, [], [])
