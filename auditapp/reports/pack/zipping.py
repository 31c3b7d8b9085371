"""A pack as a zip file: stored as it is, without a clock, so that its bytes follow from what is in it alone.

Nothing is compressed. PDFs, photos and office files are compressed already; and a zip whose every byte follows from its files
can be proved as a whole (see checking.py), whichever version of a compressor made it.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from auditapp.kit.storage import CHUNK
from auditapp.reports.zips import FIRST

Source = Callable[[], IO[bytes]]


def info_of(path: str, size: int) -> zipfile.ZipInfo:
    """The head of an entry: the same on every machine at every time."""
    info = zipfile.ZipInfo(path, FIRST)
    info.compress_type = zipfile.ZIP_STORED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    info.file_size = size
    return info


class Packer:
    """Writes a pack entry by entry; memory does not grow with what is in it."""

    def __init__(self, target: IO[bytes]) -> None:
        """Into an open, seekable file that is empty."""
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)

    def add(self, path: str, source: IO[bytes], size: int) -> str:
        """Put a file in; gives the SHA-256 of what went in. Raises ValueError when it is not ``size`` bytes long."""
        hasher, done = hashlib.sha256(), 0
        with self._zip.open(info_of(path, size), "w") as entry:
            while chunk := source.read(CHUNK):
                hasher.update(chunk)
                entry.write(chunk)
                done += len(chunk)
        if done != size:
            message = f"{path} is {done} bytes long, not {size}"
            raise ValueError(message)
        return hasher.hexdigest()

    def close(self) -> None:
        """Write the list at the end."""
        self._zip.close()


def same(one: IO[bytes], other: IO[bytes]) -> bool:
    """Whether two files hold the same bytes."""
    one.seek(0)
    other.seek(0)
    while True:
        left, right = one.read(CHUNK), other.read(CHUNK)
        if left != right:
            return False
        if not left:
            return True


def require_room(folder: Path, size: int) -> None:
    """Raises OSError when there is no room for that many bytes and a little more."""
    if shutil.disk_usage(folder).free < size + 64 * CHUNK:
        raise OSError(28, os.strerror(28))
