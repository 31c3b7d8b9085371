"""A relationship between two parties with a joint plan, and the people around it."""

from types import SimpleNamespace

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.rmp import service
from auditapp.relationships.rmp.rules import PlanKind
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship


def build(session):
    """What the tests share."""
    ben = make_person(session, Role.SER, name="Ben Birch")
    found = make_relationship(session, ref="R-01", name="Tidal scheme", ser_id=ben.person_id)
    kim = make_person(session, name="Kim Kapok", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])
    wes = make_contact(session, found, MemberRole.PARTNER_SER, name="Wes Willow")
    tim = make_contact(session, found, partner_id=wes.partner_id, name="Tim Teasel")
    plan = service.begin_plan(
        session, actor=kim, at=now(), kind=PlanKind.JOINT, title="Joint plan", relationship_id=found.id
    )
    session.flush()
    return SimpleNamespace(ben=ben, kim=kim, wes=wes, tim=tim, found=found, plan=plan)


def write(session, world, key="scope_and_context", text="What it is about", **more):
    """A section of the draft."""
    values = {"version": 0, "owner_id": world.kim.person_id, "sharing": Sharing.SHARED}
    return service.write_section(
        session, actor=world.kim, at=now(), plan=world.plan, key=key, text=text, **(values | more)
    )


def agree_all(session, world):
    """Submit, and both parties agree."""
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    service.agree(session, actor=world.ben, at=now(), plan=world.plan, party_id=None)
    return service.agree(session, actor=world.wes, at=now(), plan=world.plan, party_id=world.wes.partner_id)


@pytest.fixture
def world(session):
    return build(session)
