"""What an operation of a tablet must look like, and what a receipt says of it. Pure.

An operation travels as the text that the tablet hashed and is kept as that text: nobody puts it together again, so
one byte more or less shows (docs/adr/0010-tablet-protocol.md).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from auditapp.audits.execution.evidence.rules import is_sha256
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text

MOST = 50  # operations in one request
LONGEST = 400_000  # characters of one operation: a signature is the longest
BACK_AFTER = timedelta(minutes=30)  # heard of so long after it left, a tablet is back
FARTHEST = timedelta(days=3660)  # an offset beyond is a broken clock and no correction


class Kind(StrEnum):
    """What can be done on a tablet."""

    ANSWER = "answer"
    PHOTO = "photo"
    ANNOTATE = "annotate"
    DESCRIBE = "describe"
    WITHDRAW = "withdraw"
    ADDRESS = "address"
    FINDING = "finding"
    FINDING_CHANGE = "finding_change"
    OPENING = "opening"
    CLOSING = "closing"


KIND_LABELS: Mapping[Kind, Text] = {
    Kind.ANSWER: Text("Answer"),
    Kind.PHOTO: Text("Photo"),
    Kind.ANNOTATE: Text("Lines over a photo"),
    Kind.DESCRIBE: Text("Words beside a photo"),
    Kind.WITHDRAW: Text("Photo taken out"),
    Kind.ADDRESS: Text("Link or reference"),
    Kind.FINDING: Text("Finding"),
    Kind.FINDING_CHANGE: Text("Finding changed"),
    Kind.OPENING: Text("Opening meeting"),
    Kind.CLOSING: Text("Closing meeting"),
}


class ReceiptState(StrEnum):
    """What a receipt says. The first four are kept with the operation; the others leave it with the tablet."""

    APPLIED = "applied"
    SAME = "same"
    CONFLICT = "conflict"
    REFUSED = "refused"
    WAITING = "waiting"  # what it stands on is not here yet: send it again later
    REUSED = "reused"  # its number belongs to another operation
    BROKEN = "broken"  # not an operation, or not the text that was hashed
    OTHER_PERSON = "other_person"  # done by somebody who is not signed in here


class Waiting(Refusal):
    """Not yet: what an operation stands on has not come, or the audit is held up by another tablet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An operation as it was read from its text."""

    id: UUID
    device_id: UUID
    seq: int
    previous: str
    audit_id: UUID
    person_id: UUID
    kind: Kind
    written_at: datetime  # by the device's clock, put right by its offset
    body: Mapping[str, Any]
    text: str
    sha256: str

    def uuid(self, name: str) -> UUID | None:
        """An id in the body, ``None`` when it is left out. Raises Invalid."""
        value = self.body.get(name)
        if value in (None, ""):
            return None
        try:
            return UUID(str(value))
        except ValueError:
            raise Invalid(WRONG, field=name) from None

    def words(self, name: str) -> str:
        """A text in the body, empty when it is left out. Raises Invalid for anything else."""
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Invalid(WRONG, field=name)
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment in the body, in UTC. Raises Invalid."""
        value = self.words(name)
        if not value:
            return None
        found = read_moment(value)
        if found is None:
            raise Invalid(WRONG, field=name)
        return found


WRONG = Text("This came from another version of the page. Reload the walk; what is kept is sent again.")


def read_moment(text: str) -> datetime | None:
    """An ISO 8601 moment with its zone, in UTC; ``None`` for anything else."""
    try:
        found = datetime.fromisoformat(text)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def storable(value: Any) -> Any:
    """A value from JSON as a database can keep it: a sign that none can (NUL, half a surrogate pair) becomes “\ufffd”."""
    if isinstance(value, str):
        return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in value)
    if isinstance(value, list):
        return [storable(one) for one in value]
    if isinstance(value, dict):
        return {storable(name): storable(one) for name, one in value.items()}
    return value


def hashed(text: str) -> str:
    """SHA-256 of a text in UTF-8; empty when it has no UTF-8 (half a surrogate pair)."""
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        return ""


def read(text: object, sha256: object) -> Given | None:
    """The operation that a text holds; ``None`` when it is none, or not the text that was hashed."""
    if not isinstance(text, str) or not isinstance(sha256, str) or len(text) > LONGEST or "\0" in text:
        return None
    if not is_sha256(sha256) or hashed(text) != sha256:
        return None
    try:
        told = json.loads(text)
        offset = timedelta(milliseconds=int(told["offset"]))
        at = read_moment(told["at"])
        previous = told["previous"]
        seq = told["seq"]
        good = (
            at is not None
            and abs(offset) <= FARTHEST
            and isinstance(previous, str)
            and (not previous or is_sha256(previous))
            and type(seq) is int
            and 0 < seq < 2**31
            and isinstance(told["body"], dict)
        )
        if at is None or not good:
            return None
        return Given(
            id=UUID(told["id"]),
            device_id=UUID(told["device"]),
            seq=seq,
            previous=previous,
            audit_id=UUID(told["audit"]),
            person_id=UUID(told["person"]),
            kind=Kind(told["kind"]),
            written_at=at + offset,
            body=storable(told["body"]),
            text=text,
            sha256=sha256,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def believed(written_at: datetime, received_at: datetime) -> datetime:
    """When something was written: what the tablet says, but never after it came."""
    return min(written_at, received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a tablet says of itself with every request."""

    unsent: int = 0
    photos: int = 0
    bytes: int = 0
    oldest: datetime | None = None
    taken: bool = False
    departed: bool = False
    removed: bool = False


def read_report(told: object) -> Report:
    """A tablet's report; what is no number counts as none."""
    if not isinstance(told, dict):
        return Report()

    def number(name: str) -> int:
        value = told.get(name)
        return value if type(value) is int and 0 <= value < 2**40 else 0

    oldest = told.get("oldest")
    return Report(
        unsent=min(number("unsent"), 1_000_000),
        photos=min(number("photos"), 1_000_000),
        bytes=number("bytes"),
        oldest=read_moment(oldest) if isinstance(oldest, str) else None,
        taken=told.get("taken") is True,
        departed=told.get("departed") is True,
        removed=told.get("removed") is True,
    )
