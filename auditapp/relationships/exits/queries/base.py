"""What all reading of exits shares: who reads, what they may do, names."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.exits.rules.content import InitiatorRole
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.rules import MemberRole

MOST = 500  # people of one relationship, for choices


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads a page of a relationship, and what they may do in it while it runs."""

    who: Principal
    relationship: Relationship
    inside: bool
    runs: bool
    manages: bool
    decides: bool  # our SER, and whoever manages
    speaks: bool  # for the partner
    held: frozenset[InitiatorRole]
    today: date
    own_name: str

    @property
    def party_id(self) -> UUID | None:
        """The party the reader belongs to; ``None`` is our own organization."""
        return self.who.partner_id

    def party(self, party_id: UUID | None) -> str:
        """The name of a party."""
        if party_id is None:
            return self.own_name
        return next((one.name for one in self.relationship.partners if one.id == party_id), "")


def reader_of(session: Session, principal: Principal, relationship: Relationship, at: datetime) -> Reader:
    """The reader. One statement, for a partner's contact two."""
    own = organization(session)
    inside = principal.can(Capability.VIEW_ORGANIZATION)
    held = roles_held(session, principal, relationship)
    runs = relationship.ended_on is None
    manages = runs and inside and principal.can(Capability.MANAGE_RELATIONSHIPS, relationship.id)
    return Reader(
        who=principal, relationship=relationship, inside=inside, runs=runs, manages=manages,
        decides=manages or (runs and InitiatorRole.SER in held),
        speaks=runs and bool(held & {InitiatorRole.PARTNER_SER, InitiatorRole.PARTNER_MANAGER}), held=held,
        today=day_in(own.zone if own else "UTC", at), own_name=own.name if own else "",
    )  # fmt: skip


def roles_held(
    session: Session, principal: Principal, relationship: Relationship
) -> frozenset[InitiatorRole]:
    """The roles somebody has in a relationship, as far as a strategy can name them."""
    if principal.partner_id is not None:
        rows = session.scalars(
            sa.select(RelationshipMember.role).where(
                RelationshipMember.relationship_id == relationship.id,
                RelationshipMember.person_id == principal.person_id,
                RelationshipMember.until.is_(None),
            )
        )
        seats = {
            MemberRole.PARTNER_SER: InitiatorRole.PARTNER_SER,
            MemberRole.PARTNER_MANAGER: InitiatorRole.PARTNER_MANAGER,
        }
        return frozenset(seats[one] for one in rows if one in seats)
    scoped = principal.scoped.get(relationship.id, frozenset())
    me = principal.person_id
    found = {
        InitiatorRole.SER: me == relationship.ser_id
        or Role.SER in scoped
        or (relationship.ser_id is None and Role.SER in principal.roles),
        InitiatorRole.OWNER: me == relationship.owner_id or Role.RELATIONSHIP_OWNER in scoped,
        InitiatorRole.MANAGER: me == relationship.manager_id or Role.RELATIONSHIP_MANAGER in scoped,
    }
    return frozenset(one for one, holds in found.items() if holds)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Somebody who may be chosen: their party is ``None`` for our own people."""

    id: UUID
    name: str
    party_id: UUID | None


def people_of(session: Session, relationship: Relationship) -> list[Choice]:
    """Active people of both sides, by name: all of ours, and the contacts who are in the relationship. One statement."""
    members = sa.select(RelationshipMember.person_id).where(
        RelationshipMember.relationship_id == relationship.id, RelationshipMember.until.is_(None)
    )
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.partner_id)
        .where(Person.active, sa.or_(Person.partner_id.is_(None), Person.id.in_(members)))
        .order_by(Person.name, Person.id)
        .limit(MOST)
    )
    return [Choice(id=row[0], name=row[1], party_id=row[2]) for row in rows]
