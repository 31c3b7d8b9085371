"""The life of an order of a pack, and what may be chosen for one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from auditapp.kit.text import Text

LOST = timedelta(minutes=2)
"""Without a sign of life the process that made it is gone, and another one begins anew."""
MOST_TRIES = 3


class PackState(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    REMOVED = "removed"


class PackVerb(StrEnum):
    """What can be done with it."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"
    RETRY = "retry"
    REMOVE = "remove"


STEPS: Mapping[tuple[PackState, PackVerb], PackState] = {
    (PackState.WAITING, PackVerb.BEGIN): PackState.MAKING,
    (PackState.MAKING, PackVerb.BEGIN): PackState.MAKING,  # whoever made it before is gone
    (PackState.MAKING, PackVerb.FINISH): PackState.READY,
    (PackState.MAKING, PackVerb.FAIL): PackState.FAILED,
    (PackState.FAILED, PackVerb.RETRY): PackState.WAITING,
    (PackState.WAITING, PackVerb.REMOVE): PackState.REMOVED,
    (PackState.MAKING, PackVerb.REMOVE): PackState.REMOVED,
    (PackState.READY, PackVerb.REMOVE): PackState.REMOVED,
    (PackState.FAILED, PackVerb.REMOVE): PackState.REMOVED,
}
OPEN = frozenset({PackState.WAITING, PackState.MAKING})
STATE_WORDS: Mapping[PackState, Text] = {
    PackState.WAITING: Text("Waiting"),
    PackState.MAKING: Text("Being made"),
    PackState.READY: Text("Ready"),
    PackState.FAILED: Text("Failed"),
    PackState.REMOVED: Text("Removed"),
}
STATE_TONES: Mapping[PackState, str] = {
    PackState.WAITING: "on_track",
    PackState.MAKING: "on_track",
    PackState.READY: "done",
    PackState.FAILED: "overdue",
    PackState.REMOVED: "quiet",
}


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
class Order:
    """An order as the pages show it and the job makes it. ``manifest_sha256``: what the pack proves itself by."""

    id: UUID
    ref: str
    state: PackState
    chosen: Chosen
    ordered_by_id: UUID
    ordered_by: str
    ordered_at: datetime
    done: int
    total: int
    size: int
    files: int
    manifest_sha256: str
    error: str
    made_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether something comes of it yet."""
        return self.state in OPEN

    @property
    def file(self) -> str:
        """How its file is called where it lies."""
        return f"{self.id.hex}.zip"


def wants_making(state: PackState, beat_at: datetime, at: datetime) -> bool:
    """Whether it is somebody's to make now: nobody has begun, or who began is gone."""
    return state is PackState.WAITING or (state is PackState.MAKING and at - beat_at > LOST)
