"""What may be chosen for a pack, and what its order says. Its life is that of every order. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.reports.orders import rules


class Purpose(StrEnum):
    """What a pack is for."""

    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    SURVEILLANCE = "surveillance"
    OTHER = "other"


PURPOSE_LABELS: Mapping[Purpose, Text] = {
    Purpose.STAGE_1: Text("Stage 1"),
    Purpose.STAGE_2: Text("Stage 2"),
    Purpose.SURVEILLANCE: Text("Surveillance visit"),
    Purpose.OTHER: Text("Something else"),
}
REPORTS_OF: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.STAGE_1: ("readiness", "gap", "stage-1", "programme"),
    Purpose.STAGE_2: ("readiness", "stage-2", "concerns", "programme", "nonconformities"),
    Purpose.SURVEILLANCE: (
        "readiness",
        "surveillance",
        "certificate",
        "programme",
        "nonconformities",
        "trends",
    ),
    Purpose.OTHER: ("readiness",),
}
"""The reports that are offered with a purpose; each can be taken out, and others put in."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What is to be in a pack. ``relationships``: their ids; audits whose report was issued since that day."""

    purpose: Purpose
    standard: str
    reports: tuple[str, ...]
    relationships: tuple[UUID, ...]
    since: date
    audits: bool = True
    plans: bool = True
    documents: bool = True
    confidential: bool = False

    def to_json(self) -> dict[str, Any]:
        """A JSON value that :meth:`from_json` reads back."""
        return {
            "purpose": self.purpose.value,
            "standard": self.standard,
            "reports": list(self.reports),
            "relationships": [str(one) for one in self.relationships],
            "since": self.since.isoformat(),
            "audits": self.audits,
            "plans": self.plans,
            "documents": self.documents,
            "confidential": self.confidential,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Chosen":
        """What :meth:`to_json` kept."""
        return cls(
            purpose=Purpose(kept["purpose"]),
            standard=kept["standard"],
            reports=tuple(kept["reports"]),
            relationships=tuple(UUID(one) for one in kept["relationships"]),
            since=date.fromisoformat(kept["since"]),
            audits=kept["audits"],
            plans=kept["plans"],
            documents=kept["documents"],
            confidential=kept["confidential"],
        )


@dataclass(frozen=True, kw_only=True)
class Order(rules.Order):
    """An order as the pages show it and the job makes it. ``manifest_sha256``: what the pack proves itself by."""

    ref: str
    chosen: Chosen
    files: int
    manifest_sha256: str

    @property
    def file(self) -> str:
        """How its file is called where it lies."""
        return rules.file_name(self.id)
