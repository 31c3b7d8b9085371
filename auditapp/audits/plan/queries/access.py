"""Who may know of which audit, and finding one. Everything here is narrowed to what the person may see."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from auditapp.audits.model import Audit, AuditEdition, AuditMember, AuditRelationship, Programme
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.errors import NotFound
from auditapp.people.rules import CAPABILITIES, Capability, Principal, Role
from auditapp.relationships.model import Relationship

# Who runs a relationship sees the audits that sample it, though not all audits.
RUNS_A_RELATIONSHIP = frozenset({Role.RELATIONSHIP_OWNER, Role.RELATIONSHIP_MANAGER})


def visible_audits(principal: Principal) -> sa.Select[Audit]:
    """The audits that a person may know of.

    Everybody with VIEW_AUDITS for all: every audit. Team members, auditees and reviewers: theirs. Whoever runs
    a relationship, or holds VIEW_AUDITS for it: the audits that sample it. A partner's contact: only the audits
    where the contact is an auditee.
    """
    query = sa.select(Audit)
    if principal.partner_id is not None:
        return query.where(
            Audit.id.in_(
                sa.select(AuditMember.audit_id).where(
                    AuditMember.person_id == principal.person_id, AuditMember.role == MemberRole.AUDITEE
                )
            )
        )
    if principal.can(Capability.VIEW_AUDITS):
        return query
    me = principal.person_id
    sampled = sa.select(AuditRelationship.audit_id)
    run = sa.select(Relationship.id).where(
        sa.or_(Relationship.owner_id == me, Relationship.manager_id == me, Relationship.ser_id == me)
    )
    scoped = [
        relationship_id
        for relationship_id, roles in principal.scoped.items()
        if roles & RUNS_A_RELATIONSHIP or any(Capability.VIEW_AUDITS in CAPABILITIES[role] for role in roles)
    ]
    ways = [
        Audit.id.in_(
            sa.select(AuditMember.audit_id).where(
                sa.or_(AuditMember.person_id == me, AuditMember.reviewer_id == me)
            )
        ),
        Audit.created_by_id == me,
        Audit.programme_id.in_(sa.select(Programme.id).where(Programme.responsible_id == me)),
        Audit.id.in_(sampled.where(AuditRelationship.relationship_id.in_(run))),
    ]
    if principal.roles & RUNS_A_RELATIONSHIP:  # held for all relationships
        ways.append(Audit.id.in_(sampled))
    elif scoped:
        ways.append(Audit.id.in_(sampled.where(AuditRelationship.relationship_id.in_(scoped))))
    return query.where(sa.or_(*ways))


# What a page of one audit needs: members with their people, relationships, editions. One statement each.
PLAN: tuple[ORMOption, ...] = (
    selectinload(Audit.members).options(selectinload(AuditMember.person), selectinload(AuditMember.reviewer)),
    selectinload(Audit.relationships),
    selectinload(Audit.editions).selectinload(AuditEdition.edition),
    selectinload(Audit.programme),
)


def audit_by_ref(
    session: Session, principal: Principal, ref: str, *, load: Sequence[ORMOption] = ()
) -> Audit:
    """The audit that people call ``ref``, as far as ``principal`` may know of it.

    ``load``: what to load with it (``PLAN`` for team, relationships and editions); its collections raise otherwise.
    Raises :class:`NotFound`, the same for a wrong ref and for somebody else's audit.
    """
    audit = session.scalar(visible_audits(principal).where(Audit.ref == ref.upper()).options(*load))
    if audit is None:
        raise NotFound
    return audit


def member_role_of(session: Session, audit_id: UUID, person_id: UUID) -> MemberRole | None:
    """What somebody does in an audit; ``None`` for somebody outside of it. One statement."""
    return session.scalar(
        sa.select(AuditMember.role).where(
            AuditMember.audit_id == audit_id, AuditMember.person_id == person_id
        )
    )


def series_of(session: Session, principal: Principal, audit: Audit) -> tuple[Audit | None, Audit | None]:
    """The audits before and after this one in its series, as far as the person may know of them. One statement."""
    rows = session.scalars(
        visible_audits(principal)
        .where(
            sa.or_(
                Audit.id == audit.previous_id,
                sa.and_(Audit.previous_id == audit.id, Audit.status != AuditStatus.CANCELLED),
            )
        )
        .order_by(Audit.created_at)
    ).all()
    before = next((one for one in rows if one.id == audit.previous_id), None)
    after = next((one for one in reversed(rows) if one.previous_id == audit.id), None)
    return before, after
