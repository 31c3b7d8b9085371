"""Values of rows as JSON has them, and back: the same text whichever database they come from. Pure.

Moments are ISO 8601 in UTC, days ISO 8601, bytes base64, UUIDs their 36 characters, enums exactly as the database holds them,
JSON values themselves with sorted keys.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auditapp.kit.orm import Json, UTCDateTime

BIG = 1e16  # from here on JSON writes a float with an exponent, and JSONB gives it back without
LONGEST = 2**63


class WrongValueError(Exception):
    """A value that the column cannot hold; the message says why."""


def plain(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """The type by which a column is read and written here: an enum as the text it is kept as. Raises TypeError."""
    if isinstance(kind, sa.Enum):
        return sa.String(kind.length)
    _codec(kind)
    return kind


def line(row: dict[str, Any]) -> bytes:
    """A row as a line of its file."""
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def encoder(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    """What makes a value of this type one of JSON."""
    encode = _codec(kind)[0]
    return lambda value: None if value is None else encode(value)


def decoder(kind: sa.types.TypeEngine[Any], *, nullable: bool) -> Callable[[Any], Any]:
    """What makes a value of this type out of one of JSON. Raises WrongValueError for what no such column holds."""
    decode = _codec(kind)[1]

    def read(value: Any) -> Any:
        if value is None:
            if not nullable:
                raise WrongValueError("it may not be empty")
            return None
        try:
            return decode(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise WrongValueError(str(error)) from None

    return read


def _instance(wanted: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not wanted:
            raise WrongValueError(f"{wanted.__name__} expected, not {type(value).__name__}")
        return value

    return read


def _whole(value: Any) -> int:
    found: int = _instance(int)(value)
    if not -LONGEST <= found < LONGEST:
        raise WrongValueError("the number is too large")
    return found


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongValueError("a number expected")
    return float(value)


def _text(most: int | None) -> Callable[[Any], Any]:
    def read(value: Any) -> str:
        found: str = _instance(str)(value)
        # SQLite would take both; PostgreSQL takes neither.
        if "\0" in found:
            raise WrongValueError("a text with the character NUL in it")
        if most is not None and len(found) > most:
            raise WrongValueError(f"{len(found)} characters where {most} are allowed")
        return found

    return read


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise WrongValueError("a moment without a zone")
    return found


def _steady(value: Any) -> Any:
    """A JSON value as both databases give it back."""
    if isinstance(value, float) and abs(value) >= BIG and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _steady(one) for key, one in value.items()}
    return [_steady(one) for one in value] if isinstance(value, list) else value


def _json(value: Any) -> Any:
    if "\\u0000" in json.dumps(value):
        raise WrongValueError("a text with the character NUL in it")
    return value


def _same(value: Any) -> Any:
    return value


def _codec(kind: sa.types.TypeEngine[Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """How a type is written and read. Raises TypeError for one that nobody thought of."""
    if isinstance(kind, UTCDateTime):
        return (lambda moment: moment.astimezone(UTC).isoformat()), _moment
    if isinstance(kind, Json):
        return _steady, _json
    simple: tuple[tuple[type, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
        (sa.Uuid, str, UUID),
        (sa.Date, lambda day: day.isoformat(), date.fromisoformat),
        (sa.LargeBinary, lambda raw: base64.b64encode(raw).decode(), lambda text: base64.b64decode(text, validate=True)),
        (sa.Boolean, bool, _instance(bool)),
        (sa.String, _same, _text(kind.length if isinstance(kind, sa.String) else None)),
        (sa.Integer, int, _whole),
        (sa.Float, float, _number),
        (sa.Numeric, str, Decimal),
    )  # fmt: skip
    for known, encode, decode in simple:
        if isinstance(kind, known):
            return encode, decode
    message = f"archives do not know columns of {kind!r} yet"
    raise TypeError(message)
