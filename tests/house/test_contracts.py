"""All import contracts are kept, and each kind of breach is seen: a contract that cannot break proves nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
# (contract, file to add to or to make, line that breaks it)
BREACHES = {
    "a lower feature imports a higher one": (
        "ladder",
        "auditapp/people/rules.py",
        "import auditapp.audits.model",
    ),
    "the kit imports a feature": ("ladder", "auditapp/kit/ids.py", "import auditapp.trail.model"),
    "neighbours import each other": (
        "ladder",
        "auditapp/checklists/library.py",
        "import auditapp.relationships.rules",
    ),
    "a room nobody placed": ("ladder", "auditapp/drawer.py", '"""Placed nowhere."""'),
    "the application imports a bot": ("bots", "auditapp/kit/ids.py", "import bots"),
    "rules import the model": ("rooms", "auditapp/trail/rules.py", "import auditapp.trail.model"),
    "queries import the service": ("rooms", "auditapp/trail/queries.py", "import auditapp.trail.service"),
    "a file with a name of its own": (
        "rooms",
        "auditapp/trail/manager.py",
        '"""No such file in a feature."""',
    ),
    "the plan imports the walk": (
        "audits",
        "auditapp/audits/plan/rules.py",
        "import auditapp.audits.execution.rules",
    ),
    "the programme imports the report": (
        "audits",
        "auditapp/audits/programme/rules.py",
        "import auditapp.audits.report.rules",
    ),
    "two files import each other": ("circles", "auditapp/kit/ids.py", "import auditapp.kit.paging"),
    "a service imports Flask": ("webless", "auditapp/trail/service.py", "import flask"),
    "a model imports Flask-SQLAlchemy": ("webless", "auditapp/trail/model.py", "import flask_sqlalchemy"),
    "queries import werkzeug": (
        "webless",
        "auditapp/trail/queries.py",
        "from werkzeug.exceptions import NotFound",
    ),
    "rules import a form library": ("webless", "auditapp/people/rules.py", "import wtforms"),
    "rules ask the database": ("pure", "auditapp/trail/rules.py", "import sqlalchemy"),
    "rules ask the clock": ("pure", "auditapp/people/rules.py", "import auditapp.kit.clock"),
}
# Its other half, where a breach needs two files.
ALSO = {"two files import each other": ("auditapp/kit/paging.py", "import auditapp.kit.ids")}


def lint(folder, *arguments):
    return subprocess.run(
        [LINT, "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def copy(tmp_path):
    """The packages and the contracts, to be broken."""
    for package in ("auditapp", "bots"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "static", "templates"),
        )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def breach(folder, file, line):
    path = folder / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")


def test_all_contracts_are_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_seen(copy, name):
    contract, file, line = BREACHES[name]
    assert lint(copy, "--contract", contract).returncode == 0, "whole before it is broken"
    breach(copy, file, line)
    if name in ALSO:
        breach(copy, *ALSO[name])
    result = lint(copy, "--contract", contract)
    assert result.returncode == 1
    assert "1 broken" in result.stdout, result.stdout
    module = file.removesuffix(".py").replace("/", ".")
    assert module.split(".")[-1] in result.stdout, "the report names the file"
