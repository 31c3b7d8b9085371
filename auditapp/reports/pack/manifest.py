"""What a pack says of itself: each file with its size and hash. Pure.

The manifest is canonical JSON, so the same content always has the same hash; that hash stands on the site and is told to
whoever gets the pack by another way than the pack itself.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

FORMAT: Final = 1
NAME: Final = "manifest.json"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a manifest: some 250,000 files."""
PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
LONGEST_PATH: Final = 200
SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file: where it is in the pack, what it is, and what it was made of (``source``: a kind and an id of the site)."""

    path: str
    title: str
    group: str
    source: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """Something that belongs to the pack and is not in it, and why."""

    title: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All that is in a pack. ``trail``: number and hash of the newest fact of the site's history at that moment."""

    ref: str
    title: str
    organization: str
    standard: str
    as_of: datetime
    trail: tuple[int, str]
    entries: tuple[Entry, ...]
    withheld: tuple[Withheld, ...] = ()

    def to_bytes(self) -> bytes:
        """As it stands in the pack."""
        return (
            json.dumps(
                {
                    "format": FORMAT,
                    "ref": self.ref,
                    "title": self.title,
                    "organization": self.organization,
                    "standard": self.standard,
                    "as_of": self.as_of.isoformat(),
                    "trail": {"seq": self.trail[0], "hash": self.trail[1]},
                    "files": [vars(one) for one in self.entries],
                    "withheld": [vars(one) for one in self.withheld],
                },
                ensure_ascii=False,
                sort_keys=True,
                indent=1,
            )
            + "\n"
        ).encode()

    @property
    def sha256(self) -> str:
        """The hash of the manifest, which stands for the whole pack."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def read(data: bytes) -> Manifest:
    """The manifest of :meth:`Manifest.to_bytes`. Raises Invalid, with a word on what is wrong."""
    try:
        found = json.loads(data.decode())
        if found["format"] != FORMAT:
            raise Invalid(
                Text("This pack has format %(found)s; this program reads format %(known)s. Use the program that made it, or a newer one.",
                     found=str(found["format"])[:20], known=FORMAT)
            )  # fmt: skip
        made = Manifest(
            ref=_word(found["ref"]),
            title=_word(found["title"]),
            organization=_word(found["organization"]),
            standard=_word(found["standard"]),
            as_of=datetime.fromisoformat(_word(found["as_of"])),
            trail=(_whole(found["trail"]["seq"]), _word(found["trail"]["hash"])),
            entries=tuple(_entry(one) for one in found["files"]),
            withheld=tuple(
                Withheld(title=_word(one["title"]), why=_word(one["why"])) for one in found["withheld"]
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            Text("Its manifest cannot be read: the pack was damaged, or changed by somebody.")
        ) from None
    if made.to_bytes() != data:
        raise Invalid(Text("Its manifest is not written as this program writes one: somebody changed it."))
    return made


def safe_path(path: str) -> bool:
    """Whether a path can be unpacked anywhere without leaving its folder or meaning something else."""
    return (
        len(path) <= LONGEST_PATH
        and PATH.fullmatch(path) is not None
        and not any(_RESERVED.match(part) or part.endswith(".") for part in path.split("/"))
    )


def path_of(*parts: str) -> str:
    """A path of these parts, each cut down to letters, figures, dots and dashes."""
    return "/".join(_part(part) for part in parts)


def _part(text: str) -> str:
    stem, dot, ending = text.rpartition(".")
    stem, ending = (stem, f".{_plain(ending)[:10]}") if dot and stem else (text, "")
    name = f"{_plain(stem)[:60].strip('.-_') or 'file'}{ending}".rstrip(".")
    return f"x{name}" if _RESERVED.match(name) or not name[0].isalnum() else name


def _plain(text: str) -> str:
    return _NOT_IN_A_NAME.sub("-", text).strip("-")


def _entry(found: Any) -> Entry:
    entry = Entry(
        path=_word(found["path"]),
        title=_word(found["title"]),
        group=_word(found["group"]),
        source=_word(found["source"]),
        size=_whole(found["size"]),
        sha256=_word(found["sha256"]),
    )
    if SHA256.fullmatch(entry.sha256) is None or not safe_path(entry.path):
        raise ValueError(entry.path)
    return entry


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value
