"""An overdue action of somebody, whose reminder runs, and the mail about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Principal, Role
from auditapp.reminders.answering.rules import AnswerLink, sign_answer
from auditapp.reminders.ladder import service as ladder
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.rules import Answer
from tests.factories import make_person
from tests.factories.nonconformities import make_action, make_nonconformity

SECRET = "k" * 48


@dataclass
class Case:
    """``run``: the reminder; ``unit`` works on the database of the test."""

    unit: Any
    run_id: UUID
    ref: str
    generation: int
    owner: Principal
    manager: Principal

    def token(
        self, who: Principal | None = None, *, at: datetime | None = None, generation: int | None = None
    ):
        link = AnswerLink(
            run_id=self.run_id,
            generation=self.generation if generation is None else generation,
            person_id=(who or self.owner).person_id,
            answer=Answer.ACKNOWLEDGE,
        )
        return sign_answer(SECRET, link, at=at or now())

    def run(self) -> ReminderRun:
        return self.unit(lambda s: s.scalars(sa.select(ReminderRun)).one(), "read")


@pytest.fixture
def case(unit):
    """A reminder that climbs since yesterday."""

    def make(session):
        owner = make_person(session, Role.ACTION_OWNER, name="Olga Owner")
        manager = make_person(session, Role.PROGRAMME_MANAGER, name="Paula Programme")
        raiser = make_person(session, Role.AUDITOR)
        found = make_nonconformity(session, raiser, status=NcStatus.IMPLEMENTING)
        action = make_action(
            session,
            found,
            owner.person_id,
            status=ActionStatus.ACCEPTED,
            due_on=now().date() - timedelta(days=1),
        )
        session.flush()
        ladder.scan(session, at=now(), force=True)
        session.flush()
        run = session.scalars(
            sa.select(ReminderRun).where(ReminderRun.item_key.contains(str(action.id)))
        ).one()
        return Case(
            unit=unit, run_id=run.id, ref=run.ref, generation=run.generation, owner=owner, manager=manager
        )

    return unit(make)
