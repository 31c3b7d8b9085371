"""Triggers of an exit: what would make us think of it, of four kinds, and how each is watched. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.states import step
from auditapp.kit.text import Text


class TriggerKind(StrEnum):
    """Where a change comes from (BS 11000-1 clause 10.3, ISO 44001 8.9.2)."""

    ORGANIZATION = "organization"
    ENVIRONMENT = "environment"
    PERFORMANCE = "performance"
    MARKET = "market"


KIND_LABELS: Mapping[TriggerKind, Text] = {
    TriggerKind.ORGANIZATION: Text("Organization"),
    TriggerKind.ENVIRONMENT: Text("Environment"),
    TriggerKind.PERFORMANCE: Text("Performance"),
    TriggerKind.MARKET: Text("Market"),
}


class TriggerState(StrEnum):
    """How a trigger stands."""

    QUIET = "quiet"
    WATCH = "watch"
    TRIPPED = "tripped"


STATE_LABELS: Mapping[TriggerState, Text] = {
    TriggerState.QUIET: Text("Quiet"),
    TriggerState.WATCH: Text("Watch"),
    TriggerState.TRIPPED: Text("Tripped"),
}
STATE_TONES: Mapping[TriggerState, str] = {
    TriggerState.QUIET: "on_track",
    TriggerState.WATCH: "attention",
    TriggerState.TRIPPED: "overdue",
}


class TriggerVerb(StrEnum):
    """What a check or a decision says."""

    CONFIRM = "confirm"  # nothing has changed
    CALM = "calm"
    WATCH = "watch"
    TRIP = "trip"
    STAY = "stay"  # the decision about a tripped one: go on together, with the reason


VERB_LABELS: Mapping[TriggerVerb, Text] = {
    TriggerVerb.CONFIRM: Text("Unchanged"),
    TriggerVerb.CALM: Text("Quiet again"),
    TriggerVerb.WATCH: Text("To be watched closely"),
    TriggerVerb.TRIP: Text("It has happened: tripped"),
    TriggerVerb.STAY: Text("Decided to stay"),
}
_S, _V = TriggerState, TriggerVerb
STEPS: Mapping[tuple[TriggerState, TriggerVerb], TriggerState] = {
    (_S.QUIET, _V.CONFIRM): _S.QUIET,
    (_S.QUIET, _V.WATCH): _S.WATCH,
    (_S.QUIET, _V.TRIP): _S.TRIPPED,
    (_S.WATCH, _V.CONFIRM): _S.WATCH,
    (_S.WATCH, _V.CALM): _S.QUIET,
    (_S.WATCH, _V.TRIP): _S.TRIPPED,
    # A tripped trigger does not calm down by a check: somebody decides.
    (_S.TRIPPED, _V.CONFIRM): _S.TRIPPED,
    (_S.TRIPPED, _V.STAY): _S.WATCH,
}
NEEDS_NOTE = frozenset({_V.CALM, _V.WATCH, _V.TRIP, _V.STAY})
CHECKS: tuple[TriggerVerb, ...] = (_V.CONFIRM, _V.CALM, _V.WATCH, _V.TRIP)
# A check counts for the watch that is due when it falls within this many days before it.
WATCH_WINDOW = timedelta(days=90)


def next_state(state: TriggerState, verb: TriggerVerb) -> TriggerState:
    """Where a check or decision leads. Raises Refusal where it does not fit."""
    words = (
        Text("This trigger has tripped: decide whether to activate the exit or to stay, with the reason.")
        if state is _S.TRIPPED
        else Text("The trigger is “%(state)s” now. Open the page again and look.", state=STATE_LABELS[state])
    )
    return step(STEPS, state, verb, words)


def offered(state: TriggerState) -> list[TriggerVerb]:
    """What a check of a trigger in this state may say."""
    return [verb for verb in CHECKS if (state, verb) in STEPS]


def closes_watch(checked_on: list[date | None], *, due_on: date, today: date) -> bool:
    """Whether the watch due on a day is done: every trigger was looked at within the window before it."""
    opens = due_on - WATCH_WINDOW
    return today >= opens and all(one is not None and one >= opens for one in checked_on)


@dataclass(frozen=True, kw_only=True)
class StandardTrigger:
    """A trigger of the field's list; ``issues``: it stands for issues that the last level could not resolve."""

    key: str
    kind: TriggerKind
    text: Text
    issues: bool = False


_K = TriggerKind
STANDARD_TRIGGERS: tuple[StandardTrigger, ...] = (
    StandardTrigger(key="control", kind=_K.ORGANIZATION, text=Text("Change of control or ownership of a party")),
    StandardTrigger(key="distress", kind=_K.ORGANIZATION, text=Text("Insolvency or financial distress of a party")),
    StandardTrigger(key="strategy", kind=_K.ORGANIZATION, text=Text("Change of a party’s strategy")),
    StandardTrigger(key="people", kind=_K.ORGANIZATION, text=Text("Loss of key people")),
    StandardTrigger(key="trust", kind=_K.ORGANIZATION, text=Text("Breach of trust, confidentiality or ethics")),
    StandardTrigger(key="wish", kind=_K.ORGANIZATION, text=Text("Both parties wish to part")),
    StandardTrigger(key="contract", kind=_K.ENVIRONMENT, text=Text("Contract end or break date comes near")),
    StandardTrigger(key="regulation", kind=_K.ENVIRONMENT, text=Text("Change of law or regulation")),
    StandardTrigger(key="event", kind=_K.ENVIRONMENT, text=Text("An event that stops the business of a party")),
    StandardTrigger(key="objectives", kind=_K.PERFORMANCE, text=Text("Objectives are met, or the project ends")),
    StandardTrigger(key="level", kind=_K.PERFORMANCE, text=Text("Performance below the agreed level for three periods")),
    StandardTrigger(key="health", kind=_K.PERFORMANCE, text=Text("Health score below the agreed threshold")),
    StandardTrigger(key="issue", kind=_K.PERFORMANCE, text=Text("An issue that level 4 did not resolve"), issues=True),
    StandardTrigger(key="market", kind=_K.MARKET, text=Text("Change of the market that ends the reason to work together")),
)  # fmt: skip
STANDARD_BY_KEY: Mapping[str, StandardTrigger] = {one.key: one for one in STANDARD_TRIGGERS}
