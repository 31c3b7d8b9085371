"""Taking a file that somebody sends: checked by its content, drawn anew if it is a picture, put into the store."""

import io
from dataclasses import dataclass
from datetime import date
from typing import IO

from auditapp.kit.contents import PICTURES, media_type, picture
from auditapp.kit.errors import Invalid, TooLarge
from auditapp.kit.storage import Store
from auditapp.kit.text import Text

MEGABYTE = 1024 * 1024
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is in the store already, checked, with its preview if it is a picture."""

    sha256: str
    size: int
    media_type: str
    file_name: str
    preview_sha256: str = ""
    preview_type: str = ""
    width: int = 0
    height: int = 0
    taken_on: date | None = None


def keep_file(store: Store, source: IO[bytes], *, file_name: str, limit_mb: int) -> Kept:
    """Check a file, draw its preview and put both into the store. Slow, and needs no database: call it unlocked.

    Raises TooLarge over ``limit_mb`` megabytes, Invalid for an empty file or one that is not taken.
    """
    size = source.seek(0, io.SEEK_END)
    if size == 0:
        raise Invalid(Text("This file is empty. Choose another one."), field="file")
    if size > limit_mb * MEGABYTE:
        raise TooLarge(
            Text(
                "This file has %(size)s MB; at most %(most)s MB can be kept. Make it smaller or split it.",
                size=-(-size // MEGABYTE),
                most=limit_mb,
            ),
            field="file",
        )
    kind = media_type(source)
    drawn = picture(source, kind) if kind in PICTURES else None
    source.seek(0)
    sha256, size = store.put(source, limit=limit_mb * MEGABYTE)
    name = " ".join("".join(char if char.isprintable() else " " for char in file_name).split())
    name = name.replace("\\", "/").rsplit("/", 1)[-1][-LONGEST_NAME:]
    if drawn is None:
        return Kept(sha256=sha256, size=size, media_type=kind, file_name=name)
    preview, _ = store.put(io.BytesIO(drawn.data))
    return Kept(
        sha256=sha256,
        size=size,
        media_type=kind,
        file_name=name,
        preview_sha256=preview,
        preview_type="image/jpeg",
        width=drawn.width,
        height=drawn.height,
        taken_on=drawn.taken_on,
    )
