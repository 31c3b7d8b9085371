"""A relationship with people of both parties, and the moments of a plain week in November."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from auditapp.kit.clock import now
from auditapp.people.guards import cookie_name
from auditapp.people.model import RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal, Role
from auditapp.people.service import begin_sign_in
from auditapp.relationships.issues import service
from auditapp.relationships.issues.rules.issue import IssueKind
from auditapp.relationships.issues.rules.ladder import Severity
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship

MONDAY = datetime(2026, 11, 9, 15, tzinfo=UTC)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Cast:
    """Who plays: of our own people a manager, an owner, a SER, a viewer; of the partner (NL) three people."""

    relationship: Relationship
    manager: Principal
    owner: Principal
    ser: Principal
    viewer: Principal
    lead: Principal  # the partner's contact: level 1
    partner_manager: Principal  # level 2
    partner_ser: Principal  # level 3
    stranger: Principal  # a contact of another partner in another relationship

    def raised(self, session, *, by="manager", at=MONDAY, **more):
        """An issue from the manager about a late delivery."""
        values = {
            "title": "Deliveries come late",
            "kind": IssueKind.DELIVERY,
            "severity": Severity.MODERATE,
            "sharing": Sharing.SHARED,
        } | more
        return service.raise_issue(
            session, actor=getattr(self, by), at=at, relationship_id=self.relationship.id, **values
        )


def make_cast(session):
    """The cast on a session."""
    relationship = make_relationship(session, name="Logistics")
    manager = make_person(session, name="Mia Maple")
    owner = make_person(session, name="Iris Ivy")
    ser = make_person(session, Role.SER, name="Ben Birch")
    relationship.manager_id, relationship.owner_id, relationship.ser_id = (
        manager.person_id, owner.person_id, ser.person_id,
    )  # fmt: skip
    session.flush()
    scoped = [(Role.RELATIONSHIP_MANAGER, relationship.id)]
    manager = _again(session, manager, scoped)
    owner = _again(session, owner, [(Role.RELATIONSHIP_OWNER, relationship.id)])
    lead = make_contact(session, relationship, MemberRole.CONTACT, country="NL", name="Yara Yew")
    more = {"partner_id": lead.partner_id}
    return Cast(
        relationship=relationship,
        manager=manager,
        owner=owner,
        ser=ser,
        viewer=make_person(session, Role.VIEWER, name="Sam Sorrel"),
        lead=lead,
        partner_manager=make_contact(
            session, relationship, MemberRole.PARTNER_MANAGER, name="Piet Populier", **more
        ),
        partner_ser=make_contact(session, relationship, MemberRole.PARTNER_SER, name="Sofie Spar", **more),
        stranger=make_contact(session, make_relationship(session), name="Zoe Zinnia"),
    )


def _again(session, who, scoped):
    for role, relationship_id in scoped:
        session.add(
            RoleGrant(person_id=who.person_id, role=role, relationship_id=relationship_id, granted_at=now())
        )
    session.flush()
    return principal_of_person(session, who.person_id)


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def client_of(app, unit):
    """A browser of somebody who signed in on the Monday and stays so for the months of an issue."""

    def make(who):
        client = app.test_client()
        secret = unit(
            lambda s: begin_sign_in(s, person_id=who.person_id, at=MONDAY, days=400, address="", agent="test")
        )
        with app.app_context():
            client.set_cookie(cookie_name(), secret, domain="localhost")
        return client

    return make
