"""Everything the program keeps goes out or is named as left out: nothing is forgotten when a table or column comes."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from auditapp.kit.db import current_session, db, mode, run_unit
from auditapp.kit.orm import Base
from auditapp.overview.archive.contents import (
    FILES,
    GO_OUT,
    LEFT_COLUMNS,
    LEFT_OUT,
    LEFT_ROWS,
    NO_FILES,
    PASSWORDS,
    SECRETIVE,
    not_ours,
)
from auditapp.overview.archive.tables import shapes
from auditapp.overview.archive.values import encoder
from auditapp.trail.service import record
from tests.house.test_migrations import fill, tables
from tests.overview.archive.conftest import taken, written

COLUMNS = {(table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns}
TRAIL = {"trail_fact", "trail_personal"}
HELP = "decide in auditapp/overview/archive/contents.py"


def test_what_is_named_is_there():
    named = {*LEFT_COLUMNS, *PASSWORDS, *GO_OUT, *NO_FILES, *((one.table, one.column) for one in FILES)}
    named |= {(one.table, one.there) for one in FILES if one.there}
    named |= {(table, one.column) for table, one in LEFT_ROWS.items()}
    assert named - COLUMNS == set()
    assert set(LEFT_OUT) - set(Base.metadata.tables) == set()


def test_every_column_that_looks_like_a_secret_is_decided_about():
    looks = {
        (table, name)
        for table, name in COLUMNS
        if any(word in name for word in SECRETIVE) and table not in LEFT_OUT
    }
    assert looks - set(LEFT_COLUMNS) - set(GO_OUT) == set(), HELP
    assert set(GO_OUT) - looks <= set(COLUMNS)


def test_every_hash_is_a_kept_file_or_named_as_none():
    hashes = {(table, name) for table, name in COLUMNS if "sha256" in name and table not in LEFT_OUT}
    assert hashes == {(one.table, one.column) for one in FILES} | set(NO_FILES), HELP


def test_nothing_that_goes_out_refers_to_what_stays():
    left = set(LEFT_OUT)
    refers = {
        (shape.name, column.name)
        for shape in shapes()
        for column in shape.columns
        for key in column.foreign_keys
        if key.column.table.name in left
    }
    assert refers == set(), HELP


def test_no_table_counts_by_itself():
    """Numbers are given out by the table ``counter``; a sequence of the database would have to be set after an import."""
    assert [one.name for one in Base.metadata.tables.values() if one.autoincrement_column is not None] == []


def test_every_type_of_column_is_known():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            encoder(column.type)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_every_column_of_the_database_goes_out_and_comes_in(kind, installations, tmp_path):
    app = installations(kind)
    with app.app_context(), mode("write"):
        found = {name: table for name, table in tables().items() if not not_ours(name)}
        fill(found, set(found) - TRAIL)
    with app.app_context():
        work = lambda: record(  # noqa: E731
            current_session(), actor_id=None, at=datetime(2026, 3, 2, tzinfo=UTC), verb="x.y", thing_kind="x",
            thing_id="1", thing_ref="1", personal={"name": "Ü"},
        )  # fmt: skip
        run_unit(work, "write")
        db.session.remove()
    path = written(app, tmp_path / "one.zip")
    with zipfile.ZipFile(path) as archive:
        rows = {
            name: archive.read(name).splitlines() for name in archive.namelist() if name.startswith("tables/")
        }
    assert [name for name, lines in rows.items() if len(lines) != 1] == [], "each table has a row"
    out = {(name[7:-6], column) for name, lines in rows.items() for column in json.loads(lines[0])}
    here = {(table.name, column.name) for table in found.values() for column in table.columns}
    stays = set(LEFT_COLUMNS) | {(table, name) for table, name in here if table in LEFT_OUT}
    assert here - stays == out, HELP

    again = taken(installations("sqlite" if kind == "postgres" else "postgres"), path)
    assert written(again, tmp_path / "two.zip").read_bytes() == path.read_bytes()
    with again.app_context():
        assert run_unit(lambda: _instead(current_session()), "read") == ("", "dead", "archive_imported")


def _instead(session):
    team = Base.metadata.tables["slack_team"]
    plain = sa.type_coerce(team.c.state, sa.String)
    return tuple(session.execute(sa.select(team.c.token, plain, team.c.reason)).one())
