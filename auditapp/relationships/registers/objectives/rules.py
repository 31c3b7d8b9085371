"""Objectives and measures: their life, what is on target, when a reading is due, what a chart says. Pure."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.orm import canonical
from auditapp.kit.text import Text, day_words
from auditapp.relationships.obligations.rules import add_months


class Whose(StrEnum):
    """Whether one party has an objective for itself, or all parties have it together."""

    OWN = "own"
    JOINT = "joint"


WHOSE_LABELS: Mapping[Whose, Text] = {
    Whose.OWN: Text("Own objective"),
    Whose.JOINT: Text("Joint objective"),
}


class State(StrEnum):
    """An objective is proposed until each party that has it has agreed."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REACHED = "reached"
    DROPPED = "dropped"


class Verb(StrEnum):
    """What can be done with an objective."""

    EDIT = "edit"
    AGREE = "agree"
    COMPLETE = "complete"  # the last party agreed
    REOPEN_TALK = "reopen_talk"  # what was agreed is worded anew
    REACH = "reach"
    DROP = "drop"
    TAKE_UP = "take_up"  # reached or dropped too soon


STEPS: Mapping[tuple[State, Verb], State] = {
    (State.PROPOSED, Verb.EDIT): State.PROPOSED,
    (State.AGREED, Verb.EDIT): State.AGREED,
    (State.PROPOSED, Verb.AGREE): State.PROPOSED,
    (State.PROPOSED, Verb.COMPLETE): State.AGREED,
    (State.AGREED, Verb.REOPEN_TALK): State.PROPOSED,
    (State.PROPOSED, Verb.REOPEN_TALK): State.PROPOSED,
    (State.AGREED, Verb.REACH): State.REACHED,
    (State.PROPOSED, Verb.DROP): State.DROPPED,
    (State.AGREED, Verb.DROP): State.DROPPED,
    (State.REACHED, Verb.TAKE_UP): State.AGREED,
    (State.DROPPED, Verb.TAKE_UP): State.PROPOSED,
}
OPEN = frozenset({State.PROPOSED, State.AGREED})
STATE_LABELS: Mapping[State, Text] = {
    State.PROPOSED: Text("Proposed"),
    State.AGREED: Text("Agreed"),
    State.REACHED: Text("Reached"),
    State.DROPPED: Text("Dropped"),
}
STATE_TONES: Mapping[State, str] = {
    State.PROPOSED: "attention",
    State.AGREED: "on_track",
    State.REACHED: "done",
    State.DROPPED: "quiet",
}
REFUSALS: Mapping[Verb, Text] = {
    Verb.EDIT: Text("This objective is settled. Take it up again before it is changed."),
    Verb.AGREE: Text("This objective does not wait for agreement. Open the page again and look."),
    Verb.COMPLETE: Text("This objective does not wait for agreement."),
    Verb.REOPEN_TALK: Text("This objective is settled. Take it up again before it is changed."),
    Verb.REACH: Text("Only what each party has agreed can be reached. See who has not agreed yet."),
    Verb.DROP: Text("This objective is settled already. Open the page again and look."),
    Verb.TAKE_UP: Text("This objective is not settled, so there is nothing to take up again."),
}


def wording_hash(statement: str, target_on: date | None) -> str:
    """What a party agrees to: an agreement to other words, or to another day, counts no more."""
    return hashlib.sha256(canonical([statement, target_on]).encode()).hexdigest()


class Direction(StrEnum):
    """Which way is good."""

    MORE = "more"
    LESS = "less"
    WITHIN = "within"


DIRECTION_LABELS: Mapping[Direction, Text] = {
    Direction.MORE: Text("More is better"),
    Direction.LESS: Text("Less is better"),
    Direction.WITHIN: Text("Within a range"),
}


class Standing(StrEnum):
    """Red, amber, green, with a word and a shape for each; and nothing measured yet."""

    ON_TARGET = "on_target"
    ATTENTION = "attention"
    OFF_TARGET = "off_target"
    UNKNOWN = "unknown"


STANDING_LABELS: Mapping[Standing, Text] = {
    Standing.ON_TARGET: Text("On target"),
    Standing.ATTENTION: Text("Needs attention"),
    Standing.OFF_TARGET: Text("Off target"),
    Standing.UNKNOWN: Text("No reading yet"),
}
STANDING_TONES: Mapping[Standing, str] = {
    Standing.ON_TARGET: "done",
    Standing.ATTENTION: "attention",
    Standing.OFF_TARGET: "overdue",
    Standing.UNKNOWN: "quiet",
}
# The worst first: what an objective with several measures is judged by.
GRAVITY: tuple[Standing, ...] = (
    Standing.OFF_TARGET,
    Standing.ATTENTION,
    Standing.UNKNOWN,
    Standing.ON_TARGET,
)
LARGEST = 1e12
MOST_POINTS = 200  # of a chart; more cannot be told apart on it
MOST_READ = 5_000  # readings that are read for a chart, the newest
INTERVALS: Mapping[str, tuple[int, int]] = {  # (months, days)
    "": (0, 0),
    "week": (0, 7),
    "month": (1, 0),
    "quarter": (3, 0),
    "half_year": (6, 0),
    "year": (12, 0),
}
INTERVAL_LABELS: Mapping[str, Text] = {
    "": Text("When there is something to say"),
    "week": Text("Every week"),
    "month": Text("Every month"),
    "quarter": Text("Every quarter"),
    "half_year": Text("Every half-year"),
    "year": Text("Every year"),
}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What a value is judged by. ``target`` is the lower end of a range, ``target_high`` its upper end.

    ``tolerance``: how far beside the target a value may lie and is only worth attention.
    """

    direction: Direction
    target: float
    target_high: float | None = None
    tolerance: float = 0.0


def scale_faults(scale: Scale) -> dict[str, Text]:
    """What is wrong with a scale, by field."""
    faults = {
        name: Text("Type a number that can be measured.")
        for name, value in (
            ("target", scale.target),
            ("target_high", scale.target_high or 0.0),
            ("tolerance", scale.tolerance),
        )
        if not math.isfinite(value) or abs(value) > LARGEST
    }
    if scale.direction is Direction.WITHIN and scale.target_high is None:
        faults.setdefault("target_high", Text("A range has an upper end. Say where it is."))
    elif scale.target_high is not None and scale.target_high < scale.target:
        faults.setdefault("target_high", Text("The upper end lies below the lower one. Swap the two."))
    if scale.tolerance < 0:
        faults.setdefault(
            "tolerance", Text("Say how far beside the target, as a number that is not negative.")
        )
    return faults


def distance(scale: Scale, value: float) -> float:
    """How far a value lies on the wrong side of what is aimed at; 0 when it is there."""
    if scale.direction is Direction.MORE:
        return max(0.0, scale.target - value)
    if scale.direction is Direction.LESS:
        return max(0.0, value - scale.target)
    high = scale.target if scale.target_high is None else scale.target_high
    return max(0.0, scale.target - value, value - high)


def standing(scale: Scale, value: float | None) -> Standing:
    """How a value stands. What lies beside the target by the tolerance exactly is still only worth attention."""
    if value is None:
        return Standing.UNKNOWN
    off = distance(scale, value)
    if off <= 0:
        return Standing.ON_TARGET
    slack = 1e-9 * max(1.0, abs(scale.target))  # 0.1 + 0.2 is not 0.3
    return Standing.ATTENTION if off <= scale.tolerance + slack else Standing.OFF_TARGET


def worst(standings: Sequence[Standing]) -> Standing:
    """The one by which an objective with these measures is judged."""
    return min(standings, key=GRAVITY.index, default=Standing.UNKNOWN)


def levels(scale: Scale) -> list[tuple[Text, float, bool]]:
    """The lines of a chart: (name, value, whether it is a limit beside the target)."""
    found: list[tuple[Text, float, bool]]
    if scale.direction is Direction.WITHIN:
        high = scale.target if scale.target_high is None else scale.target_high
        found = [(Text("Lower end"), scale.target, False), (Text("Upper end"), high, False)]
        limits = [scale.target - scale.tolerance, high + scale.tolerance]
    else:
        found = [(Text("Target"), scale.target, False)]
        sign = -1 if scale.direction is Direction.MORE else 1
        limits = [scale.target + sign * scale.tolerance]
    if scale.tolerance > 0:
        found += [(Text("Limit of attention"), value, True) for value in limits]
    return found


def interval_key(months: int, days: int) -> str:
    """The name of an interval."""
    return next((key for key, pair in INTERVALS.items() if pair == (months, days)), "")


def reading_due(*, last_on: date | None, starts_on: date, months: int, days: int) -> date | None:
    """When the next reading is due: one interval after the last, or after the measure began."""
    if not months and not days:
        return None
    return add_months(last_on or starts_on, months) + timedelta(days=days)


def figure(value: float, unit: str = "") -> str:
    """A value with its unit, without needless digits."""
    plain = f"{value:.10g}"
    return f"{plain} {unit}" if unit else plain


def target_words(scale: Scale, unit: str) -> Text:
    """What is aimed at, in words."""
    if scale.direction is Direction.MORE:
        return Text("at least %(value)s", value=figure(scale.target, unit))
    if scale.direction is Direction.LESS:
        return Text("at most %(value)s", value=figure(scale.target, unit))
    high = scale.target if scale.target_high is None else scale.target_high
    return Text("from %(low)s to %(high)s", low=figure(scale.target), high=figure(high, unit))


def _where(scale: Scale, value: float, unit: str) -> Text:
    state = standing(scale, value)
    if state is Standing.ON_TARGET:
        return Text("on target (%(target)s)", target=target_words(scale, unit))
    off = figure(round(distance(scale, value), 10), unit)
    if state is Standing.ATTENTION:
        return Text(
            "%(off)s beside the target (%(target)s), near enough to watch",
            off=off, target=target_words(scale, unit),
        )  # fmt: skip
    return Text("%(off)s off the target (%(target)s)", off=off, target=target_words(scale, unit))


def _nearer(scale: Scale, before: float, now: float) -> Text | None:
    """Whether it moved towards what is aimed at since the reading before."""
    if before == now:
        return Text("It is as it was at the reading before.")
    rose = now > before
    off_before, off_now = distance(scale, before), distance(scale, now)
    if off_now < off_before or (off_now == off_before and scale.direction is Direction.MORE and rose):
        return Text("Better than the reading before.")
    if off_now == off_before and scale.direction is Direction.LESS and not rose:
        return Text("Better than the reading before.")
    if off_now == off_before and scale.direction is Direction.WITHIN:
        return None
    return Text("Worse than the reading before.")


def chart_sentence(
    scale: Scale, unit: str, values: Sequence[tuple[date, float]], baseline: float | None
) -> list[Text]:
    """What a chart shows, in one to three sentences; ``values`` by day."""
    if not values:
        return [Text("Nothing was measured yet.")]
    day, value = values[-1]
    said = [
        Text(
            "%(value)s on %(day)s: %(where)s.",
            value=figure(value, unit), day=day_words(day), where=_where(scale, value, unit),
        )
    ]  # fmt: skip
    if len(values) > 1 and (moved := _nearer(scale, values[-2][1], value)) is not None:
        said.append(moved)
    start = baseline if baseline is not None else values[0][1] if len(values) > 1 else None
    if start is not None and start != value:
        words = (
            Text("Up from %(start)s at the beginning.", start=figure(start, unit))
            if value > start
            else Text("Down from %(start)s at the beginning.", start=figure(start, unit))
        )
        said.append(words)
    return said


def thinned(values: Sequence[tuple[date, float]], most: int = MOST_POINTS) -> list[tuple[date, float]]:
    """At most ``most`` of many points, in their order: of each stretch its lowest and highest, and the first and last.

    So that no peak is lost, as it would be if every so-many-th were taken.
    """
    if len(values) <= most:
        return list(values)
    stretches = max(1, (most - 2) // 2)
    inner = range(1, len(values) - 1)
    keep = {0, len(values) - 1}
    for number in range(stretches):
        part = inner[number * len(inner) // stretches : (number + 1) * len(inner) // stretches]
        if part:
            keep.add(min(part, key=lambda at: values[at][1]))
            keep.add(max(part, key=lambda at: values[at][1]))
    return [values[at] for at in sorted(keep)]
