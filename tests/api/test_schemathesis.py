"""schemathesis with every check it has, on the demonstration: the short form always, the long one with `make soak`."""

import json

import pytest

from auditapp.people.rules import Role
from tests.api.fuzz import fuzz

DETAILS = {  # an address with a number in it, and the list that knows numbers
    "/audits/{ref}": "/audits", "/audits/{ref}/questions": "/audits", "/audits/{ref}/reports": "/audits",
    "/documents/{ref}": "/documents", "/plans/{ref}": "/plans", "/issues/{ref}": "/issues",
    "/objectives/{ref}": "/objectives", "/relationships/{ref}": "/relationships",
    "/relationships/{ref}/contacts": "/relationships", "/relationships/{ref}/stages": "/relationships",
    "/findings/{ref}": "/findings", "/nonconformities/{ref}": "/nonconformities", "/actions/{ref}": "/actions",
    "/nonconformities/{ref}/causes": "/nonconformities", "/nonconformities/{ref}/repeats": "/nonconformities",
    "/nonconformities/{ref}/comments": "/nonconformities", "/nonconformities/{ref}/files": "/nonconformities",
    "/actions/{ref}/comments": "/actions", "/actions/{ref}/files": "/actions", "/audits/{ref}/conflicts": "/audits",
    "/programmes/{ref}": "/programmes", "/certificates/{ref}": "/certificates",
    "/certificate-findings/{ref}": "/certificate-findings", "/meetings/{ref}": "/meetings",
    "/joint-actions/{ref}": "/joint-actions", "/health-checks/{ref}": "/health-checks",
    "/management-reviews/{ref}": "/management-reviews", "/relationships/{ref}/exit": "/relationships",
    "/relationships/{ref}/terms": "/relationships", "/relationships/{ref}/outputs": "/relationships",
    "/relationships/{ref}/ladder": "/relationships", "/relationships/{ref}/behaviours": "/relationships",
    "/relationships/{ref}/exit/reviews": "/relationships", "/plans/{ref}/difference": "/plans",
    "/health-checks/{ref}/answers": "/health-checks",
    "/webhooks/{ref}": "/webhooks", "/webhooks/{ref}/deliveries": "/webhooks",
}  # fmt: skip


def known(program):
    """Real numbers for the operations that ask for one."""
    return [
        {
            "include-path": f"/api/v1{path}",
            "parameters": {"path.ref": program.get(listed).json["items"][0]["ref"]},
        }
        for path, listed in DETAILS.items()
    ]


def show(found):
    print(f"schemathesis: {found.cases} cases, {found.checks} checks, {dict(sorted(found.statuses.items()))}")
    print(json.dumps(found.problems[:20], indent=1))


def test_the_short_form(demo):
    app, program_of = demo
    app.config["SERVER_NAME"] = None
    program = program_of(Role.SYSTEM_MANAGER)
    found = fuzz(app, program.secret, examples=1, phases=("coverage",), operations=known(program))
    show(found)
    assert found.problems == []
    assert found.cases > 3000
    assert {200, 201, 400, 401, 405, 422} <= set(found.statuses)


@pytest.mark.soak
@pytest.mark.parametrize("role", [Role.SYSTEM_MANAGER, Role.AUDITOR, Role.PARTNER_CONTACT])
def test_the_long_form(demo, role):
    app, program_of = demo
    app.config["SERVER_NAME"] = None
    manager = program_of(Role.SYSTEM_MANAGER)
    phases = ("examples", "coverage", "fuzzing", "stateful")
    found = fuzz(app, program_of(role).secret, examples=200, phases=phases, operations=known(manager))
    show(found)
    assert found.problems == []
    assert found.cases > 10_000
