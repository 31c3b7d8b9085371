"""Out, in and out again is the same bytes, on SQLite, on PostgreSQL and from one to the other; and the site works on."""

import re
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from auditapp.kit import fulltext
from auditapp.kit.db import current_session, run_unit
from auditapp.overview.archive.reading import opened
from auditapp.overview.demo.people import PASSWORD
from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.trail import service as trail
from auditapp.trail.model import Fact
from tests.overview.archive.conftest import taken, written


@pytest.mark.postgres
def test_out_and_in_and_out_again_is_the_same_bytes(demo, installations, tmp_path):
    chain = [written(demo, tmp_path / "0.zip")]
    for number, kind in enumerate(("sqlite", "postgres", "postgres", "sqlite"), 1):
        app = taken(installations(kind), chain[-1])
        chain.append(written(app, tmp_path / f"{number}.zip"))
        goes_on(app)
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairwise(chain))
    with opened(chain[0]) as archive:
        assert archive.manifest.rows > 1000
        assert len(archive.manifest.files) > 3
        assert archive.manifest.missing == []


def goes_on(app):
    """Somebody signs in with the password they had, changes something, and the trail goes on from where it was."""

    def known(session):
        email = session.scalar(
            sa.select(Person.email)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == Role.SYSTEM_MANAGER, Person.active)
        )
        return email, trail.head(session)

    def unit(work, kind="read"):
        with app.app_context():
            return run_unit(lambda: work(current_session()), kind)

    email, head = unit(known)
    client = app.test_client()
    assert client.post("/people/sign-in", data={"email": email, "password": PASSWORD}).status_code == 302
    for address in ("/", "/reports", "/people/", "/history/"):
        assert client.get(address).status_code == 200, address
    form = {"name": "Moved", "country": "GB", "region": "", "zone": "Europe/London", "locale": "en"}
    version = re.search(r'name="version" value="(\d+)"', client.get("/organization/").text)[1]
    assert client.post("/organization/", data=form | {"version": version}).status_code == 302

    def checks(session):
        assert trail.head(session).seq > head.seq
        assert list(trail.verify(session, [head])) == []
        entered = session.scalar(sa.select(sa.func.count()).select_from(fulltext.ENTRY))
        assert entered == fulltext.rebuild(session) > 100, "the text index knows what came in"
        session.rollback()

    unit(checks, "write")
    with pytest.raises(DBAPIError, match="append-only"):
        unit(lambda session: session.execute(sa.update(Fact).where(Fact.seq == 1).values(verb="x")), "write")
