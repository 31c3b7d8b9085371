"""A relationship between two parties, and the people around it."""

from datetime import date
from types import SimpleNamespace

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.rules import MemberRole
from tests.factories import make_contact, make_person, make_relationship


def build(session):
    """Kim manages it, Ben is its SER, Vic only looks; Wes and Tim are of the partner, Eve of another relationship."""
    ben = make_person(session, Role.SER, name="Ben Birch")
    found = make_relationship(session, ref="R-01", name="Tidal scheme", ser_id=ben.person_id)
    other = make_relationship(session, ref="R-02", name="Another")
    kim = make_person(session, name="Kim Kapok", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])
    found.manager_id = kim.person_id
    vic = make_person(session, Role.VIEWER, name="Vic Viola")
    ada = make_person(session, Role.SYSTEM_MANAGER, name="Ada Alder")
    wes = make_contact(session, found, MemberRole.PARTNER_MANAGER, name="Wes Willow")
    tim = make_contact(session, found, partner_id=wes.partner_id, name="Tim Teasel")
    eve = make_contact(session, other, name="Eve Elder")
    for key in ("risk_review", "value_review", "behaviour_review", "communications_review"):
        obligations.begin(
            session, at=now(), key=key, subject=found.id, anchor_on=date(2026, 1, 1), relationship_id=found.id
        )
    session.flush()
    return SimpleNamespace(
        found=found, other=other, ben=ben, kim=kim, vic=vic, ada=ada, wes=wes, tim=tim, eve=eve,
        partner_id=wes.partner_id,
    )  # fmt: skip


@pytest.fixture
def world(session):
    return build(session)


@pytest.fixture
def cast(unit):
    """The same, committed, for pages."""
    return unit(build)
