"""How a tablet stands, and what an operation says in words. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from auditapp.audits.execution.rules import (
    FIELD_LABELS,
    GRADE_LABELS,
    RESULT_LABELS,
    AnswerField,
    Grade,
    Result,
)
from auditapp.audits.tablet.sync.rules import Kind
from auditapp.kit.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """One person's copy of an audit on one device, or what came of theirs without one (``copied`` is false)."""

    device_id: UUID
    device: str
    agent: str
    person_id: UUID
    person: str
    copied: bool
    heard_at: datetime
    taken_at: datetime | None = None
    departed_at: datetime | None = None
    removed_at: datetime | None = None
    oldest_at: datetime | None = None
    unsent: int = 0
    photos: int = 0  # that it says it still holds
    bytes: int = 0
    came: int = 0
    refused: int = 0
    coming: int = 0  # photos whose row is here and whose picture is not

    @property
    def status(self) -> tuple[Text, str]:
        """One word on how it stands, and its tone."""
        if self.unsent or self.photos:
            return Text("Not all is sent"), "attention"
        if self.coming:
            return Text("Photos are missing"), "attention"
        if self.departed_at is not None:
            return Text("Away with a copy"), "attention"
        if self.removed_at is not None:
            return Text("Removed from the tablet"), "quiet"
        return Text("All is here"), "done"


def content(kind: Kind, body: Mapping[str, Any]) -> str:
    """What somebody wrote, in words; empty for what has none."""
    if kind is Kind.ANSWER:
        return _answer(str(body.get("field", "")), body.get("value", ""))
    if kind in {Kind.FINDING, Kind.FINDING_CHANGE}:
        grade = str(body.get("grade", ""))
        label = str(GRADE_LABELS[Grade(grade)]) if grade in {one.value for one in Grade} else grade
        return _joined(label, body.get("statement"))
    if kind is Kind.PHOTO:
        original = body.get("original")
        return _joined(body.get("title") or (original.get("name") if isinstance(original, dict) else ""))
    if kind is Kind.ADDRESS:
        return _joined(body.get("title"), body.get("address"))
    if kind in {Kind.OPENING, Kind.CLOSING}:
        signatures = body.get("signatures")
        names = [
            one.get("name", "")
            for one in (signatures if isinstance(signatures, list) else [])
            if isinstance(one, dict)
        ]
        signed = str(Text("Signed by %(names)s", names=", ".join(map(str, names)))) if names else ""
        return _joined(body.get("participants"), body.get("notes"), signed)
    return _joined(body.get("title"), body.get("reason"))


def body_of(text: str) -> Mapping[str, Any]:
    """The body of an operation that was kept as its text."""
    found = json.loads(text)["body"]
    return found if isinstance(found, dict) else {}


def question_in(body: Mapping[str, Any]) -> UUID | None:
    """The question that an operation is about."""
    try:
        return UUID(str(body.get("question")))
    except ValueError:
        return None


def _answer(field: str, value: object) -> str:
    if field not in {one.value for one in AnswerField}:
        return _joined(field, value)
    if field == AnswerField.RESULT.value and str(value) in {one.value for one in Result}:
        value = str(RESULT_LABELS[Result(str(value))])
    if field == AnswerField.FLAGGED.value:
        value = str(Text("yes") if value is True or str(value) in {"1", "true"} else Text("no"))
    return f"{FIELD_LABELS[AnswerField(field)]}: {value}"


def _joined(*parts: object) -> str:
    return ": ".join(str(part) for part in parts if part)
