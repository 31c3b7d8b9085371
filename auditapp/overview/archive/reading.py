"""An archive is read: everything in it is checked against its manifest before anything is believed. No database."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from auditapp.kit.storage import CHUNK
from auditapp.kit.text import Text
from auditapp.overview.archive.manifest import KEPT, NAME, BadArchive, Entry, Manifest, read, table_name
from auditapp.overview.archive.tables import Shape, shapes
from auditapp.overview.archive.values import WrongValueError, decoder
from auditapp.trail.rules import Anchor, Break, Link, breaks

LONGEST_MANIFEST = 1 << 30
LONGEST_LINE = 1 << 28
Row = dict[str, Any]
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError)
_FOREIGN = (NotImplementedError, RuntimeError)  # packed or locked in a way that no archive is


class Archive:
    """An archive that is open. Its parts are read one after the other, never whole."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        """Read the manifest. Raises BadArchive."""
        self._zip = opened
        self.manifest = self._manifest()

    def _manifest(self) -> Manifest:
        try:
            info = self._zip.getinfo(NAME)
            if info.file_size > LONGEST_MANIFEST:
                raise BadArchive(Text("Its manifest is too large to be one."))
            return read(self._zip.read(info))
        except KeyError:
            raise BadArchive(
                Text("This is a zip file, but no archive of auditapp: it has no manifest.json.")
            ) from None
        except (*_BROKEN, *_FOREIGN) as error:
            raise BadArchive(Text("Its manifest is damaged: %(why)s", why=str(error))) from None

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """One of its parts. Raises BadArchive for what is damaged, also while it is read."""
        try:
            source = self._zip.open(name)
        except KeyError:
            raise BadArchive(Text("%(name)s is missing in it.", name=name)) from None
        except (*_BROKEN, *_FOREIGN) as error:
            raise BadArchive(Text("%(name)s in it is damaged: %(why)s", name=name, why=str(error))) from None
        try:
            with source:
                yield source
        except _BROKEN as error:
            raise BadArchive(Text("%(name)s in it is damaged: %(why)s", name=name, why=str(error))) from None

    def names(self) -> list[str]:
        """Every part there is."""
        return self._zip.namelist()

    def rows(self, shape: Shape) -> Iterator[Row]:
        """The rows of a table as the database takes them. Raises BadArchive naming the line that cannot be taken."""
        readers = {
            one.name: decoder(shape.clause.c[one.name].type, nullable=bool(one.nullable))
            for one in shape.columns
        }
        with self.part(table_name(shape.name)) as source:
            number = 0
            while text := source.readline(LONGEST_LINE):
                number += 1
                yield _row(shape, readers, text, number)


def _row(shape: Shape, readers: dict[str, Callable[[Any], Any]], text: bytes, number: int) -> Row:
    at = {"table": shape.name, "line": number}
    try:
        given = json.loads(text)
    except ValueError:
        raise BadArchive(Text("Line %(line)s of table %(table)s is no JSON.", **at)) from None
    if not isinstance(given, dict) or given.keys() != readers.keys():
        raise BadArchive(Text("Line %(line)s of table %(table)s has not the columns of this version.", **at))
    found = {}
    for name, reader in readers.items():
        try:
            found[name] = reader(given[name])
        except WrongValueError as error:
            raise BadArchive(
                Text(
                    "Line %(line)s of table %(table)s, column %(column)s: %(why)s.",
                    column=name,
                    why=str(error),
                    **at,
                )
            ) from None
    return found


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive in a file. Raises BadArchive for what is none."""
    try:
        with zipfile.ZipFile(path) as found:
            yield Archive(found)
    except (zipfile.BadZipFile, zipfile.LargeZipFile):
        raise BadArchive(
            Text("This is no archive, or only a part of one: it is no whole zip file.")
        ) from None


def faults(archive: Archive, tell: Callable[[int, int], None] | None = None) -> Iterator[str]:
    """Everything that is not as the manifest says, in sentences; nothing for a whole archive. Reads all of it once."""
    wanted = archive.manifest.entries
    there = archive.names()
    for name in sorted(set(there) - set(wanted) - {NAME}):
        yield str(Text("%(name)s stands in it and not in its manifest.", name=name))
    if len(there) != len(set(there)):
        yield str(Text("Something stands in it twice."))
    for name in sorted(set(wanted) - set(there)):
        yield str(Text("%(name)s is missing in it.", name=name))
    sizes = {name: len(wanted) for name in wanted}
    for number, (name, entry) in enumerate(sorted(wanted.items()), 1):
        if name in there:
            yield from _part_faults(archive, name, entry)
        if tell is not None:
            tell(number, sizes[name])


def _part_faults(archive: Archive, name: str, entry: Entry) -> Iterator[str]:
    hasher, size, lines = hashlib.sha256(), 0, 0
    try:
        with archive.part(name) as source:
            while chunk := source.read(CHUNK):
                hasher.update(chunk)
                size += len(chunk)
                lines += chunk.count(b"\n")
                if size > entry.size:
                    break
    except BadArchive as error:
        yield str(error.text)
        return
    if (size, hasher.hexdigest()) != (entry.size, entry.sha256):
        yield str(Text("%(name)s was changed after the archive was made.", name=name))
    elif lines != getattr(entry, "rows", lines):
        yield str(Text("%(name)s has another number of rows than the manifest says.", name=name))
    elif name.startswith(KEPT) and name != KEPT + entry.sha256:
        yield str(Text("%(name)s has not the name of its content.", name=name))


def trail_breaks(archive: Archive) -> Iterator[Break]:
    """Every place where the trail in it does not hold. Raises BadArchive when it cannot be read."""
    known = {one.name: one for one in shapes()}
    facts, personal = archive.rows(known["trail_fact"]), archive.rows(known["trail_personal"])
    head = archive.manifest.trail
    anchors = [Anchor(seq=head.seq, hash=head.hash)] if head is not None else []
    yield from breaks(_links(facts, personal), anchors)


class _Fact:
    """A row of the trail, by the names of its columns."""

    def __init__(self, row: Row) -> None:
        self.__dict__.update(row)


def _links(facts: Iterator[Row], personal: Iterator[Row]) -> Iterator[tuple[Link, str | None, str | None]]:
    waiting = next(personal, None)
    for row in facts:
        while waiting is not None and waiting["seq"] < row["seq"]:
            waiting = next(personal, None)
        mine = waiting if waiting is not None and waiting["seq"] == row["seq"] else None
        link = cast("Link", _Fact(row))
        yield (link, mine["salt"], mine["payload"]) if mine is not None else (link, None, None)


def differences(one: Archive, other: Archive) -> list[str]:
    """What differs between two archives, but for the stamp: nothing when they hold the same."""
    found = []
    for name, (left, right) in {
        "revision": (one.manifest.revision, other.manifest.revision),
        "organization": (one.manifest.organization, other.manifest.organization),
        "trail": (one.manifest.trail, other.manifest.trail),
    }.items():
        if left != right:
            found.append(name)
    parts, others = one.manifest.entries, other.manifest.entries
    return found + sorted(name for name in set(parts) | set(others) if parts.get(name) != others.get(name))
