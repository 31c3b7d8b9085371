"""What tests of the interface need: tokens, and a program that shows one."""

import shutil

import pytest
import sqlalchemy as sa

from auditapp.api.tokens.rules import Scope
from auditapp.api.tokens.service import make
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import RoleGrant
from auditapp.people.queries import principal_of_person
from tests.conftest import build, settings_for


class Program:
    """A program with a token."""

    def __init__(self, app, secret):
        self.client, self.secret = app.test_client(), secret

    def _headers(self, headers):
        return {"Authorization": f"Bearer {self.secret}"} | (headers or {})

    def get(self, path, headers=None, **query):
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers), query_string=query)

    def post(self, path, body=None, headers=None):
        return self.client.post(f"/api/v1{path}", headers=self._headers(headers), json=body or {})


@pytest.fixture
def program_of(app, unit):
    """A program of somebody, for some scopes (all of them unless told otherwise)."""

    def made(who, *scopes, days=30):
        secret = unit(
            lambda s: make(s, actor=who, at=now(), name="Test", scopes=scopes or list(Scope), days=days)[1]
        )
        return Program(app, secret)

    return made


@pytest.fixture
def demo(demonstration, tmp_path):
    """The site on its own copy of the demonstration, and a maker of programs of the first person with a role."""
    shutil.copytree(demonstration, tmp_path / "site")
    settings = settings_for(tmp_path / "site")
    settings.api_per_minute = 1_000_000
    app = build(settings)

    def program(role, *scopes):
        def work():
            session = current_session()
            person_id = session.scalar(sa.select(RoleGrant.person_id).where(RoleGrant.role == role))
            who = principal_of_person(session, person_id)
            return make(session, actor=who, at=now(), name="Test", scopes=scopes or list(Scope), days=30)[1]

        with app.app_context():
            return Program(app, run_unit(work, "write"))

    yield app, program
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
