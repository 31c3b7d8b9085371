"""Proving a pack without the site: every file against the manifest, and the zip itself against its files."""

import hashlib
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.reports.pack.manifest import LARGEST, NAME, Entry, Manifest, read
from auditapp.reports.pack.zipping import Packer, same


class FaultKind(StrEnum):
    """What can be wrong with a pack."""

    NOT_A_PACK = "not a pack"
    MANIFEST = "manifest"
    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"
    TWICE = "twice"
    CONTAINER = "container"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong, by the path it belongs to."""

    kind: FaultKind
    path: str
    message: Text


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found. ``manifest`` is ``None`` when none could be read; a pack without faults is as it was made."""

    manifest: Manifest | None
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether it is exactly what was made."""
        return self.manifest is not None and not self.faults


def check(
    source: IO[bytes],
    *,
    manifest_sha256: str = "",
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Checked:
    """Prove an open file. ``manifest_sha256``: what the manifest must have, as the site told it; ``tell``: bytes done, of all.

    Reads no more of a file than its manifest allows, unpacks nothing, and needs as much room in the temporary folder as the pack takes.
    """
    try:
        with zipfile.ZipFile(source) as pack:
            return _checked(pack, source, manifest_sha256, tell)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        UnicodeDecodeError,
        ValueError,
    ):
        return _none(Text("This is not a pack: it is no zip file, or it was damaged."))


def _none(message: Text, kind: FaultKind = FaultKind.NOT_A_PACK) -> Checked:
    return Checked(manifest=None, faults=(Fault(kind=kind, path="", message=message),))


def _checked(
    pack: zipfile.ZipFile, source: IO[bytes], wanted: str, tell: Callable[[int, int], None]
) -> Checked:
    infos = pack.infolist()
    found = {info.filename: info for info in infos}
    head = found.get(NAME)
    if head is None:
        return _none(Text("There is no manifest in it: this is not a pack."))
    if head.compress_type != zipfile.ZIP_STORED or head.file_size > LARGEST or head.flag_bits & 1:
        return _none(Text("Its manifest is not kept as a pack keeps one: somebody changed it."))
    try:
        manifest = read(pack.read(head))
    except Invalid as wrong:
        return _none(wrong.text, FaultKind.MANIFEST)
    faults: list[Fault] = []
    if wanted and manifest.sha256 != wanted.strip().lower():
        faults.append(
            Fault(kind=FaultKind.MANIFEST, path=NAME, message=Text("The hash of the manifest is not the one that the site shows: this is another pack, or a changed one."))
        )  # fmt: skip
    counts = Counter(info.filename for info in infos)
    faults += [
        Fault(kind=FaultKind.TWICE, path=name, message=Text("is in the file twice"))
        for name, count in sorted(counts.items())
        if count > 1
    ]
    known = {one.path for one in manifest.entries} | {NAME}
    faults += [
        Fault(kind=FaultKind.EXTRA, path=name, message=Text("is not in the manifest"))
        for name in sorted(set(found) - known)
    ]
    if len(known) != len(manifest.entries) + 1:
        faults.append(Fault(kind=FaultKind.MANIFEST, path=NAME, message=Text("names a file twice")))
    total, done = sum(one.size for one in manifest.entries) * 2, 0
    for entry in manifest.entries:
        faults += _entry_faults(pack, found.get(entry.path), entry)
        done += entry.size
        tell(done, total)
    if not faults and not _container_follows(pack, source, infos, tell, total):
        faults.append(
            Fault(kind=FaultKind.CONTAINER, path="", message=Text("Every file is as it was, but the zip file around them was changed."))
        )  # fmt: skip
    return Checked(manifest=manifest, faults=tuple(faults))


def _entry_faults(pack: zipfile.ZipFile, info: zipfile.ZipInfo | None, entry: Entry) -> Iterator[Fault]:
    if info is None:
        yield Fault(kind=FaultKind.MISSING, path=entry.path, message=Text("is missing"))
        return
    changed = Fault(kind=FaultKind.CHANGED, path=entry.path, message=Text("was changed"))
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 or info.file_size != entry.size:
        yield changed
        return
    try:
        if _digest(pack, info) != entry.sha256:
            yield changed
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        yield changed


def _digest(pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    with pack.open(info) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]


def _container_follows(
    pack: zipfile.ZipFile,
    source: IO[bytes],
    infos: list[zipfile.ZipInfo],
    tell: Callable[[int, int], None],
    total: int,
) -> bool:
    """Whether the zip file is, byte for byte, the one that follows from its files in their order."""
    done = total // 2
    with tempfile.TemporaryFile() as again, closing(Packer(again)) as packer:
        for info in infos:
            with pack.open(info) as opened:
                packer.add(info.filename, opened, info.file_size)
            done += info.file_size
            tell(min(done, total), total)
        packer.close()
        return same(source, again)
