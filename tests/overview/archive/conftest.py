"""Installations to export from and to import into, on both databases."""

import io
import os
import shutil
from datetime import UTC, datetime

import psycopg
import pytest

from auditapp.kit.app import VERSION
from auditapp.kit.db import current_session, db, run_unit
from auditapp.overview.archive.reading import opened
from auditapp.overview.archive.taking import keep_files, require_whole, take
from auditapp.overview.archive.writing import export
from bots.slack import model as slack_model
from tests.conftest import build, settings_for

KNOWN = (slack_model,)  # the tables of the bots are in the database, whoever asks
STAMP = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
def installations(request, sqlite_template, tmp_path):
    """Makes empty installations: ``make("sqlite")``, ``make("postgres")``."""
    made, names = [], []

    def make(kind):
        folder = tmp_path / f"installation-{len(made)}"
        folder.mkdir()
        url = ""
        if kind == "sqlite":
            shutil.copy(sqlite_template, folder / "auditapp.sqlite3")
        else:
            server = request.getfixturevalue("postgres_server")
            name = f"a_{os.getpid()}_{len(made)}_{abs(hash(request.node.nodeid)) % 10**9}"
            with psycopg.connect(
                f"host={server} user=postgres dbname=postgres", autocommit=True
            ) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template_auditapp STRATEGY file_copy")
            names.append((server, name))
            url = f"postgresql+psycopg://postgres:@/{name}?host={server}"
        made.append(build(settings_for(folder, url)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    for server, name in names:
        with psycopg.connect(f"host={server} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def demo(demonstration, tmp_path):
    """The demonstration organization on SQLite."""
    shutil.copytree(demonstration, tmp_path / "demo")
    app = build(settings_for(tmp_path / "demo"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def written(app, path, *, at=STAMP, **more):
    """An archive of an installation in ``path``."""
    target = io.BytesIO()
    store = app.extensions["auditapp_store"]
    with app.app_context():
        run_unit(lambda: export(current_session(), store, target, at=at, app=VERSION, **more), "read")
    path.write_bytes(target.getvalue())
    return path


def taken(app, path):
    """Take an archive into an installation, as the command does."""
    with opened(path) as archive, app.app_context():
        require_whole(archive)
        keep_files(archive, app.extensions["auditapp_store"])
        run_unit(lambda: take(current_session(), archive), "write")
    return app
