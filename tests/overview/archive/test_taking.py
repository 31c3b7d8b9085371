"""What is refused at an import, and that a refused one leaves nothing."""

import hashlib
import json
import zipfile

import pytest
import sqlalchemy as sa

from auditapp.kit.app import VERSION
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.orm import Base
from auditapp.overview.archive.manifest import NAME
from auditapp.overview.archive.reading import faults, opened, trail_breaks
from auditapp.overview.archive.taking import NotEmpty, OtherVersion, require_version, take
from auditapp.overview.archive.writing import export
from auditapp.people.model import Account, Organization, Person, Setting
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.overview.archive.conftest import STAMP, taken, written

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def unit(app, work, kind="read"):
    with app.app_context():
        return run_unit(lambda: work(current_session()), kind)


@pytest.fixture
def small(installations, tmp_path):
    """An archive of an organization with few people."""
    app = installations("sqlite")
    unit(app, lambda session: [make_person(session, name=name) for name in ("Ada", "Grace")], "write")
    return written(app, tmp_path / "small.zip")


def changed(path, how, *, believe=False):
    """The archive with its parts changed by ``how(parts)``; ``believe``: the manifest made to fit."""
    with zipfile.ZipFile(path) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    manifest = json.loads(parts[NAME])
    how(parts, manifest)
    if believe:
        for name, entry in manifest["tables"].items():
            data = parts[f"tables/{name}.jsonl"]
            entry.update(size=len(data), sha256=hashlib.sha256(data).hexdigest(), rows=data.count(b"\n"))
    parts[NAME] = json.dumps(manifest).encode()
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return target


def test_only_an_empty_installation_takes_one(small, installations):
    app = taken(installations("sqlite"), small)
    with pytest.raises(NotEmpty, match="only into an empty installation"):
        taken(app, small)


@pytest.mark.parametrize("kind", BOTH)
def test_what_the_clock_of_an_empty_installation_wrote_does_not_matter(small, installations, kind):
    app = installations(kind)
    unit(app, lambda session: session.add(Setting(key="reminders.news", value=0)), "write")
    taken(app, small)
    assert unit(app, lambda session: session.scalar(sa.select(sa.func.count()).select_from(Person))) == 2


def test_another_version_is_told_what_to_do(small):
    with opened(small) as archive:
        manifest = archive.manifest
    require_version(manifest.revision, manifest)
    with pytest.raises(OtherVersion, match=f"Install version {VERSION} beside this one"):
        require_version("9999", manifest)
    with pytest.raises(OtherVersion, match="newer version"):
        require_version("0001", manifest)


def _no_people(parts, _):
    parts["tables/person.jsonl"] = b""


def _one_byte(parts, _):
    parts["tables/person.jsonl"] = parts["tables/person.jsonl"].replace(b"Grace", b"Gracx")


def _gone(parts, _):
    del parts["tables/person.jsonl"]


def _more(parts, _):
    parts["tables/../../x"] = b"x"


def _newer(_, manifest):
    manifest["format"] = 99


def _no_sense(_, manifest):
    manifest["tables"] = 3


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (_no_people, "person.jsonl was changed"),
        (_one_byte, "person.jsonl was changed"),
        (_gone, "person.jsonl is missing"),
        (_more, "not in its manifest"),
        (_newer, "format 99"),
        (_no_sense, "manifest cannot be read"),
    ],
)
def test_a_changed_archive_is_told_before_anything_is_believed(small, installations, how, said):
    app = installations("sqlite")
    with pytest.raises(Refusal, match=said):
        taken(app, changed(small, how))
    assert unit(app, lambda session: session.scalar(sa.select(sa.func.count()).select_from(Fact))) == 0


@pytest.mark.parametrize("cut", [0, 10, 2000, -1])
def test_a_part_of_an_archive_is_none(small, tmp_path, cut):
    path = tmp_path / "part.zip"
    path.write_bytes(small.read_bytes()[:cut])
    with pytest.raises(Refusal, match="no whole zip file"), opened(path):
        pass


def _too_long(parts, _):
    parts["tables/person.jsonl"] = parts["tables/person.jsonl"].replace(b"Grace", b"G" * 201)


def _nul(parts, _):
    parts["tables/person.jsonl"] = parts["tables/person.jsonl"].replace(b"Grace", b"Gra\\u0000ce")


def _no_number(parts, _):
    parts["tables/person.jsonl"] = parts["tables/person.jsonl"].replace(b'"version":1', b'"version":"1"')


def _no_column(parts, _):
    parts["tables/person.jsonl"] = parts["tables/person.jsonl"].replace(b'"version":1', b'"revision":1')


def _twice(parts, _):
    parts["tables/person.jsonl"] += parts["tables/person.jsonl"]


def _orphans(parts, _):
    parts["tables/person.jsonl"] = b""


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("how", "said"),
    [
        (_too_long, "column name: 201 characters"),
        (_nul, "NUL"),
        (_no_number, "column version: int expected"),
        (_no_column, "not the columns"),
        (_twice, "A row of table person cannot be taken"),
        (_orphans, "row of table .* cannot be taken|refers to one that is not in the archive"),
    ],
)
def test_a_row_that_cannot_be_taken_leaves_nothing(small, installations, kind, how, said):
    app = installations(kind)
    with pytest.raises(Refusal, match=said):
        taken(app, changed(small, how, believe=True))
    counts = unit(
        app,
        lambda session: [
            session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (Organization, Person, Account)
        ],
    )
    assert counts == [0, 0, 0]
    taken(app, small)


def test_a_rewritten_trail_is_found_whatever_the_manifest_says(demo, installations, tmp_path):
    def rewrite(parts, _):
        lines = parts["tables/trail_fact.jsonl"].splitlines(keepends=True)
        lines[7] = lines[7].replace(b'"verb":"', b'"verb":"not.', 1)
        parts["tables/trail_fact.jsonl"] = b"".join(lines)

    def cut(parts, _):
        parts["tables/trail_personal.jsonl"] = b""
        parts["tables/trail_fact.jsonl"] = b"".join(
            parts["tables/trail_fact.jsonl"].splitlines(keepends=True)[:-1]
        )

    good = written(demo, tmp_path / "demo.zip")
    app = installations("sqlite")
    for how, said in ((rewrite, "was changed"), (cut, "the end was cut off")):
        bad = changed(good, how, believe=True)
        with opened(bad) as archive:
            assert list(faults(archive)) == []
            assert len(list(trail_breaks(archive))) >= 1
        with pytest.raises(Refusal, match=said):
            taken(app, bad)
        with pytest.raises(Refusal, match=said), opened(bad) as archive:
            unit(app, lambda session, archive=archive: take(session, archive), "write")
    assert unit(app, lambda session: session.scalar(sa.select(sa.func.count()).select_from(Person))) == 0


@pytest.mark.parametrize("kind", BOTH)
def test_an_export_is_of_one_moment_while_people_work(small, installations, kind, tmp_path):
    app = taken(installations(kind), small)
    before = written(app, tmp_path / "before.zip").read_bytes()
    late = []

    def meanwhile(_done, _total):
        if not late:
            late.append(unit(app, lambda session: make_person(session, name="Late"), "write"))

    path = tmp_path / "during.zip"
    with path.open("w+b") as target:
        store = app.extensions["auditapp_store"]
        unit(app, lambda session: export(session, store, target, at=STAMP, app=VERSION, tell=meanwhile))
    assert path.read_bytes() == before
    assert written(app, tmp_path / "after.zip").read_bytes() != before
    assert late


def test_without_passwords_nobody_has_one(small, installations, tmp_path):
    app = taken(installations("sqlite"), small)
    unit(
        app, lambda session: session.execute(sa.update(Account).values(password_hash="$argon2id$x")), "write"
    )
    path = written(app, tmp_path / "bare.zip", passwords=False)
    assert b"argon2id" not in path.read_bytes()
    with zipfile.ZipFile(path) as found:
        assert b"argon2id" not in found.read("tables/account.jsonl")
    again = taken(installations("sqlite"), path)
    hashes = unit(again, lambda session: session.scalars(sa.select(Account.password_hash)).all())
    assert hashes == ["", ""]


def test_what_the_reader_knows_is_what_the_program_knows(small):
    with opened(small) as archive:
        assert set(archive.manifest.tables) < set(Base.metadata.tables)
        assert archive.manifest.stamp == STAMP < now()
