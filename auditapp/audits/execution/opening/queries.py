"""Reading the chapters of an opened audit."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from auditapp.audits.execution.model import AuditQuestion
from auditapp.audits.execution.opening.freeze import Frozen, freeze
from auditapp.audits.model import Audit, AuditEdition, AuditRelationship
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import library_of
from auditapp.relationships.model import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the plan of an audit makes to be asked, and the editions that it comes from (“library@edition”)."""

    questions: tuple[Frozen, ...]
    editions: tuple[str, ...]


def planned(session: Session, audit: Audit) -> Planned:
    """The questions as the opening meeting would freeze them now. Two statements."""
    editions = session.scalars(
        sa.select(Edition)
        .join(AuditEdition, AuditEdition.edition_id == Edition.id)
        .where(AuditEdition.audit_id == audit.id)
        .order_by(AuditEdition.position)
        .options(undefer(Edition.content))
    ).all()
    sampled = session.scalars(
        sa.select(Relationship.id)
        .join(AuditRelationship, AuditRelationship.relationship_id == Relationship.id)
        .where(AuditRelationship.audit_id == audit.id)
        .order_by(Relationship.ref)
    ).all()
    return Planned(
        questions=tuple(
            freeze(
                [library_of(edition.content) for edition in editions],
                stages=audit.stages,
                relationships=sampled,
            )
        ),
        editions=tuple(f"{edition.library_key}@{edition.edition}" for edition in editions),
    )


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
