"""What can become of an operation, and why an audit cannot leave the walk yet. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text


class OperationState(StrEnum):
    """What became of an operation that came from a tablet."""

    APPLIED = "applied"
    SAME = "same"  # what it asks for stood already
    CONFLICT = "conflict"  # two values met; both are kept until one is chosen
    REFUSED = "refused"  # a rule does not allow it; kept with its reason


class HoldReason(StrEnum):
    """Why a tablet stands in the way of the closing meeting."""

    UNSENT = "unsent"  # it said that it holds what was not sent
    AWAY = "away"  # it left with a copy and was not heard of since
    PHOTOS = "photos"  # rows are here whose pictures are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Unsent work on one device: whose, how much, since when (the last thing that was heard of it)."""

    device_id: str
    device: str
    person_id: str
    person: str
    reason: HoldReason
    unsent: int = 0
    photos: int = 0
    missing: int = 0  # of the photos, those whose rows are here
    since: datetime

    @property
    def words(self) -> Text:
        """Whose, how much, since when."""
        who = {"device": self.device, "person": self.person, "since": f"{self.since:%Y-%m-%d %H:%M} UTC"}
        if self.reason is HoldReason.AWAY:
            return Text("%(device)s of %(person)s is away with a copy and was last heard of %(since)s", **who)
        if self.reason is HoldReason.PHOTOS:
            return Text(
                "%(photos)s photos of %(person)s are still on a tablet since %(since)s",
                photos=self.photos,
                **who,
            )
        return Text(
            "%(device)s of %(person)s holds %(unsent)s answers and %(photos)s photos since %(since)s",
            unsent=self.unsent,
            photos=self.photos,
            **who,
        )


class HeldError(Refusal):
    """The audit is held up by what a tablet has not sent; the text says whose and how much."""
