"""A site with Slack, on both databases and in both ways to be reached."""

import os
import shutil

import psycopg
import pytest

from tests.bots.slack.world import slack_world
from tests.conftest import settings_for
from tests.uncommitted import watch as watch_commits


@pytest.fixture
def settings(request, tmp_path):
    """Settings of an installation with an empty database of the newest migration; ``param``: the database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "auditapp.sqlite3")
        yield settings_for(tmp_path)
        return
    folder = request.getfixturevalue("postgres_server")
    name = f"s_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_auditapp STRATEGY file_copy")
    yield settings_for(tmp_path, f"postgresql+psycopg://postgres:@/{name}?host={folder}")
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def world(request, settings, monkeypatch):
    """The world; ``param``: whether it is reached by its socket."""
    with slack_world(
        settings,
        monkeypatch,
        socket_mode=getattr(request, "param", "http") == "socket",
        prepare=watch_commits,
    ) as made:
        yield made
