"""The path of a nonconformity’s life, and what belongs to which round. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.text import Text

S = NcStatus


class StepState(StrEnum):
    """Where a step of the path lies from here."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


STEP_WORDS: Mapping[StepState, Text] = {
    StepState.DONE: Text("done"),
    StepState.HERE: Text("now"),
    StepState.AHEAD: Text("to come"),
}
# The eight steps, the statuses that stand in each, and the moment in the row that ends it.
PATH: tuple[tuple[Text, frozenset[NcStatus], str], ...] = (
    (Text("Raised"), frozenset({S.DRAFT}), "issued_at"),
    (Text("Acknowledgement"), frozenset({S.ISSUED, S.DISPUTED}), "acknowledged_at"),
    (Text("Correction and containment"), frozenset({S.CONTAINMENT}), "contained_at"),
    (Text("Cause and extent"), frozenset({S.CAUSE}), "cause_done_at"),
    (
        Text("Action plan"),
        frozenset({S.PLANNING, S.PLAN_SUBMITTED, S.PLAN_RETURNED}),
        "plan_accepted_at",
    ),
    (Text("Implementation"), frozenset({S.IMPLEMENTING}), ""),
    (Text("Verification"), frozenset({S.VERIFICATION}), "verified_at"),
    (Text("Effectiveness check"), frozenset({S.EFFECTIVENESS}), "closed_at"),
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the path; ``at``: when it was done, if that is kept."""

    name: Text
    state: StepState
    at: datetime | None = None


def path_of(status: NcStatus, moments: Mapping[str, datetime | None]) -> list[Step]:
    """The eight steps as they lie from ``status``; ``moments`` by the names in ``PATH``. Withdrawn: none."""
    if status is S.WITHDRAWN:
        return []
    here = next((place for place, (_, statuses, _) in enumerate(PATH) if status in statuses), len(PATH))
    return [
        Step(
            name=name,
            state=StepState.DONE if place < here else StepState.HERE if place == here else StepState.AHEAD,
            at=moments.get(moment) if place < here else None,
        )
        for place, (name, _, moment) in enumerate(PATH)
    ]


# What will stand on the page when the present step is done, said where it will stand.
AWAITED: Mapping[NcStatus, Text] = {
    S.CONTAINMENT: Text(
        "What was put right at once, and what keeps it from doing harm meanwhile, will stand here."
    ),
    S.CAUSE: Text("The causes, and where else it may occur, will stand here."),
    S.PLANNING: Text("The actions that remove the cause will stand here."),
    S.PLAN_RETURNED: Text("The actions that remove the cause will stand here."),
    S.VERIFICATION: Text("What the verifier looked at, and what they say, will stand here."),
    S.EFFECTIVENESS: Text("What the check of the effect shows will stand here."),
}


class OfRound(Protocol):
    """A row that belongs to a round."""

    @property
    def round(self) -> int:
        """From 1; one more each time the nonconformity was reopened."""


R = TypeVar("R", bound=OfRound)


def by_round(rows: Iterable[R]) -> dict[int, list[R]]:
    """Rows by their round, in the order given."""
    found: dict[int, list[R]] = {}
    for row in rows:
        found.setdefault(row.round, []).append(row)
    return found


def earlier_rounds(now: int, *grouped: Mapping[int, object]) -> list[int]:
    """The rounds before the present one that have anything to show, newest first."""
    return sorted({number for one in grouped for number in one if number < now}, reverse=True)
