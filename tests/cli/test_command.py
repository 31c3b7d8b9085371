"""The `auditapp` command, started as people start it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditapp.config import settings_page

AUDITAPP = Path(sys.executable).with_name("auditapp")
KEY = {"AUDITAPP_SECRET_KEY": "k" * 48}


@pytest.fixture
def auditapp(tmp_path):
    """Run the command in an empty folder; gives exit code and everything it printed."""

    def run(*arguments, **settings):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AUDITAPP_")}
        done = subprocess.run(
            [AUDITAPP, *arguments],
            cwd=tmp_path,
            env=kept | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_missing_setting_is_named(auditapp):
    code, said = auditapp("config", "check")
    assert code == 1
    assert "AUDITAPP_SECRET_KEY: is missing" in said
    assert "Traceback" not in said


def test_every_wrong_setting_is_named_at_once(auditapp):
    wrong = {
        "AUDITAPP_DATABASE_URL": "mysql://x",
        "AUDITAPP_SESSION_DAYS": "0",
        "AUDITAPP_SECRET_KEY": "short",
    }
    code, said = auditapp("run", **wrong)
    assert code == 1
    assert [name for name in wrong if name not in said] == []
    assert "short" not in said.replace("should", ""), "a secret is never printed"
    assert "Traceback" not in said


def test_a_misspelt_setting_is_told(auditapp):
    code, said = auditapp("config", "check", **KEY, AUDITAPP_SESION_DAYS="3")
    assert code == 0
    assert "AUDITAPP_SESION_DAYS" in said


@pytest.mark.parametrize("command", [("config", "check"), ("run", "--port", "0")])
def test_a_folder_or_database_out_of_reach_is_named(auditapp, tmp_path, command):
    (tmp_path / "file").write_text("no folder")
    sqlite = f"sqlite:///{tmp_path}/nowhere/x.sqlite3"
    nobody = "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"
    for name, value in (("DATA_DIR", "file/inside"), ("DATABASE_URL", sqlite), ("DATABASE_URL", nobody)):
        code, said = auditapp(*command, **KEY, **{f"AUDITAPP_{name}": value})
        assert code == 1
        assert f"AUDITAPP_{name}: " in said
        assert "Traceback" not in said
        assert "secret" not in said


def test_the_settings_page_is_printed(auditapp):
    assert auditapp("config", "document") == (0, settings_page())


def test_the_database_goes_up_and_says_where_it_stands(auditapp):
    assert auditapp("db", "upgrade", **KEY)[0] == 0
    code, said = auditapp("db", "current", **KEY)
    assert code == 0
    assert "(head)" in said


def test_the_demonstration_is_loaded_once_and_its_trail_is_whole(auditapp):
    assert auditapp("demo", "load", **KEY)[0] == 0
    code, said = auditapp("trail", "verify", **KEY)
    assert code == 0, said
    assert "whole: " in said
    code, said = auditapp("demo", "load", **KEY)
    assert code == 1
    assert "has an organization already" in said
