"""What the rules of importing must know about what is there already."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.relationships.model import Partner, Relationship, RelationshipPartner


def known_people(session: Session) -> dict[str, str]:
    """Names by e-mail address, of everybody."""
    return {row[0]: row[1] for row in session.execute(sa.select(Person.email, Person.name))}


def people_of_ours(session: Session) -> dict[str, UUID]:
    """Ids by e-mail address, of active people of the organization."""
    query = sa.select(Person.email, Person.id).where(Person.active, Person.partner_id.is_(None))
    return {row[0]: row[1] for row in session.execute(query)}


def known_partners(session: Session) -> dict[str, tuple[UUID, str]]:
    """(id, name) by lower-case name."""
    rows = session.execute(sa.select(Partner.id, Partner.name))
    return {row[1].lower(): (row[0], row[1]) for row in rows}


def known_relationships(session: Session) -> set[tuple[str, str]]:
    """(partner, relationship), lower case."""
    rows = session.execute(
        sa.select(Partner.name, Relationship.name)
        .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
        .join(Relationship, Relationship.id == RelationshipPartner.relationship_id)
    )
    return {(row[0].lower(), row[1].lower()) for row in rows}
