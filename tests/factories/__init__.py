"""Things that tests need: people, relationships, audits."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.queries import organization, principal_of_person
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import Kind, MemberRole, Stage


def make_organization(session: Session) -> Organization:
    """The organization, made once."""
    found = organization(session)
    if found is None:
        found = Organization(name="Test organization", zone="Europe/London", created_at=now())
        session.add(found)
        session.flush()
    return found


def make_person(
    session: Session,
    *roles: Role,
    name: str = "",
    scoped: Iterable[tuple[Role, UUID]] = (),
    **more: Any,
) -> Principal:
    """A person with an account and roles, as somebody who acts."""
    make_organization(session)
    person_id = new_id()
    person = Person(
        id=person_id,
        name=name or f"Person {person_id.hex[-6:]}",
        email=f"p{person_id.hex}@example.org",
        created_at=now(),
        **more,
    )
    session.add(person)
    session.flush()
    session.add(Account(person_id=person_id))
    for role in roles:
        session.add(RoleGrant(person_id=person_id, role=role, granted_at=now()))
    for role, relationship_id in scoped:
        session.add(
            RoleGrant(person_id=person_id, role=role, relationship_id=relationship_id, granted_at=now())
        )
    session.flush()
    principal = principal_of_person(session, person_id)
    assert principal is not None
    return principal


def make_relationship(session: Session, **more: Any) -> Relationship:
    """A relationship in the stage of working together."""
    values: dict[str, Any] = {
        "ref": f"R-{new_id().hex[-6:]}",
        "name": "A relationship",
        "kind": Kind.ALLIANCE,
        "stage": Stage.WORKING_TOGETHER,
        "created_at": now(),
    }
    found = Relationship(**(values | more))
    session.add(found)
    session.flush()
    return found


def make_contact(
    session: Session,
    relationship: Relationship,
    role: MemberRole = MemberRole.CONTACT,
    *,
    partner_id: UUID | None = None,
    country: str = "GB",
    **more: Any,
) -> Principal:
    """A partner's contact in a relationship; a new partner in ``country`` unless ``partner_id`` is given."""
    if partner_id is None:
        partner_id = new_id()
        session.add(
            Partner(id=partner_id, name=f"Partner {partner_id.hex[-6:]}", country=country, created_at=now())
        )
        session.flush()
    there = session.get(RelationshipPartner, (relationship.id, partner_id))
    if there is None:
        session.add(RelationshipPartner(relationship_id=relationship.id, partner_id=partner_id))
        session.flush()
        session.expire(relationship, ["partners"])
    contact = make_person(session, Role.PARTNER_CONTACT, partner_id=partner_id, **more)
    session.add(
        RelationshipMember(
            relationship_id=relationship.id, person_id=contact.person_id, role=role, added_at=now()
        )
    )
    session.flush()
    return contact
