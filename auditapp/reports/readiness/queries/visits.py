"""What the packs for a visit hold besides the clauses. Every function has a fixed number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.model import Audit, AuditInterview, AuditRelationship, Programme
from auditapp.audits.programme.queries.coverage import ISSUED
from auditapp.findings.model import Nonconformity, NonconformityRequirement
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.nonconformity import ENDED, NcStatus
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.certification.model import Certificate, CertificateFinding, CertificateVisit
from auditapp.relationships.certification.queries import Parts, parts_of, standing_of, visible
from auditapp.relationships.certification.rules import Scheme, Standing
from auditapp.relationships.documents.model import DocumentVersion
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import MeetingStatus
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import MemberRole, Stage

MOST_CERTIFICATES = 20
MOST_FINDINGS = 100  # open nonconformities on paper, the most pressing; the register has them all
MOST_ROWS = 500  # of one list on paper; the register has them all
REVIEW = "management_review"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A certificate that runs or is prepared for, with what hangs on it and how it stands."""

    certificate: Certificate
    parts: Parts
    standing: Standing


def certificates(session: Session, principal: Principal, scheme: Scheme | None, today: date) -> list[Held]:
    """Certificates that were not given up, the newest first. Four statements."""
    query = visible(principal, sa.select(Certificate)).where(Certificate.ended_on.is_(None))
    if scheme is not None:
        query = query.where(Certificate.scheme == scheme)
    rows = session.scalars(query.order_by(Certificate.ref.desc()).limit(MOST_CERTIFICATES)).all()
    parts = parts_of(session, [one.id for one in rows])
    return [
        Held(certificate=one, parts=parts[one.id], standing=standing_of(one, parts[one.id], today))
        for one in rows
    ]


def programme_now(session: Session, today: date) -> Programme | None:
    """The audit programme that runs, else the newest. One statement."""
    return session.scalar(
        sa.select(Programme)
        .order_by(
            sa.case((sa.and_(Programme.starts_on <= today, Programme.ends_on >= today), 0), else_=1),
            Programme.starts_on.desc(),
            Programme.ref.desc(),
        )
        .limit(1)
    )


def reviews(session: Session) -> Sequence[Obligation]:
    """Management reviews: what is open, then what was settled, newest first. One statement."""
    return session.scalars(
        sa.select(Obligation)
        .where(Obligation.key == REVIEW, Obligation.state.in_((State.OPEN, State.DONE, State.SKIPPED)))
        .order_by(Obligation.due_on.desc())
        .limit(20)
    ).all()


def body_findings(
    session: Session, principal: Principal, ids: Collection[UUID]
) -> list[tuple[CertificateFinding, CertificateVisit, str]]:
    """(finding of the body, its visit, owner) of certificates, the newest first. One statement."""
    rows = session.execute(
        visible(principal, sa.select(CertificateFinding))
        .join(CertificateVisit, CertificateVisit.id == CertificateFinding.visit_id)
        .outerjoin(Person, Person.id == CertificateFinding.owner_id)
        .add_columns(CertificateVisit, Person.name)
        .where(CertificateFinding.certificate_id.in_(ids))
        .order_by(CertificateFinding.created_at.desc(), CertificateFinding.ref.desc())
        .limit(MOST_ROWS)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A running relationship, who answers for it, and the issued audits that sampled it."""

    id: UUID
    ref: str
    name: str
    stage: Stage
    ser: str
    owner: str
    manager: str
    audits: list[str] = field(default_factory=list)


def samples(session: Session, principal: Principal, *, since: datetime, today: date) -> list[Sample]:
    """Running relationships by number. Two statements."""
    ser, owner, manager = aliased(Person), aliased(Person), aliased(Person)
    rows = session.execute(
        visible_relationships(principal)
        .outerjoin(ser, ser.id == Relationship.ser_id)
        .outerjoin(owner, owner.id == Relationship.owner_id)
        .outerjoin(manager, manager.id == Relationship.manager_id)
        .where(sa.or_(Relationship.ended_on.is_(None), Relationship.ended_on > today))
        .with_only_columns(
            Relationship.id, Relationship.ref, Relationship.name, Relationship.stage,
            ser.name.label("ser"), owner.name.label("owner"), manager.name.label("manager"),
        )
        .order_by(Relationship.ref)
        .limit(MOST_ROWS)
    )  # fmt: skip
    found = {
        row.id: Sample(
            id=row.id, ref=row.ref, name=row.name, stage=row.stage, ser=row.ser or "", owner=row.owner or "",
            manager=row.manager or "",
        )
        for row in rows
    }  # fmt: skip
    for relationship_id, ref in session.execute(
        sa.select(AuditRelationship.relationship_id, Audit.ref)
        .join(Audit, Audit.id == AuditRelationship.audit_id)
        .where(Audit.status.in_(ISSUED), Audit.issued_at >= since)
        .order_by(Audit.issued_at, Audit.ref)
    ):
        if relationship_id in found:
            found[relationship_id].audits.append(ref)
    return list(found.values())


PARTNER_ROLES = (MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER, MemberRole.JOINT_TEAM)


def partner_people(session: Session, principal: Principal) -> list[tuple[UUID, MemberRole, str, str]]:
    """(relationship, role, name, job title) of the people to speak with on either side. One statement."""
    rows = session.execute(
        sa.select(RelationshipMember.relationship_id, RelationshipMember.role, Person.name, Person.job_title)
        .join(Person, Person.id == RelationshipMember.person_id)
        .where(
            RelationshipMember.until.is_(None),
            RelationshipMember.role.in_(PARTNER_ROLES),
            Person.active,
            RelationshipMember.relationship_id.in_(
                visible_relationships(principal).with_only_columns(Relationship.id)
            ),
        )
        .order_by(RelationshipMember.relationship_id, RelationshipMember.role, Person.name)
        .limit(4 * MOST_ROWS)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def interviewed(session: Session, since: datetime) -> list[tuple[str, str, str, str]]:
    """(audit, name, function, topic) of interviews in issued audits, newest first. One statement."""
    rows = session.execute(
        sa.select(Audit.ref, AuditInterview.name, AuditInterview.function, AuditInterview.topic)
        .join(Audit, Audit.id == AuditInterview.audit_id)
        .where(Audit.status.in_(ISSUED), Audit.issued_at >= since)
        .order_by(Audit.issued_at.desc(), Audit.ref, AuditInterview.name)
        .limit(MOST_ROWS)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def joint_meetings(session: Session, principal: Principal, since: date) -> list[tuple[Meeting, str]]:
    """(meeting that was held, relationship's number), newest first. One statement."""
    rows = session.execute(
        sa.select(Meeting, Relationship.ref)
        .join(Relationship, Relationship.id == Meeting.relationship_id)
        .where(
            Meeting.status.in_((MeetingStatus.HELD, MeetingStatus.SUBMITTED, MeetingStatus.AGREED)),
            Meeting.held_on >= since,
            Relationship.id.in_(visible_relationships(principal).with_only_columns(Relationship.id)),
        )
        .order_by(Meeting.held_on.desc(), Meeting.ref.desc())
        .limit(MOST_ROWS)
    )
    return [(row[0], row[1]) for row in rows]


def nonconformities(
    session: Session, principal: Principal, standard: str
) -> tuple[list[tuple[Any, str, str, list[str]]], int]:
    """Open nonconformities as (row, responsible, relationship's number, clauses), and how many there are. Three statements.

    The most pressing stand first, and at most :data:`MOST_FINDINGS`.
    """
    against = sa.exists().where(
        NonconformityRequirement.nonconformity_id == Nonconformity.id,
        NonconformityRequirement.standard == standard,
    )
    query = visible_nonconformities(principal).where(Nonconformity.status.not_in(ENDED), against)
    pressing = [Nonconformity.turn_due_on.is_(None), Nonconformity.turn_due_on, Nonconformity.ref]
    # First which ones, from an index alone, then their rows.
    chosen = query.with_only_columns(Nonconformity.id).order_by(*pressing).limit(MOST_FINDINGS)
    total = session.scalar(
        sa.select(sa.func.count()).select_from(query.with_only_columns(Nonconformity.id).subquery())
    )
    rows = session.execute(
        sa.select(Nonconformity)
        .where(Nonconformity.id.in_(chosen))
        .outerjoin(Person, Person.id == Nonconformity.responsible_id)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
        .with_only_columns(
            Nonconformity.id, Nonconformity.ref, Nonconformity.title, Nonconformity.grade, Nonconformity.status,
            Nonconformity.turn_due_on, Person.name, Relationship.ref.label("where"),
        )
        .order_by(*pressing)
    ).all()  # fmt: skip
    clauses: dict[UUID, list[str]] = {}
    for nc_id, clause in session.execute(
        sa.select(NonconformityRequirement.nonconformity_id, NonconformityRequirement.clause)
        .where(
            NonconformityRequirement.nonconformity_id.in_([row.id for row in rows]),
            NonconformityRequirement.standard == standard,
        )
        .order_by(NonconformityRequirement.nonconformity_id, NonconformityRequirement.position)
    ):
        clauses.setdefault(nc_id, []).append(clause)
    return [(row, row.name or "", row.where or "", clauses.get(row.id, [])) for row in rows], total or 0


@dataclass(frozen=True, kw_only=True)
class Since:
    """What happened since a day."""

    audits: int
    raised: int
    closed: int
    started: int
    ended: int
    approved: int
    reviews: int


def since_then(session: Session, *, moment: datetime, day: date) -> Since:
    """Counts since the last visit. One statement."""

    def count(query: sa.Select[Any]) -> sa.ScalarSelect[int]:
        return query.with_only_columns(sa.func.count()).scalar_subquery()

    row = session.execute(
        sa.select(
            count(sa.select(Audit).where(Audit.issued_at > moment)),
            count(sa.select(Nonconformity).where(Nonconformity.issued_at > moment)),
            count(
                sa.select(Nonconformity).where(
                    Nonconformity.closed_at > moment, Nonconformity.status == NcStatus.CLOSED
                )
            ),
            count(sa.select(Relationship).where(Relationship.started_on > day)),
            count(sa.select(Relationship).where(Relationship.ended_on > day)),
            count(sa.select(DocumentVersion).where(DocumentVersion.approved_on > day)),
            count(
                sa.select(Obligation).where(
                    Obligation.key == REVIEW, Obligation.state == State.DONE, Obligation.ended_on > day
                )
            ),
        )
    ).one()
    return Since(
        audits=row[0], raised=row[1], closed=row[2], started=row[3], ended=row[4], approved=row[5], reviews=row[6]
    )  # fmt: skip
