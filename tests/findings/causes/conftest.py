"""A nonconformity whose cause is being looked for, and the people around it."""

from types import SimpleNamespace

import pytest

from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.people.rules import Role
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_nonconformity


def stage(session, **more):
    """Responsible person, deputy, manager, verifier, checker, reader; and the nonconformity."""
    found = SimpleNamespace(
        responsible=make_person(session, Role.ACTION_OWNER, name="Rita Rowan"),
        deputy=make_person(session, Role.ACTION_OWNER),
        manager=make_person(session, Role.PROGRAMME_MANAGER),
        verifier=make_person(session, Role.AUDITOR),
        checker=make_person(session, Role.ACTION_OWNER, name="Carl Cherry"),
        reader=make_person(session, Role.VIEWER),
        elsewhere=make_relationship(session, name="Elsewhere"),
    )
    values = {
        "status": NcStatus.CAUSE,
        "relationship_id": make_relationship(session).id,
        "responsible_id": found.responsible.person_id,
        "deputy_id": found.deputy.person_id,
        "verifier_id": found.verifier.person_id,
    }
    found.nc = make_nonconformity(session, found.manager, **(values | more))
    return found


@pytest.fixture
def cast(session):
    """The people and the nonconformity, in one unit that is rolled back."""
    return stage(session)
