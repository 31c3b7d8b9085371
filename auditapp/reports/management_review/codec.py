"""A neutral report as JSON and back: what was issued stays what it was, whatever the tables say later. Pure."""

import json
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.reports.paper import model

FORMAT = "auditapp-paper/1"
_KINDS = {
    one.__name__: one
    for one in (
        model.Bullets, model.Cell, model.Chapter, model.Chart, model.ChartSpec, model.Column, model.Facts, model.Pair,
        model.Para, model.Report, model.Row, model.Table,
    )
}  # fmt: skip


def dumps(report: model.Report) -> str:
    """The report in canonical JSON, its links too."""
    return json.dumps(
        {"format": FORMAT, "report": _out(report)}, ensure_ascii=True, sort_keys=True, separators=(",", ":")
    )


def loads(content: str, sha256: str) -> model.Report:
    """The report that :func:`dumps` wrote. Raises Refusal when it does not say what its fingerprint says."""
    kept = json.loads(content)
    found = _in(kept["report"]) if kept.get("format") == FORMAT else None
    if not isinstance(found, model.Report) or found.fingerprint() != sha256:
        raise Refusal(
            Text(
                "This paper is not the one that was issued: its fingerprint differs. Tell the system manager."
            )
        )
    return found


def _out(value: Any) -> Any:
    if is_dataclass(value):
        return {
            "": type(value).__name__,
            **{each.name: _out(getattr(value, each.name)) for each in fields(value)},
        }
    if isinstance(value, tuple):
        return [_out(each) for each in value]
    if isinstance(value, datetime):
        return {"": "datetime", "of": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"": "date", "of": value.isoformat()}
    if isinstance(value, bytes):
        return {"": "bytes", "of": b64encode(value).decode()}
    return value


def _in(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_in(each) for each in value)
    if not isinstance(value, dict):
        return value
    kind = value.get("", "")
    if kind == "datetime":
        return datetime.fromisoformat(value["of"])
    if kind == "date":
        return date.fromisoformat(value["of"])
    if kind == "bytes":
        return b64decode(value["of"])
    return _KINDS[kind](**{name: _in(each) for name, each in value.items() if name})
