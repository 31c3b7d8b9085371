"""Reading evidence."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import AuditQuestion, Evidence
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person


def evidence_page(session: Session, audit_id: UUID, *, page: int, removed: bool = False) -> Page[Any]:
    """Evidence of an audit, newest first: rows of (Evidence, position, section, who added it). Two statements."""
    return paginate(
        session,
        _rows(audit_id)
        .where(Evidence.removed_at.is_not(None) if removed else Evidence.removed_at.is_(None))
        .order_by(Evidence.added_at.desc(), Evidence.id.desc()),
        page=page,
        per_page=48,
        scalars=False,
    )


def evidence_of(session: Session, audit_id: UUID, evidence_id: UUID) -> Any:
    """One row of (Evidence, position, section, who added it). Raises NotFound."""
    row = session.execute(_rows(audit_id).where(Evidence.id == evidence_id)).first()
    if row is None:
        raise NotFound
    return row


def evidence_of_questions(session: Session, question_ids: Sequence[UUID]) -> Sequence[Evidence]:
    """What hangs on these questions, oldest first, without what was removed."""
    return session.scalars(
        sa.select(Evidence)
        .where(Evidence.question_id.in_(question_ids), Evidence.removed_at.is_(None))
        .order_by(Evidence.added_at, Evidence.id)
    ).all()


def _rows(audit_id: UUID) -> sa.Select[Evidence, int, str, str]:
    return (
        sa.select(
            Evidence,
            AuditQuestion.position.label("position"),
            AuditQuestion.section.label("section"),
            Person.name.label("added_by"),
        )
        .join(Person, Person.id == Evidence.added_by_id)
        .outerjoin(AuditQuestion, AuditQuestion.id == Evidence.question_id)
        .where(Evidence.audit_id == audit_id)
    )


def question_choices(session: Session, audit_id: UUID) -> Sequence[Any]:
    """Every question of an audit as (id, position, section, text), to choose one from."""
    return session.execute(
        sa.select(AuditQuestion.id, AuditQuestion.position, AuditQuestion.section, AuditQuestion.text)
        .where(AuditQuestion.audit_id == audit_id)
        .order_by(AuditQuestion.position)
    ).all()
