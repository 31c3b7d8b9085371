"""`auditapp archive`: out of the demonstration, checked, into a folder with nothing in it, and out again."""

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from auditapp.cli import COMMANDS
from auditapp.kit.db import db
from bots.slack import model as slack_model
from tests.conftest import build, settings_for

KNOWN = (slack_model,)
[ARCHIVE] = [command for command in COMMANDS if command.name == "archive"]
[TRAIL] = [command for command in COMMANDS if command.name == "trail"]


@pytest.fixture
def bare(tmp_path):
    """An installation with nothing in it, not even tables."""
    app = build(settings_for(tmp_path / "bare"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def said(app, command, *arguments, code=0):
    script = ScriptInfo(create_app=lambda: app)
    done = CliRunner().invoke(command, [str(one) for one in arguments], obj=script, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def test_the_commands(demo, bare, tmp_path):
    one, other, later = (tmp_path / f"{name}.zip" for name in ("one", "other", "later"))
    assert "with the hashes of their passwords" in said(demo, ARCHIVE, "export", one)
    assert "is there already" in said(demo, ARCHIVE, "export", one, code=1)
    assert "whole:" in said(None, ARCHIVE, "verify", one)
    assert "Imported; the trail holds" in said(bare, ARCHIVE, "import", one)
    assert "only into an empty installation" in said(bare, ARCHIVE, "import", one, code=1)
    assert "only into an empty installation" in said(demo, ARCHIVE, "import", one, code=1)
    assert "whole:" in said(bare, TRAIL, "verify")
    said(bare, ARCHIVE, "export", other)
    assert "the same" in said(None, ARCHIVE, "compare", one, other)
    said(
        demo, ARCHIVE, "export", later, "--without-passwords"
    )  # an export is a fact itself, after its snapshot
    told = said(None, ARCHIVE, "compare", one, later, code=1).split()
    assert {"trail", "tables/trail_fact.jsonl", "tables/account.jsonl"} <= set(told)
    assert one.stat().st_mode & 0o77 == 0, "nobody else reads it"

    data = bytearray(one.read_bytes())
    data[len(data) // 2] ^= 1
    later.write_bytes(data)
    assert "BROKEN" in said(None, ARCHIVE, "verify", later, code=1)
    later.write_bytes(b"no zip")
    assert "no whole zip file" in said(None, ARCHIVE, "verify", later, code=1)
    assert "cannot be read" in said(None, ARCHIVE, "verify", tmp_path / "nowhere.zip", code=1)
    assert "cannot be written" in said(demo, ARCHIVE, "export", tmp_path / "no" / "where.zip", code=1)


def test_nothing_to_export(bare, tmp_path):
    assert "auditapp db upgrade" in said(bare, ARCHIVE, "export", tmp_path / "x.zip", code=1)
    assert not (tmp_path / "x.zip").exists()
