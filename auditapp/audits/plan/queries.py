"""Reading audits and their plans. Everything here is narrowed to what the person may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from auditapp.audits.model import (
    Audit,
    AuditEdition,
    AuditInterview,
    AuditMember,
    AuditRelationship,
    AuditSession,
    PlanAnswer,
    Programme,
)
from auditapp.audits.plan.rules import Candidate, stages_in_scope
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.errors import NotFound
from auditapp.people.competence_rules import competence_state, independence_conflicts
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import competences_of, duties_of
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


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What an audit looks at, as far as competence and independence care. ``libraries``: title by key."""

    relationship_ids: frozenset[UUID]
    stages: frozenset[str]
    libraries: Mapping[str, str]
    on: date


def ground_of(audit: Audit, on: date) -> Ground:
    """The ground of an audit whose relationships and editions are loaded; ``on`` stands in for a missing date."""
    return Ground(
        relationship_ids=frozenset(one.id for one in audit.relationships),
        stages=stages_in_scope(audit.stages),
        libraries={one.edition.library_key: one.edition.title for one in audit.editions},
        on=audit.ends_on or on,
    )


def candidates(session: Session, ground: Ground, person_ids: Collection[UUID]) -> dict[UUID, Candidate]:
    """What stands for and against each person in an audit on that ground. Six statements, whatever the number.

    Somebody unknown has no entry.
    """
    wanted = set(person_ids)
    people = session.execute(
        sa.select(Person.id, Person.name, Person.active, Person.partner_id).where(Person.id.in_(wanted))
    ).all()
    roles: dict[UUID, set[Role]] = {}
    for person_id, role in session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(wanted), RoleGrant.relationship_id.is_(None)
        )
    ):
        roles.setdefault(person_id, set()).add(role)
    competences = competences_of(session, wanted)
    duties = duties_of(session, wanted)
    relationships = session.execute(
        sa.select(
            Relationship.id,
            Relationship.ref,
            Relationship.ser_id,
            Relationship.owner_id,
            Relationship.manager_id,
        )
        .where(Relationship.id.in_(ground.relationship_ids))
        .order_by(Relationship.ref)
    ).all()
    found: dict[UUID, Candidate] = {}
    for person_id, name, active, partner_id in people:
        own = duties[person_id]
        state = competence_state(competences[person_id], set(ground.libraries), ground.on)
        found[person_id] = Candidate(
            person_id=person_id,
            name=name,
            active=active,
            of_partner=partner_id is not None,
            conducts=_conducts(roles.get(person_id, set()), own.roles_scoped, ground.relationship_ids),
            missing=tuple(ground.libraries[key] for key in state.missing),
            expired=tuple((ground.libraries[key], last) for key, last in state.expired),
            conflicts=tuple(
                independence_conflicts(
                    person_id,
                    own.roles_scoped,
                    own.responsibilities,
                    [(row[0], row[1], row[2], row[3], row[4]) for row in relationships],
                    ground.stages,
                )
            ),
        )
    return found


def _conducts(roles: set[Role], scoped: Mapping[UUID, set[Role]], relationship_ids: frozenset[UUID]) -> bool:
    def gives(some: set[Role]) -> bool:
        return any(Capability.CONDUCT_AUDITS in CAPABILITIES[role] for role in some)

    return gives(roles) or (
        bool(relationship_ids) and all(gives(scoped.get(one, set())) for one in relationship_ids)
    )


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
