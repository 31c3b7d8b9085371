"""An archive is written: one read of the whole database, row by row, and the kept files after it."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.storage import CHUNK, Store
from auditapp.kit.text import Text
from auditapp.overview.archive.contents import LEFT_OUT, LEFT_ROWS, left_columns
from auditapp.overview.archive.manifest import (
    FORMAT,
    KEPT,
    NAME,
    Entry,
    Head,
    Manifest,
    TableEntry,
    table_name,
    written,
)
from auditapp.overview.archive.tables import Shape, count, kept_files, revision, rows, shapes, strangers
from auditapp.overview.archive.values import encoder, line
from auditapp.people.model import Organization
from auditapp.trail import service as trail

FIRST = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the earliest moment that a zip file can hold: an archive's entries have no other
LEVEL = 6
Tell = Callable[[int, int], None]  # how much is done, of how much


def _nobody(done: int, total: int) -> None:
    del done, total


@dataclass
class _Entry:
    """An entry that is being written: what goes in is counted and hashed."""

    target: IO[bytes]
    size: int = 0
    hasher: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        self.target.write(data)
        self.hasher.update(data)
        self.size += len(data)


@contextmanager
def _entry(made: zipfile.ZipFile, name: str, *, packed: bool) -> Iterator[_Entry]:
    info = zipfile.ZipInfo(name, FIRST)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.create_system = 3  # whatever machine this is
    info.external_attr = 0o600 << 16
    with made.open(info, "w", force_zip64=True) as target:
        yield _Entry(target=target)


def export(
    session: Session,
    store: Store,
    target: IO[bytes],
    *,
    at: datetime,
    app: str,
    passwords: bool = True,
    tell: Tell = _nobody,
) -> Manifest:
    """Write the whole organization to ``target``, which can be sought in; gives what it holds.

    Runs inside one reading unit of work: everything in it is of the same moment, while people go on working.
    The same state gives the same bytes but for the stamp in the manifest. Raises Refusal when the database is not that
    of this program.
    """  # fmt: skip
    connection = session.connection()
    _require_ours(connection)
    found = session.scalar(sa.select(Organization.name))
    if found is None:
        raise NotFound(Text("There is no organization here yet, so there is nothing to put into an archive."))
    chosen = sorted(shapes(passwords=passwords), key=lambda one: one.name)
    names = list(kept_files(connection))
    total = sum(count(connection, one) for one in chosen) + len(names)
    done = 0

    def step(much: int) -> None:
        nonlocal done
        done += much
        tell(done, total)

    with zipfile.ZipFile(target, "w", allowZip64=True, compresslevel=LEVEL) as made:
        tables = {one.name: _write_table(made, connection, one, step) for one in chosen}
        files: dict[str, Entry] = {}
        missing: list[str] = []
        for sha256 in names:
            if store.whole(sha256):
                files[sha256] = _write_file(made, store, sha256)
            else:
                missing.append(sha256)
            step(1)
        head = trail.head(session)
        manifest = Manifest(
            format=FORMAT,
            app=app,
            revision=revision(connection),
            organization=found,
            stamp=at,
            passwords=passwords,
            trail=Head(seq=head.seq, hash=head.hash) if head is not None else None,
            tables=tables,
            files=files,
            left_out=reasons(passwords=passwords),
            missing=missing,
        )
        with _entry(made, NAME, packed=True) as entry:
            entry.write(written(manifest))
    return manifest


def _require_ours(connection: Connection) -> None:
    if unknown := strangers(connection):
        raise Refusal(
            Text(
                "The database and this program do not know the same tables (%(names)s). Bring both to the same version first: "
                "auditapp db upgrade.",
                names=", ".join(unknown),
            )
        )


def _write_table(made: zipfile.ZipFile, connection: Connection, shape: Shape, step: Callable[[int], None]) -> TableEntry:  # fmt: skip
    encoders = [(one.name, encoder(shape.clause.c[one.name].type)) for one in shape.columns]
    number = 0
    with _entry(made, table_name(shape.name), packed=True) as entry:
        for row in rows(connection, shape):
            entry.write(
                line({name: encode(value) for (name, encode), value in zip(encoders, row, strict=True)})
            )
            number += 1
            step(1)
    return TableEntry(size=entry.size, sha256=entry.hasher.hexdigest(), rows=number)


def _write_file(made: zipfile.ZipFile, store: Store, sha256: str) -> Entry:
    with _entry(made, KEPT + sha256, packed=False) as entry, store.path(sha256).open("rb") as source:
        while chunk := source.read(CHUNK):
            entry.write(chunk)
    return Entry(size=entry.size, sha256=entry.hasher.hexdigest())


def reasons(*, passwords: bool) -> dict[str, str]:
    """What is not in an archive, and why, in English: the same in everybody's."""

    def english(text: Text) -> str:
        return text.translate(lambda msgid: msgid)

    found = {name: english(why) for name, why in LEFT_OUT.items()}
    found |= {f"{table}.{column}": english(one.why) for (table, column), one in left_columns(passwords=passwords).items()}  # fmt: skip
    found |= {f"{table} ({one.column}: {one.start}…)": english(one.why) for table, one in LEFT_ROWS.items()}
    return dict(sorted(found.items()))
