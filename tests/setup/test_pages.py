"""The first run, from the printed code to the page of next steps."""

import pytest
import sqlalchemy as sa

from auditapp.checklists.model import Edition
from auditapp.cli import setup_code
from auditapp.kit.clock import now
from auditapp.overview.setup.service import new_setup_code
from auditapp.people.model import Account, Organization, Person, RoleGrant, SetupCode
from auditapp.people.rules import Role
from auditapp.trail import service as trail
from auditapp.trail.model import Fact
from tests.factories import make_organization

ORGANIZATION = {"name": "Gorse & Daughters", "country": "GB", "zone": "Europe/London"}
MANAGER = {
    "name": "Ann Other",
    "email": "Ann@Example.org",
    "password": "correct horse battery",
    "again": "correct horse battery",
}


@pytest.fixture
def code(unit):
    return unit(lambda s: new_setup_code(s, at=now()))


def test_the_whole_first_run(unit, client_of, code):
    browser = client_of(None)
    assert browser.get("/").location.endswith("/setup/")
    assert browser.get("/people/sign-in").location.endswith("/setup/")
    assert browser.get("/setup/").status_code == 200
    assert browser.post("/setup/", data={"code": f" {code} "}).location == "/setup/organization"
    assert browser.get("/setup/organization").status_code == 200
    assert browser.post("/setup/organization", data=ORGANIZATION).location == "/setup/holidays"
    page = browser.get("/setup/holidays").text
    assert "SCT" in page
    # another region: its holidays are shown first
    assert browser.post("/setup/holidays", data={"region": "SCT"}).location == "/setup/holidays"
    assert browser.post("/setup/holidays", data={"region": "SCT"}).location == "/setup/manager"
    assert "Gorse &amp; Daughters" in browser.get("/setup/manager").text
    assert unit(lambda s: s.get(Organization, 1), "read") is None  # nothing is kept before this
    assert browser.post("/setup/manager", data=MANAGER | {"again": "another password"}).status_code == 422
    assert browser.post("/setup/manager", data=MANAGER).location == "/setup/libraries"
    made = unit(lambda s: s.get(Organization, 1), "read")
    assert (made.name, made.country, made.subdivision, made.demonstration) == (
        "Gorse & Daughters",
        "GB",
        "SCT",
        False,
    )
    person = unit(lambda s: s.scalar(sa.select(Person)), "read")
    assert person.email == "ann@example.org"
    assert unit(lambda s: s.get(Account, person.id).password_hash, "read").startswith("$argon2id$")
    assert unit(lambda s: s.scalars(sa.select(RoleGrant.role)).all(), "read") == [Role.SYSTEM_MANAGER]
    assert unit(lambda s: s.scalars(sa.select(SetupCode)).all(), "read") == []
    # signed in: the libraries
    page = browser.get("/setup/libraries").text
    assert page.count(" checked") == 4
    answer = browser.post("/setup/libraries", data={"libraries": ["gap-readiness", "relationship-health"]})
    assert answer.location == "/import/people?flow=setup"
    assert set(unit(lambda s: s.scalars(sa.select(Edition.library_key)).all(), "read")) == {
        "gap-readiness",
        "relationship-health",
    }
    # the lists
    page = browser.get(answer.location).text
    assert "/import/partners?flow=setup" in page
    assert browser.get("/import/partners?flow=setup").status_code == 200
    assert "Plan your first audit" in browser.get("/setup/done").text
    assert browser.get("/").status_code == 200
    verbs = unit(lambda s: s.scalars(sa.select(Fact.verb).order_by(Fact.seq)).all(), "read")
    assert verbs[:3] == ["person.added", "role.granted", "organization.made"]
    assert unit(lambda s: list(trail.verify(s)), "read") == []


def test_a_wrong_code_is_counted(app, unit, client_of, code):
    browser = client_of(None)
    limit = app.extensions["auditapp"].sign_in_attempts * 5
    answer = browser.post("/setup/", data={"code": "wrong"})
    assert answer.status_code == 422
    assert "This is not the code" in answer.text
    for _ in range(limit - 1):
        browser.post("/setup/", data={"code": "wrong"})
    assert browser.post("/setup/", data={"code": code}).status_code == 429


@pytest.mark.parametrize("page", ["organization", "holidays", "manager"])
def test_no_step_without_the_code(client_of, code, page):
    browser = client_of(None)
    assert browser.get(f"/setup/{page}").status_code == 404
    assert browser.post(f"/setup/{page}", data=ORGANIZATION | MANAGER).status_code == 404


def test_a_newer_code_ends_an_older_one(unit, client_of, code):
    browser = client_of(None)
    browser.post("/setup/", data={"code": code})
    unit(lambda s: new_setup_code(s, at=now()))
    assert browser.get("/setup/organization").status_code == 404


def test_no_step_is_skipped(client_of, code):
    browser = client_of(None)
    browser.post("/setup/", data={"code": code})
    assert browser.get("/setup/manager").status_code == 404
    assert browser.get("/setup/holidays").status_code == 404


def test_nothing_more_once_the_organization_is_there(unit, client_of, code):
    first, second = client_of(None), client_of(None)
    for browser in (first, second):
        browser.post("/setup/", data={"code": code})
        browser.post("/setup/organization", data=ORGANIZATION)
    assert first.post("/setup/manager", data=MANAGER).status_code == 302
    assert second.post("/setup/manager", data=MANAGER | {"email": "eve@example.org"}).status_code == 404
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Person)), "read") == 1
    assert first.get("/setup/").status_code == 302
    assert second.post("/setup/", data={"code": code}).status_code == 404


def test_there_is_no_code_that_always_works(unit, client_of):
    browser = client_of(None)
    for given in ("", " ", "0" * 64):
        assert browser.post("/setup/", data={"code": given}).status_code == 422
    unit(make_organization)
    assert browser.post("/setup/", data={"code": ""}).status_code == 404


def test_a_code_from_the_command_line(app, unit, client_of):
    found = app.test_cli_runner().invoke(setup_code)
    assert found.exit_code == 0
    assert client_of(None).post("/setup/", data={"code": found.output}).location == "/setup/organization"
    unit(make_organization)
    found = app.test_cli_runner().invoke(setup_code)
    assert found.exit_code == 1
    assert "it is set up" in found.output
