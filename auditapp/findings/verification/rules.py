"""What stands in the way of verified work, and of closing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text, day_words

NAMED = 10  # how many actions a refusal names before it says how many more there are


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What has to be settled before work is verified or a nonconformity is closed: numbers and counts.

    ``open_actions``: neither verified nor cancelled with approval. ``open_requests``: actions whose owner waits for a
    decision. ``open_extents``: how many checks of the extent have no result.
    """

    open_actions: Sequence[str] = ()
    open_requests: Sequence[str] = ()
    open_extents: int = 0

    def missing(self) -> list[Text]:
        """All that stands in the way, in words; empty when nothing does."""
        found = []
        if self.open_actions:
            found.append(
                Text(
                    "neither verified nor cancelled with approval: %(actions)s",
                    actions=named(self.open_actions),
                )
            )
        if self.open_requests:
            found.append(
                Text("a request waits for its decision: %(actions)s", actions=named(self.open_requests))
            )
        if self.open_extents:
            found.append(
                Text("checks of where else it occurs without a result: %(count)s", count=self.open_extents)
            )
        return found


def named(refs: Sequence[str]) -> Text | str:
    """Numbers in a sentence; of a long list the first ten and how many more."""
    shown = ", ".join(refs[:NAMED])
    if len(refs) <= NAMED:
        return shown
    return Text("%(shown)s and %(more)s more", shown=shown, more=len(refs) - NAMED)


def require_verifiable(gate: Gate, *, criteria: str) -> None:
    """Raises Refusal naming everything that stands in the way of calling the work verified."""
    missing = gate.missing()
    if not criteria.strip():
        missing.append(
            Text("no criteria for the effectiveness check: return the work, so that the plan can say them")
        )
    if missing:
        raise Refusal(
            Text(
                "The work cannot be verified yet; %(missing)s.",
                missing="; ".join(str(one) for one in missing),
            )
        )


def require_closable(gate: Gate) -> None:
    """Raises Refusal: nothing is closed while something of it is neither verified nor cancelled with approval."""
    missing = gate.missing()
    if missing:
        raise Refusal(
            Text("This cannot be closed yet; %(missing)s.", missing="; ".join(str(one) for one in missing))
        )


def require_day(not_before: date | None, today: date) -> None:
    """Raises Refusal, naming the day, when effectiveness is to be judged too early."""
    if not_before is not None and today < not_before:
        raise Refusal(
            Text(
                "The effect is not checked before %(day)s, so that it can show. Come back then.",
                day=day_words(not_before),
            )
        )


def day_of_check(wanted: date | None, planned: date | None, usual: date, today: date) -> date:
    """The first day of the effectiveness check: as wanted, as planned, or as usual; never a day that is over.

    ``wanted`` may put it off, not bring it forward. Raises Refusal.
    """
    if wanted is None:
        return max(planned or usual, today)
    earliest = max(planned, today) if planned else today
    if wanted < earliest:
        raise Refusal(
            Text(
                "The day of the effectiveness check can be put off, but not brought forward: %(day)s or later.",
                day=day_words(earliest),
            ),
            field="not_before",
        )
    return wanted
