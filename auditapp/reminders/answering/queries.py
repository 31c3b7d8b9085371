"""Reading what a link in a mail is about, and how that stands now."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.people.model import Account, Person
from auditapp.reminders.answering.rules import AnswerLink, Standing, standing
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.rules import Kind

_By = aliased(Person)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose link it is. ``may_act``: neither gone nor shut out."""

    person_id: UUID
    name: str
    locale: str
    zone: str
    may_act: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a link asks. ``by``: who answered last; ``again_days``: working days until it is asked again."""

    standing: Standing
    kind: Kind
    ref: str
    title: str
    due_on: date
    by: str
    again_days: int
    reader: Reader
    endpoint: str  # the page of the thing, where it was told of; empty when that is not known
    args: dict[str, Any]


def reader_of(session: Session, person_id: UUID) -> Reader | None:
    """Whose link it is. One statement."""
    row = session.execute(
        sa.select(Person.name, Person.locale, Person.zone, Person.active, Account.disabled_at)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
    ).first()
    if row is None:
        return None
    return Reader(
        person_id=person_id,
        name=row.name,
        locale=row.locale,
        zone=row.zone,
        may_act=row.active and row.disabled_at is None,
    )


def asked(session: Session, link: AnswerLink) -> Asked | None:
    """What a link asks, as it stands now; ``None`` when there is no such reminder or person. Three statements."""
    reader = reader_of(session, link.person_id)
    found = session.execute(
        sa.select(ReminderRun, _By.name)
        .outerjoin(_By, _By.id == ReminderRun.answered_by_id)
        .where(ReminderRun.id == link.run_id)
    ).first()
    if reader is None or found is None:
        return None
    run: ReminderRun = found[0]
    about = session.scalar(
        sa.select(Notice.about)
        .where(Notice.run_id == link.run_id, Notice.person_id == link.person_id)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(1)
    )
    about = about if isinstance(about, dict) else {}
    return Asked(
        standing=standing(
            link, generation=run.generation, ended=run.ended_at is not None, answered_by=run.answered_by_id
        ),
        kind=run.kind,
        ref=run.ref,
        title=run.title,
        due_on=run.due_on,
        by=found[1] or "",
        again_days=Policy.from_json(run.policy).ack_days,
        reader=reader,
        endpoint=str(about.get("endpoint", "")),
        args=dict(about.get("args") or {}),
    )
