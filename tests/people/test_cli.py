"""``auditapp user …``."""

import pytest
import sqlalchemy as sa

from auditapp.people.cli_commands import user
from auditapp.people.model import Person
from auditapp.people.rules import Role
from tests.factories import make_organization, make_person


@pytest.fixture
def run(app):
    """Run a command and give back its exit code and all that it printed."""

    def call(*arguments):
        found = app.test_cli_runner().invoke(user, arguments)
        return found.exit_code, found.output

    return call


def test_nobody_is_added_before_the_first_run(run):
    code, said = run("add", "ann@example.org", "--name", "Ann")
    assert code == 1
    assert "Nothing is set up yet" in said


def test_added_listed_disabled_enabled_linked(run, unit, client_of):
    unit(make_organization)
    unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    code, said = run("add", "Ann@Example.org", "--name", "Ann Other", "--role", "auditor", "--role", "viewer")
    assert code == 0
    link = said.split("http://127.0.0.1:8000", 1)[1].strip()
    assert client_of(None).get(link).status_code == 200
    assert (
        unit(lambda s: s.scalar(sa.select(Person.zone).where(Person.email == "ann@example.org")), "read")
        == "Europe/London"
    )
    assert "ann@example.org\tAnn Other\tno password yet\tInternal auditor, Viewer" in run("list")[1]
    assert run("disable", "ann@example.org")[0] == 0
    assert client_of(None).get(link).status_code == 404
    assert "\tdisabled\t" in run("list")[1]
    code, said = run("link", "ann@example.org")
    assert code == 1
    assert "is disabled. Enable it first." in said
    assert run("enable", "ANN@example.org")[0] == 0
    code, said = run("link", "ann@example.org")
    assert code == 0
    assert client_of(None).get(link).status_code == 404  # the earlier link is spent
    assert client_of(None).get(said.split("http://127.0.0.1:8000", 1)[1].strip()).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "nobody", "--name", "Ann"), 1, "is not an e-mail address"),
        (("add", "ann@example.org"), 2, "--name"),
        (("add", "ann@example.org", "--name", "Ann", "--role", "boss"), 2, "boss"),
        (("add", "ann@example.org", "--name", "Ann", "--role", "partner_contact"), 2, "partner_contact"),
        (("add", "ann@example.org", "--name", "Ann", "--zone", "Mars"), 1, "is not a time zone"),
        (("disable", "nobody@example.org"), 1, "There is nobody with the address"),
        (("link", "nobody@example.org"), 1, "There is nobody with the address"),
    ],
)
def test_clear_errors(run, unit, arguments, code, said):
    unit(make_organization)
    found, told = run(*arguments)
    assert found == code
    assert said in told
    assert "Traceback" not in told


def test_the_last_system_manager_is_not_disabled(run, unit):
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    code, said = run("disable", boss.email)
    assert code == 1
    assert "last system manager" in said
