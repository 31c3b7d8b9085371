"""Where an output stands, what is missing to move on, and which way a relationship may go. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.relationships.lifecycle.rules.outputs import Output, outputs_of
from auditapp.relationships.rules import STAGES, Stage


class OutputState(StrEnum):
    """An output is open until something shows that it is there, or somebody says why it does not apply."""

    OPEN = "open"
    THERE = "there"
    NOT_APPLICABLE = "not_applicable"


OUTPUT_LABELS: Mapping[OutputState, Text] = {
    OutputState.OPEN: Text("Open"),
    OutputState.THERE: Text("There"),
    OutputState.NOT_APPLICABLE: Text("Not applicable"),
}
OUTPUT_TONES: Mapping[OutputState, str] = {
    OutputState.OPEN: "attention",
    OutputState.THERE: "done",
    OutputState.NOT_APPLICABLE: "quiet",
}


class PassageKind(StrEnum):
    """What happened at a passage."""

    ON = "on"
    BACK = "back"
    DECLINED = "declined"
    REOPENED = "reopened"


PASSAGE_LABELS: Mapping[PassageKind, Text] = {
    PassageKind.ON: Text("Moved on"),
    PassageKind.BACK: Text("Went back"),
    PassageKind.DECLINED: Text("Decided not to collaborate"),
    PassageKind.REOPENED: Text("Reopened"),
}
# Deciding not to collaborate is an outcome of the stages in which nothing is agreed with the partner yet.
EARLY: tuple[Stage, ...] = STAGES[: STAGES.index(Stage.PARTNER_SELECTION) + 1]


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """How far a stage is: ``missing`` in the guide's order, ``total`` outputs with the RMP's update."""

    missing: tuple[Output, ...]
    total: int

    @property
    def there(self) -> int:
        """How many are there, or do not apply."""
        return self.total - len(self.missing)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 * self.there // self.total


def readiness(stage: Stage, states: Mapping[str, OutputState], *, rmp_updated: bool) -> Readiness:
    """What a stage still lacks. ``states`` by key; what is not named is open."""
    wanted = outputs_of(stage)
    missing = tuple(
        one
        for one in wanted
        if (not rmp_updated if one.rmp else states.get(one.key, OutputState.OPEN) is OutputState.OPEN)
    )
    return Readiness(missing=missing, total=len(wanted))


def next_stage(stage: Stage) -> Stage:
    """The stage after this one. Raises Refusal at the last."""
    place = STAGES.index(stage)
    if place + 1 == len(STAGES):
        raise Refusal(
            Text(
                "Exit strategy is the last of the eight stages. The relationship ends with its exit: start it there."
            )
        )
    return STAGES[place + 1]


def earlier_stages(stage: Stage) -> tuple[Stage, ...]:
    """The stages a relationship can go back to, the nearest first."""
    return tuple(reversed(STAGES[: STAGES.index(stage)]))


def must_be_early(stage: Stage) -> None:
    """Refuse to decide against collaborating once the work with the partner has begun."""
    if stage not in EARLY:
        raise Refusal(
            Text(
                "Deciding not to collaborate belongs to the stages up to Partner selection. "
                "From Working together on a relationship ends by its exit strategy."
            )
        )


def must_have_something(state: OutputState, *, note: str, reason: str, links: int) -> tuple[str, Text] | None:
    """What keeps an output from standing so: the field at fault and what to do, or ``None``."""
    if state is OutputState.THERE and not note and not links:
        return "note", Text("Say in a note where it is, or link the document or record that shows it.")
    if state is OutputState.NOT_APPLICABLE and not reason:
        return "reason", Text("Say why this does not apply here. The reason stays on record.")
    return None


def names(outputs: Collection[Output]) -> str:
    """Keys of outputs in a row, for the trail and for refusals."""
    return ", ".join(one.key for one in outputs)
