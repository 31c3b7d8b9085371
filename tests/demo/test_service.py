"""The demonstration organization: whole, believable, and loaded in seconds."""

import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.relationships.model import Relationship
from auditapp.trail import service as trail


def test_it_loads_and_the_trail_verifies(app, unit):
    unit(lambda s: load_demonstration(s, app.extensions["auditapp_store"], at=now()))
    assert unit(lambda s: organization(s).demonstration, "read")
    assert 24 <= unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Person)), "read") <= 28
    stages = unit(lambda s: s.scalars(sa.select(Relationship.stage)).all(), "read")
    assert len(stages) == 8
    assert len(set(stages)) >= 6
    assert unit(lambda s: list(trail.verify(s)), "read") == []
