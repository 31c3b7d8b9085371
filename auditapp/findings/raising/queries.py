"""Earlier nonconformities that are like the one at hand, and what the form offers to choose from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import AuditRelationship
from auditapp.checklists.queries import current_editions, libraries
from auditapp.findings import queries
from auditapp.findings.model import Cause, Nonconformity, NonconformityRequirement, Repeat
from auditapp.findings.raising.rules import (
    MOST_SIMILAR,
    Likeness,
    Requirement,
    months_before,
    suggests_major,
)
from auditapp.findings.rules.nonconformity import CauseCategory, NcStatus
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship, RelationshipPartner


@dataclass(frozen=True, kw_only=True, slots=True)
class Similar:
    """An earlier nonconformity, and what it has in common with the one at hand."""

    id: UUID
    ref: str
    title: str
    grade: Grade
    status: NcStatus
    raised_at: datetime
    relationship: str
    likeness: Likeness


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a look for similar ones gave."""

    found: tuple[Similar, ...]
    months: int  # how far back was looked

    def suggests_major(self, grade: Grade) -> bool:
        """Whether these repeats speak for a major one."""
        return suggests_major(grade, [(one.grade, one.status, one.likeness) for one in self.found])


def similar(
    session: Session,
    principal: Principal,
    *,
    requirements: Iterable[Requirement] = (),
    categories: Collection[CauseCategory] = (),
    relationship_id: UUID | None = None,
    exclude: UUID | None = None,
    at: datetime,
) -> Look:
    """Nonconformities before ``at`` on the same clause or with the same category of root cause, newest first.

    As far back as the policy says, at most five, only what the person may see; withdrawn ones did not stand and are
    left out. A requirement without a standard matches its clause in any. At most four statements.
    """
    months = queries.policy(session).repeat_months
    clauses = {(one.standard, one.clause) for one in requirements}
    if not clauses and not categories:
        return Look(found=(), months=months)
    since = datetime.combine(months_before(at.date(), months), time(), UTC)
    row = NonconformityRequirement
    on_clause = sa.or_(
        sa.false(),
        *(
            sa.and_(row.clause == clause, row.standard == standard) if standard else row.clause == clause
            for standard, clause in sorted(clauses)
        ),
    )
    of_cause = sa.and_(Cause.root, Cause.category.in_(categories))
    wanted = (
        queries.visible_nonconformities(principal)
        .add_columns(Relationship.ref)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
        .where(
            Nonconformity.raised_at >= since,
            Nonconformity.raised_at < at,
            Nonconformity.status != NcStatus.WITHDRAWN,
            sa.or_(
                Nonconformity.id.in_(sa.select(row.nonconformity_id).where(on_clause)),
                Nonconformity.id.in_(sa.select(Cause.nonconformity_id).where(of_cause)),
            ),
        )
        .order_by(Nonconformity.raised_at.desc(), Nonconformity.ref.desc())
        .limit(MOST_SIMILAR)
    )
    if exclude is not None:
        wanted = wanted.where(Nonconformity.id != exclude)
    rows = session.execute(wanted).all()
    ids = [one[0].id for one in rows]
    same: dict[UUID, list[str]] = {}
    if ids and clauses:
        for nc_id, clause in session.execute(
            sa.select(row.nonconformity_id, row.clause)
            .where(row.nonconformity_id.in_(ids), on_clause)
            .order_by(row.position)
        ):
            same.setdefault(nc_id, []).append(clause)
    why: dict[UUID, CauseCategory] = {}
    if ids and categories:
        for nc_id, category in session.execute(
            sa.select(Cause.nonconformity_id, Cause.category).where(Cause.nonconformity_id.in_(ids), of_cause)
        ):
            if category is not None:
                why.setdefault(nc_id, category)
    return Look(
        months=months,
        found=tuple(
            Similar(
                id=nc.id,
                ref=nc.ref,
                title=nc.title,
                grade=nc.grade,
                status=nc.status,
                raised_at=nc.raised_at,
                relationship=relationship or "",
                likeness=Likeness(
                    clauses=tuple(dict.fromkeys(same.get(nc.id, ()))),
                    category=why.get(nc.id),
                    same_relationship=relationship_id is not None and nc.relationship_id == relationship_id,
                ),
            )
            for nc, relationship in rows
        ),
    )


def similar_to(session: Session, principal: Principal, nc: Nonconformity) -> Look:
    """What is like a nonconformity that stands: its requirements and the categories of its root causes."""
    categories = session.scalars(
        sa.select(Cause.category)
        .where(Cause.nonconformity_id == nc.id, Cause.root, Cause.category.is_not(None))
        .distinct()
    )
    return similar(
        session,
        principal,
        requirements=requirements(session, nc),
        categories=[one for one in categories if one is not None],
        relationship_id=nc.relationship_id,
        exclude=nc.id,
        at=nc.raised_at,
    )


def requirements(session: Session, nc: Nonconformity) -> tuple[Requirement, ...]:
    """The requirements of a nonconformity as plain values."""
    return tuple(
        Requirement(standard=row.standard, clause=row.clause, title=row.title)
        for row in queries.requirements_of(session, [nc.id])[nc.id]
    )


def requirements_known(session: Session) -> dict[str, Requirement]:
    """The clauses of the current libraries by their labels, in order: what a requirement is chosen from."""
    known: dict[str, Requirement] = {}
    for library in libraries(session, [one.id for one in current_editions(session)]):
        standard = library.standard.code if library.standard else library.title
        for clause in library.clauses:
            one = Requirement(standard=standard, clause=clause.number or clause.ref, title=clause.title)
            known[one.label] = one
    return known


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """An earlier nonconformity that one was linked to."""

    id: UUID
    ref: str
    title: str
    grade: Grade
    status: NcStatus
    note: str
    linked_at: datetime


def relationship_of_partner(session: Session, partner_id: UUID) -> UUID | None:
    """The relationship with a partner, when there is exactly one."""
    found = session.scalars(
        sa.select(RelationshipPartner.relationship_id)
        .where(RelationshipPartner.partner_id == partner_id)
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def relationship_of_audit(session: Session, audit_id: UUID) -> UUID | None:
    """The relationship that an audit samples, when there is exactly one."""
    found = session.scalars(
        sa.select(AuditRelationship.relationship_id).where(AuditRelationship.audit_id == audit_id).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def repeats_of(session: Session, principal: Principal, nc_id: UUID) -> list[Linked]:
    """Which earlier ones it was said to repeat, as far as the person may see them."""
    rows = session.execute(
        queries.visible_nonconformities(principal)
        .add_columns(Repeat.note, Repeat.linked_at)
        .join(Repeat, Repeat.earlier_id == Nonconformity.id)
        .where(Repeat.nonconformity_id == nc_id)
        .order_by(Nonconformity.raised_at.desc())
        .limit(50)
    )
    return [
        Linked(
            id=nc.id,
            ref=nc.ref,
            title=nc.title,
            grade=nc.grade,
            status=nc.status,
            note=note,
            linked_at=linked_at,
        )
        for nc, note, linked_at in rows
    ]
