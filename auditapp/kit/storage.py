"""Files kept by their SHA-256, on disk before the row that names them is committed.

Temporary file in the same directory, fsync, rename, fsync of the directory: a file that has a row is whole,
whatever is killed when (shared design, section 5; Pillai et al., OSDI 2014).
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

CHUNK = 1 << 20


class Store:
    """A folder of files named by their SHA-256 (64 hex digits), spread over 256 sub-folders."""

    def __init__(self, root: Path) -> None:
        """Use ``root``; it is made when the first file is put."""
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where a file stands or would stand."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):  # noqa: PLR2004 - SHA-256 in hex
            message = "not a SHA-256"
            raise ValueError(message)
        return self.root / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the file is there."""
        return self.path(sha256).is_file()

    def put(self, source: IO[bytes], *, limit: int | None = None) -> tuple[str, int]:
        """Keep a stream; returns its SHA-256 and its size in bytes.

        Raises ``ValueError`` when it is longer than ``limit`` bytes; nothing is kept then.
        The same bytes put twice are kept once.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        hasher = hashlib.sha256()
        size = 0
        handle, name = tempfile.mkstemp(dir=self.root, prefix="incoming-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if limit is not None and size > limit:
                        message = "larger than the limit"
                        raise ValueError(message)
                    hasher.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            final = self.path(hasher.hexdigest())
            final.parent.mkdir(exist_ok=True)
            temporary.replace(final)
            sync_folder(final.parent)
            sync_folder(self.root)
        finally:
            temporary.unlink(missing_ok=True)
        return hasher.hexdigest(), size

    def read(self, sha256: str) -> bytes:
        """The whole file. Raises ``FileNotFoundError`` when it is not there."""
        return self.path(sha256).read_bytes()

    def whole(self, sha256: str) -> bool:
        """Whether the file is there and its bytes, read now, give its name."""
        try:
            with self.path(sha256).open("rb") as source:
                return hashlib.file_digest(source, "sha256").hexdigest() == sha256
        except (FileNotFoundError, ValueError):
            return False

    def scrub(self) -> Iterator[str]:
        """Names of the files whose bytes no longer give their name."""
        for path in sorted(self.root.glob("??/*")):
            with path.open("rb") as source:
                if hashlib.file_digest(source, "sha256").hexdigest() != path.name:
                    yield path.name


def sync_folder(folder: Path) -> None:
    """Let a file's new name last through a power cut."""
    if os.name == "nt":  # pragma: no cover - Windows has no fsync for folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
