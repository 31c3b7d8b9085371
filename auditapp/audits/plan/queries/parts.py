"""The parts of one audit's plan: answers, agenda, interviews, what follows it."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditInterview, AuditSession, PlanAnswer
from auditapp.audits.rules import AuditStatus
from auditapp.people.model import Person


def answers_to_plan(session: Session, audit_id: UUID) -> Sequence[PlanAnswer]:
    """Every answer to every revision of the plan, in the order they came."""
    return session.scalars(
        sa.select(PlanAnswer).where(PlanAnswer.audit_id == audit_id).order_by(PlanAnswer.at, PlanAnswer.id)
    ).all()


def sessions_of(session: Session, audit_id: UUID) -> Sequence[AuditSession]:
    """The agenda, in the order of time."""
    return session.scalars(
        sa.select(AuditSession)
        .where(AuditSession.audit_id == audit_id)
        .order_by(AuditSession.starts_at, AuditSession.id)
    ).all()


def interviews_of(session: Session, audit_id: UUID) -> Sequence[AuditInterview]:
    """The interview list: those with a time first, in the order of time."""
    return session.scalars(
        sa.select(AuditInterview)
        .where(AuditInterview.audit_id == audit_id)
        .order_by(AuditInterview.at.is_(None), AuditInterview.at, AuditInterview.name, AuditInterview.id)
    ).all()


def follower_of(session: Session, audit_id: UUID) -> Audit | None:
    """The audit planned as the next one after this; a cancelled one does not count."""
    return session.scalar(
        sa.select(Audit)
        .where(Audit.previous_id == audit_id, Audit.status != AuditStatus.CANCELLED)
        .order_by(Audit.created_at.desc())
        .limit(1)
    )


def names_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names by id; no statement for nobody."""
    if not person_ids:
        return {}
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row.id: row.name for row in rows}
