"""Reading for the pages of partners and relationships."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.kit.fulltext import matching
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Partner, Relationship, RelationshipPartner
from auditapp.relationships.queries import visible_partners, visible_relationships
from auditapp.relationships.rules import Priority, Stage


def list_relationships(
    session: Session,
    principal: Principal,
    *,
    search: str = "",
    stage: Stage | None = None,
    priority: Priority | None = None,
    ended: bool = False,
    page: int = 1,
) -> Page[tuple[Relationship, str | None]]:
    """One page of (relationship, its owner's name): running ones (or ended) by number. Three statements."""
    owner = aliased(Person)
    query = (
        visible_relationships(principal)
        .outerjoin(owner, owner.id == Relationship.owner_id)
        .add_columns(owner.name)
        .where(Relationship.ended_on.is_not(None) if ended else Relationship.ended_on.is_(None))
        .order_by(Relationship.ref)
    )
    if search:
        with_partner = (
            sa.select(RelationshipPartner.relationship_id)
            .join(Partner, Partner.id == RelationshipPartner.partner_id)
            .where(Partner.name.icontains(search, autoescape=True))
        )
        query = query.where(
            Relationship.name.icontains(search, autoescape=True)
            | Relationship.ref.icontains(search, autoescape=True)
            | Relationship.id.in_(with_partner)
            | Relationship.id.in_(matching("relationship", search))
        )
    if stage is not None:
        query = query.where(Relationship.stage == stage)
    if priority is not None:
        query = query.where(Relationship.priority == priority)
    return paginate(session, query, page=page, scalars=False)


def list_partners(
    session: Session, principal: Principal, *, search: str = "", page: int = 1
) -> Page[tuple[Partner, int]]:
    """One page of (partner, how many relationships), by name. Two statements."""
    counted = (
        sa.select(sa.func.count())
        .select_from(RelationshipPartner)
        .where(
            RelationshipPartner.partner_id == Partner.id,
            RelationshipPartner.relationship_id.in_(
                visible_relationships(principal).with_only_columns(Relationship.id)
            ),
        )
        .correlate(Partner)
        .scalar_subquery()
    )
    query = visible_partners(principal).add_columns(counted).order_by(Partner.name)
    if search:
        query = query.where(
            Partner.name.icontains(search, autoescape=True)
            | Partner.sector.icontains(search, autoescape=True)
            | Partner.id.in_(matching("partner", search))
        )
    return paginate(session, query, page=page, scalars=False)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who answers for a relationship, or has another role in it."""

    role: Role
    person_id: UUID
    name: str


def duties(session: Session, relationship: Relationship) -> list[Duty]:
    """SER, owner and manager, then who else has a role in this relationship alone. Two statements."""
    seats = {
        Role.SER: relationship.ser_id,
        Role.RELATIONSHIP_OWNER: relationship.owner_id,
        Role.RELATIONSHIP_MANAGER: relationship.manager_id,
    }
    ids = [person_id for person_id in seats.values() if person_id is not None]
    names = {
        row.id: row.name
        for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    }
    found = [
        Duty(role=role, person_id=person_id, name=names[person_id])
        for role, person_id in seats.items()
        if person_id is not None
    ]
    taken = {(duty.role, duty.person_id) for duty in found}
    grants = session.execute(
        sa.select(RoleGrant.role, Person.id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.relationship_id == relationship.id, Person.active)
        .order_by(Person.name)
        .limit(100)
    )
    found += [
        Duty(role=role, person_id=person_id, name=name)
        for role, person_id, name in grants
        if (role, person_id) not in taken
    ]
    return found


def contacts(session: Session, partner_ids: list[UUID]) -> list[tuple[UUID, str, str, UUID | None]]:
    """(id, name, job title, partner) of the partners' own people who are active. One statement."""
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.job_title, Person.partner_id)
        .where(Person.partner_id.in_(partner_ids), Person.active)
        .order_by(Person.name)
        .limit(200)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def relationships_of(session: Session, principal: Principal, partner_id: UUID) -> list[Relationship]:
    """The relationships with one partner that may be seen, by number. Two statements."""
    with_partner = sa.select(RelationshipPartner.relationship_id).where(
        RelationshipPartner.partner_id == partner_id
    )
    return list(
        session.scalars(
            visible_relationships(principal)
            .where(Relationship.id.in_(with_partner))
            .order_by(Relationship.ref)
            .limit(200)
        )
    )
