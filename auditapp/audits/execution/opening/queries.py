"""Reading the chapters of an opened audit."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import AuditQuestion
from auditapp.relationships.model import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A stretch of the walk that can be given to an auditor."""

    number: str
    title: str
    relationship_id: UUID | None
    relationship: str
    count: int
    assigned_to: UUID | None


def chapters(session: Session, audit_id: UUID) -> list[Chapter]:
    """In the order of the walk. One statement."""
    rows = session.execute(
        sa.select(
            AuditQuestion.chapter,
            AuditQuestion.chapter_title,
            AuditQuestion.relationship_id,
            Relationship.ref,
            Relationship.name,
            AuditQuestion.assigned_to_id,
        )
        .outerjoin(Relationship, Relationship.id == AuditQuestion.relationship_id)
        .where(AuditQuestion.audit_id == audit_id)
        .order_by(AuditQuestion.position)
    ).all()
    groups: dict[tuple[UUID | None, str], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault((row[2], row[0]), []).append(index)
    return [
        Chapter(
            number=rows[members[0]][0],
            title=rows[members[0]][1],
            relationship_id=rows[members[0]][2],
            relationship=f"{rows[members[0]][3] or ''} {rows[members[0]][4] or ''}".strip(),
            count=len(members),
            assigned_to=rows[members[0]][5],
        )
        for members in groups.values()
    ]
