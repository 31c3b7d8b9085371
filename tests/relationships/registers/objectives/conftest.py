"""A relationship between two parties with objectives, and the people around it."""

from types import SimpleNamespace

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.registers.objectives import service
from auditapp.relationships.registers.objectives.rules import Direction, Whose
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship


def build(session):
    """What the tests share: a joint objective with a measure, an internal one of ours."""
    found = make_relationship(session, ref="R-01", name="Tidal scheme")
    ben = make_person(session, Role.SER, name="Ben Birch")
    kim = make_person(session, name="Kim Kapok", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])
    oona = make_person(session, Role.ACTION_OWNER, name="Oona Oak")
    wes = make_contact(session, found, MemberRole.PARTNER_SER, name="Wes Willow")
    tim = make_contact(session, found, partner_id=wes.partner_id, name="Tim Teasel")
    joint = propose(session, kim, found)
    ours = propose(session, kim, found, whose=Whose.OWN, statement="Learn how tides are read")
    measure = service.add_measure(
        session, actor=kim, at=now(), found=joint, name="On time", unit="%", direction=Direction.MORE,
        target=90, tolerance=10, measured_by_id=oona.person_id, interval="month",
    )  # fmt: skip
    return SimpleNamespace(
        found=found, ben=ben, kim=kim, oona=oona, wes=wes, tim=tim, joint=joint, ours=ours, measure=measure,
        ref=joint.ref, ours_ref=ours.ref, measure_ref=measure.ref,
    )  # fmt: skip


def propose(session, actor, place, **more):
    """An objective, joint and shared unless told otherwise."""
    values = {"whose": Whose.JOINT, "statement": "Nine of ten on time", "sharing": Sharing.INTERNAL}
    return service.add_objective(session, actor=actor, at=now(), relationship_id=place.id, **(values | more))


@pytest.fixture
def world(session):
    return build(session)
