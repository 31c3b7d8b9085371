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
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Kind, Stage


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
