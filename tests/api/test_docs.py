"""The examples of docs/api.md are run as they stand, against a real server; the page and the document are shown."""

import os
import re
import subprocess

import pytest

from auditapp.api.openapi import document
from auditapp.api.shapes import Asked, Given
from auditapp.api.tokens.rules import Scope
from auditapp.people.rules import Role
from tests.factories import make_person
from tests.house.source import ROOT
from tests.serving import serving

TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)


def test_the_examples(demo, tmp_path):
    app, program_of = demo
    app.config["SERVER_NAME"] = None
    program = program_of(Role.SYSTEM_MANAGER)
    people = program.get("/people", role="auditor").json["items"]
    made = program.post("/nonconformities", {"title": "Of an example", "statement": "It is one."}).json["ref"]
    with serving(app) as site:
        known = {
            "SITE": site,
            "TOKEN": program.secret,
            "NONCONFORMITY": made,
            "PERSON": people[0]["id"],
            "OTHER": people[1]["id"],
        }
        for example in EXAMPLES:
            run = subprocess.run(
                ["bash", "-ec", example],
                env=dict(os.environ) | known,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert run.returncode == 0, run.stdout + run.stderr
            assert run.stdout.startswith("{") or "-o" in example
    assert (tmp_path / "readiness.xlsx").read_bytes()[:2] == b"PK"


def test_every_scope_is_explained():
    assert [scope for scope in Scope if f"`{scope.value}`" not in TEXT] == []


def below(base):
    for one in base.__subclasses__():
        yield one.__name__
        yield from below(one)


@pytest.mark.parametrize("base", [Given, Asked])
def test_each_shape_has_a_name_of_its_own(app, base):
    with app.test_request_context("/api/"):
        schemas = document()["components"]["schemas"]
    lists = {name for name, one in schemas.items() if "enum" in one}
    names = list(below(base))
    assert [name for name in names if names.count(name) > 1] == []
    assert lists & set(names) == set()


def test_the_document_and_the_page(app, unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
    made = app.test_client().get("/api/v1/openapi.json").json
    assert made["openapi"] == "3.1.0"
    assert made["paths"]["/api/v1/nonconformities"]["post"]["responses"].keys() >= {
        "201",
        "400",
        "401",
        "409",
        "422",
    }
    page = browser.get("/api/").text
    assert "/api/v1/nonconformities/{ref}/acknowledge" in page
