"""What a tablet takes along of an audit, as far as the person may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import AuditQuestion, Evidence, Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit, AuditEdition, AuditMember, AuditRelationship
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.rules import TEAM
from auditapp.audits.tablet.taking.rules import TAKEN
from auditapp.checklists.model import Edition
from auditapp.people.rules import Principal
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.queries import visible_documents
from auditapp.relationships.documents.rules import VersionStatus
from auditapp.relationships.model import Relationship

MOST_EARLIER = 200
MOST_LOOKED_AT = 2_000
MOST_FILES = 400


def my_audits(session: Session, principal: Principal) -> Sequence[Audit]:
    """The audits that a person carries out and that are about to begin or under way. One statement."""
    return session.scalars(
        visible_audits(principal)
        .join(AuditMember, AuditMember.audit_id == Audit.id)
        .where(
            AuditMember.person_id == principal.person_id,
            AuditMember.role.in_(TEAM),
            Audit.status.in_(TAKEN),
        )
        .order_by(Audit.starts_on, Audit.ref)
    ).all()


def editions(session: Session, audit_id: UUID) -> list[tuple[str, str]]:
    """Title and edition of the checklists that the audit is pinned to. One statement."""
    rows = session.execute(
        sa.select(Edition.title, Edition.edition)
        .join(AuditEdition, AuditEdition.edition_id == Edition.id)
        .where(AuditEdition.audit_id == audit_id)
        .order_by(AuditEdition.position)
    ).all()
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A finding of another audit about the same relationship or the same clause."""

    ref: str
    grade: Grade
    statement: str
    objective_evidence: str
    requirements: tuple[str, ...]
    relationship: str
    audit_ref: str
    raised_at: datetime


def earlier_findings(
    session: Session, principal: Principal, audit: Audit, clauses: frozenset[str]
) -> list[Earlier]:
    """Findings of other audits: about the sampled relationships, or about the system on the same clauses.

    ``clauses``: “standard ref” of what this audit asks. One statement; at most two hundred, those of the
    relationships first, the newest first.
    """
    sampled = sa.select(AuditRelationship.relationship_id).where(AuditRelationship.audit_id == audit.id)
    rows = session.execute(
        sa.select(Finding, Audit.ref, Relationship.ref, Relationship.name)
        .join(Audit, Audit.id == Finding.audit_id)
        .outerjoin(Relationship, Relationship.id == Finding.relationship_id)
        .where(
            Finding.audit_id.in_(visible_audits(principal).with_only_columns(Audit.id)),
            Finding.audit_id != audit.id,
            Finding.status != FindingStatus.WITHDRAWN,
            sa.or_(Finding.relationship_id.in_(sampled), Finding.relationship_id.is_(None)),
        )
        .order_by(Finding.relationship_id.is_(None), Finding.raised_at.desc(), Finding.ref)
        .limit(MOST_LOOKED_AT)
    ).all()
    found_ones = [
        Earlier(
            ref=found.ref,
            grade=found.grade,
            statement=found.statement,
            objective_evidence=found.objective_evidence,
            requirements=tuple(_place(one) for one in found.requirements),
            relationship=f"{ref or ''} {name or ''}".strip(),
            audit_ref=audit_ref,
            raised_at=found.raised_at,
        )
        for found, audit_ref, ref, name in rows
        if found.relationship_id is not None or clauses & {_place(one) for one in found.requirements}
    ]
    return found_ones[:MOST_EARLIER]


def _place(requirement: dict[str, Any]) -> str:
    return f"{requirement.get('standard', '')} {requirement.get('ref', '')}".strip()


def clauses_asked(session: Session, audit_id: UUID) -> frozenset[str]:
    """The clauses that the questions of an opened audit count for. One statement."""
    rows = session.scalars(
        sa.select(AuditQuestion.counts_for).where(AuditQuestion.audit_id == audit_id)
    ).all()
    return frozenset(_place(place) for places in rows for place in places)


def files_of(session: Session, principal: Principal, audit_id: UUID) -> list[tuple[str, int, str, int]]:
    """(document number, version, title, bytes) of the approved documents of the sampled relationships and the system.

    One statement.
    """
    sampled = sa.select(AuditRelationship.relationship_id).where(AuditRelationship.audit_id == audit_id)
    rows = session.execute(
        visible_documents(principal)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            sa.or_(Document.relationship_id.in_(sampled), Document.relationship_id.is_(None)),
            Document.withdrawn_on.is_(None),
            DocumentVersion.status == VersionStatus.APPROVED,
            DocumentVersion.sha256 != "",
        )
        .with_only_columns(Document.ref, DocumentVersion.number, Document.title, DocumentVersion.size)
        .order_by(Document.ref)
        .limit(MOST_FILES)
    ).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def pictures_of(session: Session, audit_id: UUID) -> list[tuple[UUID, str]]:
    """(id, title) of the photos that are there already. One statement."""
    rows = session.execute(
        sa.select(Evidence.id, Evidence.title)
        .where(Evidence.audit_id == audit_id, Evidence.preview_sha256 != "", Evidence.removed_at.is_(None))
        .order_by(Evidence.added_at)
        .limit(MOST_FILES)
    ).all()
    return [(row[0], row[1]) for row in rows]
