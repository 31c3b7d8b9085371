"""An archive is taken into an empty installation: checked first, the kept files, then every row in one unit of work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from auditapp.kit.errors import Refusal
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.overview.archive.manifest import KEPT, BadArchive, Manifest
from auditapp.overview.archive.reading import Archive, faults, trail_breaks
from auditapp.overview.archive.tables import BATCH, Shape, revision, shapes, strangers
from auditapp.trail import service as trail
from auditapp.trail.rules import Anchor

Tell = Callable[[int, int], None]
# What the clock of an installation may have written before anybody set it up: taken away at an import.
BEGUN_BY_ITSELF = ("job_mark", "feed_state", "site_setting")
MOST_SHOWN = 5


class NotEmpty(Refusal):
    """There is an organization here already."""


class OtherVersion(Refusal):
    """The archive is of another version of the program."""


def require_empty(connection: Connection) -> None:
    """Raises NotEmpty when anything stands in the database that an import would mix with."""
    there = set(sa.inspect(connection).get_table_names())
    for shape in shapes():
        if shape.name in BEGUN_BY_ITSELF or shape.name not in there:
            continue
        if connection.scalar(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(shape.clause)))):
            raise NotEmpty(
                Text(
                    "An archive can be taken only into an empty installation; here, the table %(table)s has rows. Name "
                    "another AUDITAPP_DATA_DIR (and AUDITAPP_DATABASE_URL) and import there. Nothing was changed.",
                    table=shape.name,
                )
            )


def require_version(here: str, manifest: Manifest) -> None:
    """Raises OtherVersion unless the archive stands at the migration of this database; says what to do."""
    theirs = manifest.revision
    if theirs == here:
        return
    if theirs < here:
        raise OtherVersion(
            Text(
                "This archive was made by version %(app)s at migration %(theirs)s; this one is at %(here)s. Install version "
                "%(app)s beside this one, import there into an empty installation, then bring its database to this version "
                "(auditapp db upgrade) and go on with it, or export it anew. Nothing was changed.",
                app=manifest.app, theirs=theirs, here=here,
            )
        )  # fmt: skip
    raise OtherVersion(
        Text(
            "This archive was made by the newer version %(app)s at migration %(theirs)s; this one is at %(here)s. Install "
            "that version here first. Nothing was changed.",
            app=manifest.app, theirs=theirs, here=here,
        )
    )  # fmt: skip


def require_whole(archive: Archive) -> None:
    """Raises BadArchive with what is wrong, if anything is. Reads all of it."""
    found = list(faults(archive))
    found = found or [one.message for one in trail_breaks(archive)]
    if found:
        shown = " ".join(found[:MOST_SHOWN]) + (" …" if len(found) > MOST_SHOWN else "")
        raise BadArchive(
            Text("This archive is not as it was made: %(faults)s Nothing was changed.", faults=shown)
        )


def keep_files(archive: Archive, store: Store) -> None:
    """Put the kept files of the archive into the store: whole before any row names them. Raises BadArchive."""
    for sha256 in archive.manifest.files:
        if store.whole(sha256):
            continue
        with archive.part(KEPT + sha256) as source:
            if store.put(source)[0] != sha256:
                raise BadArchive(Text("%(name)s has not the name of its content.", name=KEPT + sha256))


def take(session: Session, archive: Archive, tell: Tell = lambda *_: None) -> None:
    """Every row of the archive, in the caller's one writing unit: all or nothing. The kept files must be here already.

    Raises Refusal when the database is not empty or of another version, BadArchive when a row cannot be taken or the
    trail does not hold afterwards.
    """
    connection = session.connection()
    if unknown := strangers(connection):
        raise OtherVersion(
            Text(
                "The database and this program do not know the same tables (%(names)s): auditapp db upgrade.",
                names=", ".join(unknown),
            )
        )
    require_version(revision(connection), archive.manifest)
    require_empty(connection)
    chosen = shapes(passwords=archive.manifest.passwords)
    if missing := sorted({one.name for one in chosen} ^ set(archive.manifest.tables)):
        raise BadArchive(Text("It has not the tables of this version: %(names)s.", names=", ".join(missing)))
    for shape in chosen:
        if shape.name in BEGUN_BY_ITSELF:
            connection.execute(sa.delete(shape.clause))
    done = 0
    with _own_keys_later(connection, chosen):
        for shape in chosen:
            for rows in _filled(archive, shape):
                _insert(connection, shape, rows)
                done += len(rows)
                tell(done, archive.manifest.rows)
    session.expire_all()
    head = archive.manifest.trail
    anchors = [Anchor(seq=head.seq, hash=head.hash)] if head is not None else []
    if broken := list(trail.verify(session, anchors)):
        raise BadArchive(Text("The trail does not hold after the import: %(why)s", why=broken[0].message))


def _filled(archive: Archive, shape: Shape) -> Iterator[list[dict[str, Any]]]:
    rows = ({**row, **shape.instead} for row in archive.rows(shape))
    while some := list(islice(rows, BATCH)):
        yield some


def _insert(connection: Connection, shape: Shape, rows: list[dict[str, Any]]) -> None:
    try:
        connection.execute(sa.insert(shape.clause), rows)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}:
            raise  # the unit is repeated
        raise BadArchive(
            Text(
                "A row of table %(table)s cannot be taken: %(why)s. Nothing was changed.",
                table=shape.name,
                why=str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__,
            )
        ) from error


@contextmanager
def _own_keys_later(connection: Connection, chosen: list[Shape]) -> Iterator[None]:
    """Rows may refer to later rows of their own table while they come in; at the end all must be there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until the unit ends
        yield
        if astray := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise _astray(str(astray[0]))
        return
    quote = connection.dialect.identifier_preparer.quote
    keys = [(one.name, quote(one.name), quote(str(key.name))) for one in chosen for key in one.own_keys()]

    def each(what: str) -> None:
        for _, table, key in keys:
            connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {key} {what}")

    each("DEFERRABLE INITIALLY DEFERRED")
    yield
    try:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        raise _astray(str(getattr(getattr(error.orig, "diag", None), "table_name", ""))) from error
    each("NOT DEFERRABLE")


def _astray(table: str) -> BadArchive:
    return BadArchive(
        Text(
            "A row of table %(table)s refers to one that is not in the archive. Nothing was changed.",
            table=table,
        )
    )
