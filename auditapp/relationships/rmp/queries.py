"""Reading plans: what of them somebody may see is decided here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.queries import readable, visible_relationships
from auditapp.relationships.rmp.model import (
    Plan,
    PlanApproval,
    PlanComment,
    PlanReview,
    PlanSection,
    PlanTick,
    PlanVersion,
)
from auditapp.relationships.rmp.rules import (
    OPEN,
    SECTIONS,
    SEEN_BY_PARTNER,
    STATUS_LABELS,
    Piece,
    PlanKind,
    VersionStatus,
    compare,
)
from auditapp.relationships.rules import MemberRole, Stage
from auditapp.trail.model import Fact

AGREES_FOR_PARTNER = (MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER)


def visible_plans(principal: Principal) -> sa.Select[Any]:
    """The plans somebody may see: our own people all; a contact the joint ones of their relationships."""
    query = sa.select(Plan)
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    shown = sa.select(PlanVersion.plan_id).where(PlanVersion.status.in_(SEEN_BY_PARTNER))
    return query.where(
        Plan.kind == PlanKind.JOINT,
        Plan.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id)),
        sa.or_(Plan.drafts_shared, Plan.id.in_(shown)),
    )


def visible_versions(principal: Principal) -> sa.Select[Any]:
    """The versions somebody may see; a contact no draft, unless drafts of the plan are shared."""
    query = sa.select(PlanVersion)
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    plans = visible_plans(principal).subquery()
    return query.join(plans, plans.c.id == PlanVersion.plan_id).where(
        sa.or_(
            PlanVersion.status.in_(SEEN_BY_PARTNER),
            sa.and_(plans.c.drafts_shared, PlanVersion.status == VersionStatus.DRAFT),
        )
    )


def plan_by_ref(session: Session, principal: Principal, ref: str) -> Plan:
    """A plan by its number. Raises NotFound, also for one that is not to be seen."""
    found: Plan | None = session.scalar(
        visible_plans(principal).where(Plan.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def plans_of(session: Session, principal: Principal, relationship_id: UUID | None) -> Sequence[Plan]:
    """The plans of a relationship (``None``: the corporate ones), joint ones first."""
    order = sa.case({PlanKind.JOINT.value: 0, PlanKind.INTERNAL.value: 1}, value=Plan.kind, else_=2)
    return session.scalars(
        visible_plans(principal)
        .where(Plan.relationship_id == relationship_id if relationship_id else Plan.relationship_id.is_(None))
        .order_by(order, Plan.ref)
    ).all()


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A plan in a list: ``status`` and ``number`` of the version that counts (in force, else under way)."""

    plan: Plan
    relationship_ref: str
    relationship_name: str
    owner: str
    number: int | None
    status: VersionStatus | None


def list_plans(session: Session, principal: Principal, *, kind: PlanKind | None, page: int) -> Page[PlanLine]:
    """A page of plans over all relationships, by number. Three statements."""
    query = (
        visible_plans(principal)
        .outerjoin(Relationship, Relationship.id == Plan.relationship_id)
        .outerjoin(Person, Person.id == Plan.owner_id)
        .add_columns(Relationship.ref, Relationship.name, Person.name)
        .order_by(Plan.ref)
    )
    if kind is not None:
        query = query.where(Plan.kind == kind)
    found = paginate(session, query, page=page, scalars=False)
    counts = standing_versions(session, principal, [row[0].id for row in found.rows])
    lines = []
    for plan, ref, name, owner in found.rows:
        version = counts.get(plan.id)
        lines.append(
            PlanLine(
                plan=plan,
                relationship_ref=ref or "",
                relationship_name=name or "",
                owner=owner or "",
                number=version.number if version else None,
                status=version.status if version else None,
            )
        )
    return Page(rows=lines, number=found.number, per_page=found.per_page, total=found.total)


def standing_versions(
    session: Session, principal: Principal, plan_ids: Collection[UUID]
) -> dict[UUID, PlanVersion]:
    """The version that counts of each plan: the one in force, else the newest that may be seen. One statement."""
    found: dict[UUID, PlanVersion] = {}
    for version in session.scalars(
        visible_versions(principal)
        .where(PlanVersion.plan_id.in_(plan_ids), PlanVersion.status != VersionStatus.WITHDRAWN)
        .order_by((PlanVersion.status == VersionStatus.IN_FORCE).desc(), PlanVersion.number.desc())
    ):
        found.setdefault(version.plan_id, version)
    return found


def versions_of(session: Session, principal: Principal, plan: Plan) -> Sequence[PlanVersion]:
    """The versions of a plan, newest first."""
    return session.scalars(
        visible_versions(principal).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc())
    ).all()


def version_of(session: Session, principal: Principal, plan: Plan, number: int) -> PlanVersion:
    """One version by its number. Raises NotFound."""
    found: PlanVersion | None = session.scalar(
        visible_versions(principal).where(PlanVersion.plan_id == plan.id, PlanVersion.number == number)
    )
    if found is None:
        raise NotFound
    return found


def open_version(session: Session, plan_id: UUID) -> PlanVersion | None:
    """The version under way."""
    return session.scalar(
        sa.select(PlanVersion).where(PlanVersion.plan_id == plan_id, PlanVersion.status.in_(OPEN))
    )


def version_in_force(session: Session, plan_id: UUID) -> PlanVersion | None:
    """The version in force."""
    return session.scalar(
        sa.select(PlanVersion).where(
            PlanVersion.plan_id == plan_id, PlanVersion.status == VersionStatus.IN_FORCE
        )
    )


def sections_of(session: Session, principal: Principal, version_id: UUID) -> dict[str, PlanSection]:
    """The sections of a version that somebody may read, by key. The caller has made sure of the version."""
    return {
        row.key: row
        for row in session.scalars(
            sa.select(PlanSection).where(
                PlanSection.version_id == version_id, readable(principal, PlanSection.sharing)
            )
        )
    }


def approvals_of(session: Session, version_id: UUID) -> Sequence[tuple[PlanApproval, str]]:
    """The agreements to a version with the names of who gave them, in their order."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(PlanApproval, Person.name)
            .join(Person, Person.id == PlanApproval.person_id)
            .where(PlanApproval.version_id == version_id)
            .order_by(PlanApproval.agreed_at)
        )
    ]


def parties_of(session: Session, plan: Plan) -> list[tuple[UUID | None, str]]:
    """Who has to agree: our own organization (``None``), and each partner where the plan is joint."""
    found: list[tuple[UUID | None, str]] = [(None, "")]
    if plan.kind is PlanKind.JOINT and plan.relationship_id is not None:
        found += [
            (row[0], row[1])
            for row in session.execute(
                sa.select(Partner.id, Partner.name)
                .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
                .where(RelationshipPartner.relationship_id == plan.relationship_id)
                .order_by(Partner.name)
            )
        ]
    return found


def reviews_of(session: Session, plan_id: UUID, *, page: int) -> Page[tuple[PlanReview, int]]:
    """The review log, newest first, with the number of the version that was reviewed. Two statements."""
    return paginate(
        session,
        sa.select(PlanReview, PlanVersion.number)
        .join(PlanVersion, PlanVersion.id == PlanReview.version_id)
        .where(PlanReview.plan_id == plan_id)
        .order_by(PlanReview.held_on.desc(), PlanReview.id.desc()),
        page=page,
        per_page=12,
        scalars=False,
    )


def comments_of(
    session: Session, principal: Principal, plan_id: UUID, key: str | None = None
) -> Sequence[tuple[PlanComment, str]]:
    """What was said about a plan's sections, as far as somebody may read it, oldest first."""
    query = (
        sa.select(PlanComment, Person.name)
        .join(Person, Person.id == PlanComment.person_id)
        .where(
            PlanComment.plan_id == plan_id,
            PlanComment.removed_at.is_(None),
            readable(principal, PlanComment.sharing),
        )
        .order_by(PlanComment.at)
        .limit(200)
    )
    if key is not None:
        query = query.where(PlanComment.key == key)
    return [(row[0], row[1]) for row in session.execute(query)]


def ticks_of(session: Session, plan_id: UUID) -> dict[Stage, tuple[PlanTick, str]]:
    """The newest tick of each stage, with who made it."""
    return {
        row[0].stage: (row[0], row[1])
        for row in session.execute(
            sa.select(PlanTick, Person.name)
            .join(Person, Person.id == PlanTick.by_id)
            .where(PlanTick.plan_id == plan_id)
            .order_by(PlanTick.at)
        )
    }


def stage_began(session: Session, found: Relationship) -> datetime:
    """When a relationship came into the stage it is in."""
    at = session.scalar(
        sa.select(sa.func.max(Fact.at)).where(
            Fact.verb == "relationship.stage_moved", Fact.thing_id == str(found.id)
        )
    )
    return at or found.created_at


def updated_for_stage(session: Session, relationship_id: UUID, stage: Stage) -> bool:
    """Whether a plan of the relationship was updated for a stage; in the stage it is in now: since it came there."""
    found = session.get(Relationship, relationship_id)
    if found is None:
        return False
    query = (
        sa.select(PlanTick.id)
        .join(Plan, Plan.id == PlanTick.plan_id)
        .where(Plan.relationship_id == relationship_id, PlanTick.stage == stage)
    )
    if stage is found.stage:
        query = query.where(PlanTick.at >= stage_began(session, found))
    return session.scalar(query.limit(1)) is not None


def stages_updated(session: Session, relationship_id: UUID) -> frozenset[Stage]:
    """The stages that :func:`updated_for_stage` says yes to. Three statements."""
    found = session.get(Relationship, relationship_id)
    if found is None:
        return frozenset()
    newest = session.execute(
        sa.select(PlanTick.stage, sa.func.max(PlanTick.at))
        .join(Plan, Plan.id == PlanTick.plan_id)
        .where(Plan.relationship_id == relationship_id)
        .group_by(PlanTick.stage)
    ).all()
    began = stage_began(session, found)
    return frozenset(stage for stage, at in newest if stage is not found.stage or at >= began)


def partner_roles(session: Session, principal: Principal, relationship_id: UUID | None) -> set[MemberRole]:
    """What somebody is in a relationship by membership."""
    if relationship_id is None:
        return set()
    return set(
        session.scalars(
            sa.select(RelationshipMember.role).where(
                RelationshipMember.relationship_id == relationship_id,
                RelationshipMember.person_id == principal.person_id,
                RelationshipMember.until.is_(None),
            )
        )
    )


def texts_of(sections: Mapping[str, PlanSection]) -> dict[str, str]:
    """The texts by key."""
    return {key: section.text for key, section in sections.items()}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions of a plan (0: nothing) and the sections that differ, as (key, pieces)."""

    numbers: Sequence[int]
    older: int
    newer: int
    changed: Sequence[tuple[str, Sequence[Piece]]]


def comparison_of(
    session: Session, principal: Principal, plan: Plan, *, newer: int | None, older: int | None
) -> Comparison:
    """Two versions side by side, as far as somebody may read them; left out: the newest, and the one before it.

    Raises NotFound. Three statements.
    """
    versions = {one.number: one for one in versions_of(session, principal, plan)}
    after = newer or next(iter(versions), 0)
    before = older or next((one for one in versions if one < after), 0)
    texts: dict[int, dict[str, str]] = {0: {}}
    for number in {after, before} - {0}:
        if number not in versions:
            raise NotFound
        texts[number] = texts_of(sections_of(session, principal, versions[number].id))
    return Comparison(
        numbers=list(versions),
        older=before,
        newer=after,
        changed=[
            (key, compare(texts[before].get(key, ""), texts[after].get(key, "")))
            for key in SECTIONS
            if texts[before].get(key, "") != texts[after].get(key, "")
        ],
    )


@linkable("rmp", Text("Relationship management plan"))
def find_plans(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Plans by number, as far as they may be seen."""
    plans = session.scalars(visible_plans(principal).where(Plan.ref.in_(refs))).all()
    counts = standing_versions(session, principal, [plan.id for plan in plans])
    return {
        plan.ref: Target(
            ref=plan.ref,
            title=plan.title,
            endpoint="rmp.show",
            values={"plan_ref": plan.ref},
            status=STATUS_LABELS[counts[plan.id].status] if plan.id in counts else "",
        )
        for plan in plans
    }
