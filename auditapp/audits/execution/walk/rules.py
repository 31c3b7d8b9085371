"""How answers are merged when several auditors write at once, and what a question's card must know. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auditapp.audits.execution.rules import AnswerField, Result, is_answered
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

LONGEST = 20_000  # characters of one field
Value = str | bool
FIELD_NAMES = frozenset(field.value for field in AnswerField)
EMPTY: Mapping[AnswerField, Value] = {
    field: Result.NOT_ASKED.value
    if field is AnswerField.RESULT
    else False
    if field is AnswerField.FLAGGED
    else ""
    for field in AnswerField
}


class Merged(StrEnum):
    """What becomes of a value that was sent."""

    SAME = "same"  # it already stands: nothing to do
    SAVED = "saved"  # it was written by somebody who knew what stood there
    UNTOUCHED = "untouched"  # the sender only sent back what the page had shown
    CONFLICT = "conflict"  # somebody else was faster: both values are kept


def merge(*, current: Value, version: int, base: int, sent: Value, shown: bool = False) -> Merged:
    """What to do with ``sent``, written on top of version ``base`` of a field that is at ``version`` now.

    ``shown``: the value is the one that the sender's page had shown (a plain form sends back all its fields).
    """
    if sent == current:
        return Merged.SAME
    if shown:
        return Merged.UNTOUCHED
    return Merged.SAVED if base == version else Merged.CONFLICT


def cleaned(field: AnswerField, value: object) -> Value:
    """The value as it is kept. Raises Invalid naming the field when it cannot be kept."""
    if field is AnswerField.FLAGGED:
        return value is True or str(value) in {"1", "true", "True", "on", "yes"}
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    if field is AnswerField.RESULT:
        try:
            return Result(text).value
        except ValueError:
            raise Invalid(Text("Choose one of the answers."), field=field.value) from None
    if len(text) > LONGEST:
        raise Invalid(
            Text(
                "This is %(count)s characters long; at most %(most)s can be kept.",
                count=len(text),
                most=LONGEST,
            ),
            field=field.value,
        )
    if any((ord(char) < 32 and char not in "\n\t") or 0xD800 <= ord(char) <= 0xDFFF for char in text):  # noqa: PLR2004 - ASCII controls, surrogates
        raise Invalid(
            Text("This contains control characters that cannot be kept. Please type it again."),
            field=field.value,
        )
    return text


@dataclass(frozen=True, slots=True)
class Base:
    """What the sender's page knew of a field: its version and a digest of the value shown."""

    version: int = 0
    digest: str = ""


def stamp(
    person_id: UUID, at: datetime, device_id: UUID | None = None, written_at: datetime | None = None
) -> list[str]:
    """Who saved a field and when; from a tablet also on which and when it was written there."""
    origin = [str(device_id), written_at.isoformat()] if device_id and written_at else []
    return [str(person_id), at.isoformat(), *origin]


@dataclass(frozen=True, slots=True)
class Origin:
    """A stamp as it is read: ``device_id`` and ``written_at`` only of what came from a tablet."""

    person_id: UUID
    at: datetime
    device_id: UUID | None = None
    written_at: datetime | None = None


def read_stamp(kept: Sequence[str]) -> Origin:
    """The reverse of :func:`stamp`."""
    person, at, *origin = kept
    if not origin:
        return Origin(UUID(person), datetime.fromisoformat(at))
    return Origin(
        UUID(person), datetime.fromisoformat(at), UUID(origin[0]), datetime.fromisoformat(origin[1])
    )


def token(version: int, value: Value) -> str:
    """A field's version and the digest of its value, as a page carries it and sends it back."""
    return f"{version}.{_digest(value)}"


def read_tokens(text: str) -> dict[str, Base]:
    """``note=3.0f…,result=1.9a…`` to what the page knew; fields that are left out were empty and at version 0.

    Raises Invalid for anything else.
    """
    found: dict[str, Base] = {}
    for part in filter(None, text.split(",")):
        field, _, known = part.partition("=")
        version, _, digest = known.partition(".")
        if field not in FIELD_NAMES or not version.isascii() or not version.isdigit() or len(version) > 9:  # noqa: PLR2004 - a page never knows a billion versions
            raise Invalid(Text("This page is of another version. Reload it and send it again."))
        found[field] = Base(int(version), digest)
    return found


def write_tokens(values: Mapping[AnswerField, Value], versions: Mapping[str, int]) -> str:
    """The reverse of :func:`read_tokens` for the fields that were ever saved."""
    return ",".join(
        f"{field.value}={token(versions[field], value)}"
        for field, value in values.items()
        if versions.get(field)
    )


def was_shown(base: Base, field: AnswerField, sent: Value) -> bool:
    """Whether ``sent`` is what the page had shown for the field."""
    return base.digest == _digest(sent) if base.version else sent == EMPTY[field]


def version_known(base: Base, version: int, current: Value) -> int:
    """The version that the sender knew; -1 when the number is the present one and the value was another.

    A server that came back from a backup counts some versions twice.
    """
    twice = base.version == version and base.digest and base.digest != _digest(current)
    return -1 if twice else base.version


def _digest(value: Value) -> str:
    return hashlib.blake2b(str(value).encode(), digest_size=9).hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a part of the walk is."""

    done: int
    total: int

    @property
    def word(self) -> Text:
        """In words."""
        return Text("%(done)s of %(total)s", done=self.done, total=self.total)


def progress(answers: Iterable[tuple[Result, str]]) -> Progress:
    """Over (result, reason) pairs."""
    states = [is_answered(result, reason) for result, reason in answers]
    return Progress(sum(states), len(states))
