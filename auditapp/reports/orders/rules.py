"""The life of an order: somebody asks for a file, it is made, it can be fetched, and it is removed one day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text

LOST = timedelta(minutes=2)
"""Without a sign of life the process that made it is gone, and another one begins anew."""
MOST_TRIES = 3
SECONDS = 3
"""Until the page that says how far an order is looks again."""


class OrderState(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    REMOVED = "removed"


class OrderVerb(StrEnum):
    """What can be done with it."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"
    RETRY = "retry"
    REMOVE = "remove"


STEPS: Mapping[tuple[OrderState, OrderVerb], OrderState] = {
    (OrderState.WAITING, OrderVerb.BEGIN): OrderState.MAKING,
    (OrderState.MAKING, OrderVerb.BEGIN): OrderState.MAKING,  # whoever made it before is gone
    (OrderState.MAKING, OrderVerb.FINISH): OrderState.READY,
    (OrderState.MAKING, OrderVerb.FAIL): OrderState.FAILED,
    (OrderState.FAILED, OrderVerb.RETRY): OrderState.WAITING,
    (OrderState.WAITING, OrderVerb.REMOVE): OrderState.REMOVED,
    (OrderState.MAKING, OrderVerb.REMOVE): OrderState.REMOVED,
    (OrderState.READY, OrderVerb.REMOVE): OrderState.REMOVED,
    (OrderState.FAILED, OrderVerb.REMOVE): OrderState.REMOVED,
}
OPEN = frozenset({OrderState.WAITING, OrderState.MAKING})
STATE_WORDS: Mapping[OrderState, Text] = {
    OrderState.WAITING: Text("Waiting"),
    OrderState.MAKING: Text("Being made"),
    OrderState.READY: Text("Ready"),
    OrderState.FAILED: Text("Failed"),
    OrderState.REMOVED: Text("Removed"),
}
STATE_TONES: Mapping[OrderState, str] = {
    OrderState.WAITING: "on_track",
    OrderState.MAKING: "on_track",
    OrderState.READY: "done",
    OrderState.FAILED: "overdue",
    OrderState.REMOVED: "quiet",
}


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order as pages show it; rooms add what is theirs. ``done`` of ``total``: how far it is."""

    id: UUID
    state: OrderState
    ordered_by_id: UUID
    ordered_by: str
    ordered_at: datetime
    done: int
    total: int
    size: int
    sha256: str
    error: str
    made_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether something comes of it yet."""
        return self.state in OPEN


def file_name(order_id: UUID, ending: str = "zip") -> str:
    """How its file is called where it lies."""
    return f"{order_id.hex}.{ending}"


def wants_making(state: OrderState, beat_at: datetime, at: datetime) -> bool:
    """Whether it is somebody's to make now: nobody has begun, or who began is gone."""
    return state is OrderState.WAITING or (state is OrderState.MAKING and at - beat_at > LOST)
