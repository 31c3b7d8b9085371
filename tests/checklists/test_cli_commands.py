"""`auditapp checklist`, as somebody at a terminal sees it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from auditapp.checklists import queries, service
from auditapp.checklists.cli_commands import checklist
from auditapp.kit.clock import now
from tests.factories import make_organization

ROOT = Path(__file__).parents[2]
HEALTH = ROOT / "checklists/relationship-health.yaml"


def test_validate_needs_neither_settings_nor_database(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        HEALTH.read_text()
        .replace('scope: "relationship"', 'scope: "partner"', 1)
        .replace("weight: 3", "weight: 30")
    )
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AUDITAPP_")}
    found = subprocess.run(
        [
            Path(sys.executable).with_name("auditapp"),
            "checklist",
            "validate",
            bad,
            HEALTH,
            tmp_path / "none.yaml",
        ],
        env=clean,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert lines[0].startswith(f"{bad}:")
    assert lines[0].endswith("“partner” is not one of: system, relationship.")
    assert [line.split(":")[0] for line in lines] == [str(bad)] * 3 + [str(HEALTH)]
    assert found.stderr.strip() == f"{tmp_path / 'none.yaml'}: cannot be read: No such file or directory"
    assert "Traceback" not in found.stdout + found.stderr


def test_validate_of_good_files(app: Any) -> None:
    found = app.test_cli_runner().invoke(
        checklist, ["validate", *map(str, sorted((ROOT / "checklists").glob("*.yaml")))]
    )
    assert found.exit_code == 0
    assert found.output.count(": sound:") == 4


def test_import_and_list(app: Any, unit: Any, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert run(checklist, ["list"]).output == "There are no libraries yet.\n"
    unit(make_organization)
    found = run(checklist, ["import", str(HEALTH)])
    assert (found.exit_code, found.output) == (0, "relationship-health 1: 25 questions, released\n")
    again = run(checklist, ["import", str(HEALTH)])
    assert again.exit_code == 1
    assert "says the same as edition 1" in again.output

    changed = tmp_path / "changed.yaml"
    changed.write_text(HEALTH.read_text().replace("weight: 3", "weight: 4"))
    assert (
        run(checklist, ["import", "--draft", str(changed)]).output
        == "relationship-health 1.1: 25 questions, draft\n"
    )
    assert run(checklist, ["list"]).output.splitlines() == [
        "relationship-health\t1.1\tdraft\t25 questions\tRelationship health check",
        "relationship-health\t1\treleased\t25 questions\tRelationship health check",
    ]
    changed.write_text("id: x")
    bad = run(checklist, ["import", str(changed)])
    assert bad.exit_code == 1
    assert ":1:1: The key “format” is missing." in bad.output


def test_the_shipped_libraries_stand_in_the_list(app: Any, unit: Any) -> None:
    unit(lambda session: service.import_shipped(session, at=now()))
    assert unit(lambda session: len(queries.current_editions(session)), "read") == 4
    assert app.test_cli_runner().invoke(checklist, ["list"]).output.count("\treleased\t") == 4
