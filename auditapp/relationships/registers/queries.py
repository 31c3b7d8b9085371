"""What the registers share in reading: what somebody may see, the parties and the people of both sides."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.queries import readable, visible_relationships

MOST_PEOPLE = 500  # offered to choose from


def visible(principal: Principal, model: Any) -> sa.Select[Any]:
    """The rows of a register that somebody may see: of their relationships, and what is shared to a contact."""
    return sa.select(model).where(
        model.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id)),
        readable(principal, model.sharing),
    )


def party_names(session: Session, relationship_id: UUID) -> dict[UUID | None, str]:
    """Who the parties are: our own organization (``None``) first, then the partners by name. Two statements."""
    own = organization(session)
    found: dict[UUID | None, str] = {None: own.name if own else ""}
    for row in session.execute(
        sa.select(Partner.id, Partner.name)
        .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
        .where(RelationshipPartner.relationship_id == relationship_id)
        .order_by(Partner.name)
    ):
        found[row[0]] = row[1]
    return found


def people_of(session: Session, relationship_id: UUID) -> list[tuple[UUID, str, UUID | None]]:
    """(id, name, partner) of the active people to choose from: our own, and of the partners who is a member.

    One statement. Who is no member sees nothing of the relationship, and so can own nothing in it.
    """
    members = sa.select(RelationshipMember.person_id).where(
        RelationshipMember.relationship_id == relationship_id, RelationshipMember.until.is_(None)
    )
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.partner_id)
        .where(Person.active, sa.or_(Person.partner_id.is_(None), Person.id.in_(members)))
        .order_by(Person.name)
        .limit(MOST_PEOPLE)
    )
    return [(row[0], row[1], row[2]) for row in rows]
