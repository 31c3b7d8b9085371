"""Frozen dataclasses to canonical JSON and back, driven by their annotations.

Canonical means: keys sorted, no spaces, UTF-8, dates as ISO 8601, moments in UTC. The same values always give
the same bytes, so that their SHA-256 stands for them.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
LATER: Mapping[str, bool] = types.MappingProxyType({"later": True})
"""Metadata of a field that came after reports were issued: while empty it is left out, so their hashes hold."""


class Unreadable(ValueError):
    """The JSON is not what the class describes; the message names the place."""


def dump(value: Any) -> bytes:
    """Canonical JSON of a frozen dataclass.

    Raises ``ValueError`` for a naive moment and ``TypeError`` for a type that has no place in a report.
    """
    text = json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8", "replace")  # a lone surrogate becomes "?": it has no UTF-8


def load(kind: type[T], data: bytes) -> T:
    """Read ``kind`` back. Unknown keys and wrong types raise :class:`Unreadable`; a missing key takes its default."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    return typing.cast("T", _typed(kind, raw, "report"))


def plain(value: Any) -> Any:
    """The JSON value (dicts, lists, strings, numbers) of a frozen dataclass."""
    return _plain(value)


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one return per kind of value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            message = "a moment in a report needs a zone"
            raise ValueError(message)
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) or "later" not in field.metadata
        }
    message = f"{type(value).__name__} has no place in a report"
    raise TypeError(message)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _typed(kind: Any, raw: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if raw is None:
            return None
        (kind,) = [each for each in typing.get_args(kind) if each is not type(None)]
        return _typed(kind, raw, where)
    if origin is tuple:
        if not isinstance(raw, list):
            raise Unreadable(f"{where}: a list is needed")
        item = typing.get_args(kind)[0]
        return tuple(_typed(item, each, f"{where}[{index}]") for index, each in enumerate(raw))
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast("type", kind), raw, where)
    return _scalar(kind, raw, where)


def _record(kind: type, raw: Any, where: str) -> Any:
    if not isinstance(raw, dict):
        raise Unreadable(f"{where}: an object is needed")
    hints = _hints(kind)
    unknown = sorted(raw.keys() - hints.keys())
    if unknown:
        raise Unreadable(f"{where}: unknown keys {unknown}")
    values = {key: _typed(hints[key], value, f"{where}.{key}") for key, value in raw.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise Unreadable(f"{where}: {error}") from error


def _scalar(kind: Any, raw: Any, where: str) -> Any:
    try:
        if kind is datetime and isinstance(raw, str):
            moment = datetime.fromisoformat(raw)
            if moment.tzinfo is None:
                raise Unreadable(f"{where}: a moment needs a zone")
            return moment
        if kind is date and isinstance(raw, str):
            return date.fromisoformat(raw)
        if isinstance(kind, type) and issubclass(kind, StrEnum) and isinstance(raw, str):
            return kind(raw)
    except ValueError as error:
        raise Unreadable(f"{where}: {error}") from error
    if type(raw) is kind:
        return raw
    raise Unreadable(f"{where}: {getattr(kind, '__name__', kind)} is needed, not {type(raw).__name__}")
