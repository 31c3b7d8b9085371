"""Migrations: numbered, up and down one by one with data in every table, and the models are what the last one makes."""

import importlib
import re
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from auditapp.config import ROOT
from auditapp.kit.db import db, mode
from auditapp.kit.fulltext import is_of_the_index
from auditapp.kit.orm import Base
from tests.conftest import build, settings_for
from tests.house.source import python

for model in (*python("auditapp"), *python("bots")):
    if model.name == "model.py":
        importlib.import_module(".".join(model.with_suffix("").parts))

FOLDER = str(ROOT / "migrations")
SCRIPTS = list(reversed(list(ScriptDirectory(FOLDER).walk_revisions())))
REVISIONS = [script.revision for script in SCRIPTS]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare(request, tmp_path):
    """The app on a database with nothing in it, not even tables."""
    url, folder = "", None
    if request.param == "postgres":
        folder = request.getfixturevalue("postgres_server")
        url = f"postgresql+psycopg://postgres:@/bare?host={folder}"
        with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS bare WITH (FORCE)")
            connection.execute("CREATE DATABASE bare")
    app = build(settings_for(tmp_path, url))
    with app.app_context(), mode("write"):
        yield app
        db.session.remove()
        db.engine.dispose()


def tables():
    """What the database itself says it has; Alembic's own table and the text index (tests/kit) left out."""
    metadata = sa.MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection, only=lambda name, _: not is_of_the_index(name))
    return {table.name: table for table in metadata.sorted_tables if table.name != "alembic_version"}


def of_ours(name, kind, _):
    return kind != "table" or not is_of_the_index(name)


SAMPLES = (  # the first that fits; SQLite says CHAR(32) of a UUID
    (sa.LargeBinary, b"\x00\xff"),
    (sa.Boolean, True),
    (sa.LargeBinary, b"\x00\xffbytes"),
    (sa.Uuid, UUID(int=1)),
    (sa.Integer, 1),
    (sa.Float, 1.5),
    (sa.Date, date(2026, 3, 2)),
    (sa.JSON, {"a": [1]}),
    (sa.CHAR, UUID(int=1).hex),
)


def sample(column):
    """A value that fits a column."""
    if isinstance(column.type, sa.DateTime):
        return datetime(2026, 3, 2, 9, 30, tzinfo=UTC if column.type.timezone else None)
    for kind, value in SAMPLES:
        if isinstance(column.type, kind):
            return value
    return ("ü" + column.name)[: column.type.length or 20]


def fill(found, names):
    """One row in each table of ``found`` that has one of these names."""
    rows = {}
    with db.engine.begin() as connection:
        for name, table in found.items():
            row = {}
            for column in table.columns:
                target = next(iter(column.foreign_keys), None)
                if target is not None:
                    if column.nullable and target.column.table.name not in rows:
                        continue
                    row[column.name] = rows[target.column.table.name][target.column.name]
                else:
                    row[column.name] = sample(column)
            rows[name] = row
            if name in names:
                connection.execute(sa.insert(table).values(**row))


def content(found):
    """Every row of every table of ``found``."""
    with db.engine.connect() as connection:
        return {
            name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for name, table in found.items()
        }


def test_files_are_numbered_in_order():
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    names = [script.path.rsplit("/", 1)[-1] for script in SCRIPTS]
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z_]+\.py", name)] == []
    assert [script.down_revision for script in SCRIPTS] == [None, *REVISIONS[:-1]]
    assert [script.path for script in SCRIPTS if len(script.doc) < 10] == [], (
        "each says in a sentence what it does"
    )


def test_models_are_what_the_migrations_make(bare):
    upgrade(directory=FOLDER)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": of_ours})
        assert compare_metadata(context, Base.metadata) == []


def test_each_goes_up_with_data_and_down_again(bare):
    stages = [{}]
    for revision in REVISIONS:
        upgrade(directory=FOLDER, revision=revision)
        found = tables()
        fill(found, set(found) - set(stages[-1]))
        stages.append(content(found))
        assert all(stages[-1].values()), "every table has a row"
    assert set(stages[-1]) == set(Base.metadata.tables)
    for before, revision in zip(reversed(stages[:-1]), reversed([None, *REVISIONS[:-1]]), strict=True):
        downgrade(directory=FOLDER, revision=revision or "base")
        assert content(tables()) == before
    assert tables() == {}
    upgrade(directory=FOLDER)
    assert set(tables()) == set(Base.metadata.tables)


def test_down_leaves_nothing_behind(bare):
    upgrade(directory=FOLDER)
    downgrade(directory=FOLDER, revision="base")
    query = (
        "SELECT name FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite_%'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' "
        "UNION SELECT typname FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = 'public' AND typname NOT LIKE '%alembic%'"
    )
    with db.engine.connect() as connection:
        assert connection.execute(sa.text(query)).all() == []
