"""A nonconformity being planned, with everybody who has a part in it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Partner, RelationshipPartner
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity

TODAY = now().date()
IN_TWO_WEEKS = TODAY + timedelta(days=14)


@dataclass
class Scene:
    """Who is there, by part, and the rows."""

    nc: Nonconformity
    action: Action
    people: dict[str, Principal]
    partner_id: UUID

    def __getitem__(self, part: str) -> Principal:
        """Somebody by part."""
        return self.people[part]


def make_scene(session: Session, nc_status: NcStatus = NcStatus.IMPLEMENTING, **more: Any) -> Scene:
    """A nonconformity in the middle of its life, with one proposed action of ``owner``."""
    partner = Partner(name="Withy Works", created_at=now())
    other = Partner(name="Elm Engineering", created_at=now())
    session.add_all([partner, other])
    session.flush()
    people = {
        "manager": make_person(session, Role.PROGRAMME_MANAGER, name="Mara Manager"),
        "ser": make_person(session, Role.SER, name="Sam Senior"),
        "verifier": make_person(session, Role.AUDITOR, name="Vera Verifier"),
        "responsible": make_person(session, Role.RELATIONSHIP_OWNER, name="Rita Responsible"),
        "deputy": make_person(session, Role.RELATIONSHIP_MANAGER, name="Dora Deputy"),
        "owner": make_person(session, Role.ACTION_OWNER, name="Otto Owner"),
        "stand_in": make_person(session, Role.ACTION_OWNER, name="Stan Standin"),
        "other": make_person(session, Role.ACTION_OWNER, name="Olga Other"),
        "viewer": make_person(session, Role.VIEWER, name="Viola Viewer"),
        "contact": make_person(session, Role.PARTNER_CONTACT, name="Wes Withy", partner_id=partner.id),
        "stranger": make_person(session, Role.PARTNER_CONTACT, name="Ella Elm", partner_id=other.id),
    }
    about = make_relationship(session, ser_id=people["ser"].person_id)
    session.add(RelationshipPartner(relationship_id=about.id, partner_id=partner.id))
    session.flush()
    nc = make_nonconformity(
        session,
        people["verifier"],
        status=nc_status,
        relationship_id=about.id,
        responsible_id=people["responsible"].person_id,
        deputy_id=people["deputy"].person_id,
        verifier_id=people["verifier"].person_id,
    )
    action = make_action(
        session,
        nc,
        people["owner"].person_id,
        **({"deputy_id": people["stand_in"].person_id, "due_on": IN_TWO_WEEKS} | more),
    )
    return Scene(nc, action, people, partner.id)


@pytest.fixture
def scene(session: Session) -> Scene:
    """The scene in the rolled back session of a test."""
    return make_scene(session)
