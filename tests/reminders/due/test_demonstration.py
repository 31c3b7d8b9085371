"""The demonstration organization: something of (nearly) every kind, with people who can open the page of it."""

import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import url_for

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.reminders import due
from auditapp.reminders.rules import Kind, Level
from tests.conftest import build, settings_for

NOT_TOLD = {Kind.EXIT_STEP}  # no exit has begun there
AHEAD = timedelta(days=550)


@pytest.fixture(scope="module")
def site(demonstration, tmp_path_factory):
    """The app with the demonstration."""
    folder = tmp_path_factory.mktemp("due")
    shutil.copytree(demonstration, folder, dirs_exist_ok=True)
    app = build(settings_for(folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def read(work):
    return run_unit(lambda: work(current_session()), "read")


def everything(session):
    return due.items(session, at=now(), until=(now() + AHEAD).date())


def browser_of(app, person_id):
    client = app.test_client()
    secret = run_unit(
        lambda: begin_sign_in(
            current_session(), person_id=person_id, at=now(), days=1, address="", agent="test"
        ),
        "write",
    )
    client.set_cookie(cookie_name(), secret, domain="localhost")
    return client


def address(app, item):
    with app.test_request_context():
        return url_for(item.endpoint, **item.args)


def test_something_of_nearly_every_kind_has_somebody_and_somebody_above(site):
    assert site.testing
    found = read(everything)
    assert {item.kind for item in found} == set(Kind) - NOT_TOLD
    assert [item.key for item in found if not item.owners] == []
    for item in found:
        assert item.above.get(Level.PROGRAMME) or item.above.get(Level.SER) or len(item.owners) > 1, item.key
        assert len(item.key) <= 120
        assert len(item.version) <= 120
        assert len(item.ref) <= 60
        assert str(item.step).endswith((".", "?"))
        assert str(item.why).endswith(".")


def test_every_owner_opens_the_page_of_what_is_theirs(site):
    found = read(everything)
    for person_id in {one for item in found for one in (*item.owners, *item.deputies)}:
        browser = browser_of(site, person_id)
        mine = {address(site, item) for item in found if person_id in (*item.owners, *item.deputies)}
        answers = {path: browser.get(path).status_code for path in sorted(mine)}
        assert {path: code for path, code in answers.items() if code != 200} == {}


def readers(session):
    """One person of each role, and every partner's contact."""
    found = {
        role: session.scalars(
            sa.select(RoleGrant.person_id).where(RoleGrant.role == role).order_by(RoleGrant.person_id)
        ).first()
        for role in Role
    }
    contacts = session.scalars(sa.select(Person.id).where(Person.partner_id.is_not(None), Person.active))
    return [principal_of_person(session, one) for one in {*found.values(), *contacts}]


@pytest.mark.parametrize("inside", [True, False])
def test_whatever_somebody_sees_leads_to_a_page_that_they_may_open(site, inside):
    everybody = [who for who in read(readers) if (who.partner_id is None) == inside]
    assert len(everybody) >= 4
    for who in everybody:
        seen = read(lambda s, who=who: due.visible(s, who, at=now(), until=(now() + AHEAD).date()))
        browser = browser_of(site, who.person_id)
        for path in sorted({address(site, item) for item in seen}):
            assert browser.get(path).status_code == 200, (who.name, path)
        if not inside:  # what is a contact's own is among what they see
            mine = {item.key for item in read(everything) if who.person_id in (*item.owners, *item.deputies)}
            assert mine <= {item.key for item in seen}, who.name
