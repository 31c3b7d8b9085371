"""A cast for the verbs of a nonconformity's life, and what a refusal has to leave behind: nothing."""

import pytest
import sqlalchemy as sa

from auditapp.findings.life import service
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Refusal
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.nonconformities import make_nonconformity

AT = now()


class Cast:
    """Who plays: a manager, an auditor, a responsible person and a deputy, an independent verifier."""

    def __init__(self, session):
        self.manager = make_person(session, Role.PROGRAMME_MANAGER, name="Mara Manager")
        self.auditor = make_person(session, Role.AUDITOR, name="Anton Auditor")
        self.responsible = make_person(session, Role.ACTION_OWNER, name="Rita Responsible")
        self.deputy = make_person(session, Role.ACTION_OWNER, name="Dora Deputy")
        self.verifier = make_person(session, Role.AUDITOR, name="Vera Verifier")
        self.session = session

    def nc(self, status=NcStatus.ISSUED, **more):
        values = {"status": status} | (
            {}
            if status is NcStatus.DRAFT
            else {
                "responsible_id": self.responsible.person_id,
                "deputy_id": self.deputy.person_id,
                "verifier_id": self.verifier.person_id,
                "issued_by_id": self.auditor.person_id,
                "issued_at": AT,
            }
        )
        return make_nonconformity(self.session, self.auditor, **(values | more))

    def issue(self, nc, **more):
        values = {"responsible_id": self.responsible.person_id, "verifier_id": self.verifier.person_id}
        service.issue_nonconformity(self.session, actor=self.auditor, at=AT, nc=nc, **(values | more))


@pytest.fixture
def cast(session):
    return Cast(session)


def facts(session, nc):
    return session.scalars(sa.select(Fact.verb).where(Fact.context_id == nc.id).order_by(Fact.seq)).all()


def refused(session, nc, command, kind=Refusal):
    """The command is refused and leaves nothing: no fact, no change of the row."""
    session.flush()
    session.refresh(nc)
    count = session.scalar(sa.select(sa.func.count()).select_from(Fact))
    row = {column.key: getattr(nc, column.key) for column in sa.inspect(type(nc)).columns}
    with pytest.raises(kind) as caught, session.begin_nested():
        command()
    session.expire_all()
    assert count == session.scalar(sa.select(sa.func.count()).select_from(Fact))
    assert row == {column.key: getattr(nc, column.key) for column in sa.inspect(type(nc)).columns}
    return caught.value
