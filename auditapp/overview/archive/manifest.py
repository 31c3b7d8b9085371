"""The first thing that is read of an archive: what it is, of whom, when, and the size and hash of everything in it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints, TypeAdapter, ValidationError

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text

FORMAT = 1  # a reader refuses a higher one
NAME = "manifest.json"
TABLES, KEPT = "tables/", "files/"  # where the tables and the kept files stand in it
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class BadArchive(Refusal):
    """This file is no archive, or not as it was made."""

    status = 422


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something in an archive: its size in bytes, and its SHA-256."""

    size: int
    sha256: Sha256


@dataclass(frozen=True, kw_only=True)
class TableEntry(Entry):
    """A table: how many rows it has too."""

    rows: int


@dataclass(frozen=True, kw_only=True)
class Head:
    """The newest fact of the trail."""

    seq: int
    hash: Sha256


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds.

    ``revision``: the migration its tables stand at; ``stamp``: when the snapshot was taken; ``passwords``: whether their
    hashes are in it; ``left_out``: what is not, with the reason; ``missing``: kept files that rows name and that were not
    there, or damaged, when it was made.
    """

    format: int
    app: str
    revision: str
    organization: str
    stamp: AwareDatetime
    passwords: bool
    trail: Head | None
    tables: Mapping[str, TableEntry]
    files: Mapping[str, Entry]
    left_out: Mapping[str, str]
    missing: Sequence[str]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.tables.values())

    @property
    def parts(self) -> int:
        """How much there is to do with it: rows and files."""
        return self.rows + len(self.files)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Everything in the archive but the manifest, by its name there."""
        return {
            **{table_name(name): entry for name, entry in self.tables.items()},
            **{KEPT + name: entry for name, entry in self.files.items()},
        }


_AS_JSON = TypeAdapter(Manifest)


def table_name(table: str) -> str:
    """Where a table stands in an archive."""
    return f"{TABLES}{table}.jsonl"


def written(manifest: Manifest) -> bytes:
    """The bytes of ``manifest.json``: the same for the same content."""
    # Not by way of the model: a mapping's order is that of the writer, which is sorted.
    kept = asdict(manifest) | {"stamp": manifest.stamp.isoformat()}
    return _JSON.dump_json(kept, indent=1) + b"\n"


_JSON: TypeAdapter[object] = TypeAdapter(object)


def read(data: bytes) -> Manifest:
    """The manifest in ``data``. Raises BadArchive."""
    try:
        head = TypeAdapter(_Format).validate_json(data)
        if head.format > FORMAT:
            raise BadArchive(
                Text(
                    "This archive has format %(theirs)s; this program reads up to %(ours)s. Import it with the newer "
                    "version %(app)s that made it.",
                    theirs=head.format,
                    ours=FORMAT,
                    app=head.app,
                )
            )
        return _AS_JSON.validate_json(data)
    except ValidationError as error:
        raise BadArchive(
            Text("Its manifest cannot be read: %(why)s", why=str(error.errors()[0]["msg"]))
        ) from None


@dataclass(frozen=True, kw_only=True)
class _Format:
    format: int
    app: str = "?"


def stamped(moment: datetime) -> str:
    """A moment as file names have it."""
    return moment.strftime("%Y%m%d-%H%M%S")
