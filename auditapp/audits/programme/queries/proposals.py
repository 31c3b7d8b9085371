"""Reading what proposals are made from: who was audited when, what was found, what is open."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit, AuditRelationship, Programme
from auditapp.audits.plan.rules import stages_in_scope
from auditapp.audits.programme.queries.coverage import ISSUED, MOST_RELATIONSHIPS, Coverage, stage_coverage
from auditapp.audits.programme.queries.programmes import dismissals_of
from auditapp.audits.programme.rules import Looked, Proposal, Subject, gaps, is_dismissed, proposals
from auditapp.audits.rules import AuditKind, AuditStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Stage

OPEN = frozenset(AuditStatus) - ISSUED - {AuditStatus.CANCELLED}
MOST_SYSTEM_AUDITS = 200  # newest first; the last one that looked at the system is among them


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Nonconformities of one audit in one relationship (or in the system)."""

    majors: int
    minors: int


def propose_audits(session: Session, programme: Programme, *, today: date) -> list[Proposal]:
    """What the programme should add on that day, dismissed ones left out. Fourteen statements at most."""
    wanted = all_proposals(session, programme, stage_coverage(session, programme, today), today=today)
    dismissed: dict[str, list[list[str]]] = {}
    for one in dismissals_of(session, programme.id):
        dismissed.setdefault(one.key, []).append(one.causes)
    return [one for one in wanted if not is_dismissed(one, dismissed.get(one.key, []))]


def all_proposals(
    session: Session, programme: Programme, coverage: Coverage, *, today: date
) -> list[Proposal]:
    """What the programme should add, dismissed or not."""
    if programme.closed_at is not None:
        return []
    missing = {
        gap.target: list(gap.subjects) for gap in gaps(coverage.pairs(), coverage.done, coverage.planned)
    }
    subjects = [_system(session, missing.get(None, [])), *_relationships(session, missing, today)]
    return proposals(
        subjects,
        frequency=programme.frequency,
        today=today,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
    )


def _relationships(session: Session, missing: dict[UUID | None, list[str]], today: date) -> list[Subject]:
    rows = session.execute(
        sa.select(
            Relationship.id, Relationship.ref, Relationship.name, Relationship.priority, Relationship.stage
        )
        .where(sa.or_(Relationship.ended_on.is_(None), Relationship.ended_on > today))
        .order_by(Relationship.ref)
        .limit(MOST_RELATIONSHIPS)
    ).all()
    last = _last_audits(session)
    open_refs = _open_audits(session)
    found = _nonconformities(session, {audit_id for _on, audit_id, _ref in last.values()})
    subjects = []
    for row in rows:
        looked = None
        if row.id in last:
            on, audit_id, ref = last[row.id]
            counted = found.get((audit_id, row.id), Counted(majors=0, minors=0))
            looked = Looked(on=on, ref=ref, majors=counted.majors, minors=counted.minors)
        subjects.append(
            Subject(
                id=row.id,
                ref=row.ref,
                name=row.name,
                priority=row.priority,
                stage=row.stage,
                last=looked,
                open_ref=open_refs.get(row.id),
                gaps=missing.get(row.id, []),
            )
        )
    return subjects


def _last_audits(session: Session) -> dict[UUID, tuple[date, UUID, str]]:
    """(last day, id, ref) of the newest issued audit per relationship. One statement, one row each."""
    ranked = (
        sa.select(
            AuditRelationship.relationship_id,
            Audit.ends_on,
            Audit.id,
            Audit.ref,
            sa.func.row_number()
            .over(
                partition_by=AuditRelationship.relationship_id,
                order_by=(Audit.ends_on.desc(), Audit.ref.desc()),
            )
            .label("place"),
        )
        .join(Audit, Audit.id == AuditRelationship.audit_id)
        .where(Audit.status.in_(ISSUED), Audit.ends_on.is_not(None))
        .subquery()
    )
    rows = session.execute(
        sa.select(ranked.c.relationship_id, ranked.c.ends_on, ranked.c.id, ranked.c.ref).where(
            ranked.c.place == 1
        )
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _open_audits(session: Session) -> dict[UUID, str]:
    """The ref of an audit that is planned or under way, per relationship."""
    rows = session.execute(
        sa.select(AuditRelationship.relationship_id, sa.func.min(Audit.ref))
        .join(Audit, Audit.id == AuditRelationship.audit_id)
        .where(Audit.status.in_(OPEN))
        .group_by(AuditRelationship.relationship_id)
    )
    return {row[0]: row[1] for row in rows}


def _nonconformities(session: Session, audit_ids: set[UUID]) -> dict[tuple[UUID, UUID | None], Counted]:
    rows = session.execute(
        sa.select(
            Finding.audit_id,
            Finding.relationship_id,
            sa.func.count().filter(Finding.grade == Grade.MAJOR),
            sa.func.count().filter(Finding.grade == Grade.MINOR),
        )
        .where(Finding.audit_id.in_(audit_ids), Finding.status != FindingStatus.WITHDRAWN)
        .group_by(Finding.audit_id, Finding.relationship_id)
    )
    return {(row[0], row[1]): Counted(majors=row[2], minors=row[3]) for row in rows}


def _system(session: Session, missing: list[str]) -> Subject:
    """The management system: audits of it are those with its clauses in scope."""
    rows = session.execute(
        sa.select(Audit.id, Audit.ref, Audit.status, Audit.ends_on, Audit.stages)
        .where(
            Audit.kind.in_((AuditKind.INTERNAL, AuditKind.FOLLOW_UP)),
            Audit.status != AuditStatus.CANCELLED,
            Audit.ends_on.is_not(None),
        )
        .order_by(Audit.ends_on.desc(), Audit.ref.desc())
        .limit(MOST_SYSTEM_AUDITS)
    ).all()
    looking = [row for row in rows if Stage.MANAGEMENT_SYSTEM.value in stages_in_scope(row.stages)]
    done = next((row for row in looking if row.status in ISSUED), None)
    coming = next((row.ref for row in looking if row.status in OPEN), None)
    looked = None
    if done is not None:
        counted = _nonconformities(session, {done.id}).get((done.id, None), Counted(majors=0, minors=0))
        looked = Looked(on=done.ends_on, ref=done.ref, majors=counted.majors, minors=counted.minors)
    return Subject(id=None, ref="", name="", last=looked, open_ref=coming, gaps=missing)
