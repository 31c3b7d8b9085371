"""What the answers of both sides come to: means, spread, gaps, red, amber and green against the desired state. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Any

from auditapp.kit.text import Text
from auditapp.relationships.health.rules.questions import LOW, QuestionSet

NEAR = 0.25  # steps below the desired state that still count as there
FAR = 1.0  # a whole step below it: red
WIDE = 1.0  # steps between two parties that are worth a talk by themselves
MANY_LOW = 0.5  # share of a side's answers that are failing or reactive: red, whatever the mean says
STEADY = 0.15  # steps by which a mean has to move before it has moved
OWN = ""  # the key of our own organization among the parties


class Rag(StrEnum):
    """Red, amber, green, in words; and too little answered."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "unknown"


RAG_LABELS: Mapping[Rag, Text] = {
    Rag.GREEN: Text("Healthy"),
    Rag.AMBER: Text("Needs attention"),
    Rag.RED: Text("Unwell"),
    Rag.UNKNOWN: Text("Too few answers"),
}
RAG_TONES: Mapping[Rag, str] = {
    Rag.GREEN: "done",
    Rag.AMBER: "attention",
    Rag.RED: "overdue",
    Rag.UNKNOWN: "quiet",
}


class Trend(StrEnum):
    """Against the check before."""

    FIRST = "first"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


TREND_LABELS: Mapping[Trend, Text] = {
    Trend.FIRST: Text("nothing to compare with yet"),
    Trend.BETTER: Text("better than the time before"),
    Trend.SAME: Text("as the time before"),
    Trend.WORSE: Text("worse than the time before"),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A person's answer. ``party``: the id of the partner as text, empty for our own organization; score None: cannot say."""

    party: str
    person: str
    question: str
    score: int | None


@dataclass(frozen=True, kw_only=True)
class Side:
    """One party's answers to one dimension. ``mean`` is None where nobody could say, or too few answered."""

    mean: float | None
    lowest: int | None
    highest: int | None
    low_share: float | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Element:
    """One dimension: what each side says, the gap between them, how it stands against the desired state."""

    key: str
    title: str
    desired: int
    sides: Mapping[str, Side]
    gap: float | None
    rag: Rag
    times_red: int  # in a row, this one counted


@dataclass(frozen=True, kw_only=True)
class Results:
    """What a check came to. ``withheld``: parties with fewer people who answered than the minimum, with how many."""

    elements: tuple[Element, ...]
    overall: Rag
    means: Mapping[str, float | None]
    desired: float
    withheld: Mapping[str, int]
    people: Mapping[str, int]


def _side(scores: Sequence[int]) -> Side:
    if not scores:
        return Side(mean=None, lowest=None, highest=None, low_share=None, count=0)
    return Side(
        mean=round(fmean(scores), 2),
        lowest=min(scores),
        highest=max(scores),
        low_share=round(sum(score <= LOW for score in scores) / len(scores), 3),
        count=len(scores),
    )


def rag_of(sides: Sequence[Side], desired: float) -> Rag:
    """An element is judged by the side that sees it worst."""
    means = [one.mean for one in sides if one.mean is not None]
    if not means:
        return Rag.UNKNOWN
    short = desired - min(means)
    if short >= FAR or any(one.low_share is not None and one.low_share >= MANY_LOW for one in sides):
        return Rag.RED
    return Rag.AMBER if short > NEAR else Rag.GREEN


def overall_of(elements: Sequence[Element]) -> Rag:
    """Red with a third of the elements red; green only with none red and most green."""
    known = [one.rag for one in elements if one.rag is not Rag.UNKNOWN]
    if not known:
        return Rag.UNKNOWN
    red, green = known.count(Rag.RED), known.count(Rag.GREEN)
    if red * 3 >= len(known):
        return Rag.RED
    return Rag.GREEN if not red and green * 2 > len(known) else Rag.AMBER


def results(
    questions: QuestionSet,
    answers: Sequence[Answer],
    *,
    parties: Sequence[str],
    desired: Mapping[str, int],
    minimum: int,
    before: "Results | None" = None,
) -> Results:
    """Work out a check. A side with fewer than ``minimum`` people who scored anything stays out of every figure."""
    people = {
        party: len({one.person for one in answers if one.party == party and one.score is not None})
        for party in parties
    }
    withheld = {party: count for party, count in people.items() if count < minimum}
    earlier = {one.key: one.times_red for one in before.elements} if before else {}
    elements = []
    for dimension in questions.dimensions:
        asked = {question.key for question in dimension.questions}
        sides = {
            party: _side(
                [
                    one.score
                    for one in answers
                    if one.party == party and one.question in asked and one.score is not None
                ]
                if party not in withheld
                else []
            )
            for party in parties
        }
        means = [one.mean for one in sides.values() if one.mean is not None]
        aim = desired[dimension.key]
        rag = rag_of(list(sides.values()), aim)
        elements.append(
            Element(
                key=dimension.key,
                title=dimension.title,
                desired=aim,
                sides=sides,
                gap=round(max(means) - min(means), 2) if len(means) > 1 else None,
                rag=rag,
                times_red=earlier.get(dimension.key, 0) + 1 if rag is Rag.RED else 0,
            )
        )
    found = tuple(elements)
    return Results(
        elements=found,
        overall=overall_of(found),
        means={party: _mean([one.sides[party].mean for one in found]) for party in parties},
        desired=_mean([float(one.desired) for one in found]) or 0.0,
        withheld=withheld,
        people=people,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return round(fmean(known), 2) if known else None


def trend(now: Results, before: Results | None) -> Trend:
    """Whether the relationship moved, by the mean of the sides' means."""
    here = _mean(list(now.means.values()))
    there = _mean(list(before.means.values())) if before else None
    if here is None or there is None:
        return Trend.FIRST
    if abs(here - there) < STEADY:
        return Trend.SAME
    return Trend.BETTER if here > there else Trend.WORSE


def gap_sentences(found: Results, names: Mapping[str, str]) -> list[Text]:
    """What the chart between the parties shows, most important first."""
    said: list[Text] = []
    seen = [one for one in found.elements if one.gap is not None]
    wide = [one for one in seen if one.gap is not None and one.gap >= WIDE]
    if wide:
        worst = max(wide, key=lambda one: one.gap or 0)
        known = {party: side.mean for party, side in worst.sides.items() if side.mean is not None}
        low, high = min(known, key=lambda p: known[p]), max(known, key=lambda p: known[p])
        said.append(
            Text(
                "The sides see “%(title)s” most differently: %(low)s %(low_mean)s, %(high)s %(high_mean)s.",
                title=worst.title, low=names.get(low, ""), low_mean=f"{known[low]:.1f}",
                high=names.get(high, ""), high_mean=f"{known[high]:.1f}",
            )
        )  # fmt: skip
    elif seen:
        said.append(Text("The sides see the relationship much alike."))
    red = [one for one in found.elements if one.rag is Rag.RED]
    if red:
        said.append(
            Text(
                "%(count)s of %(all)s respects are far from the desired state.",
                count=len(red), all=len(found.elements),
            )
        )  # fmt: skip
    elif any(one.rag is Rag.GREEN for one in found.elements):
        said.append(Text("No respect is far from the desired state."))
    if found.overall is Rag.UNKNOWN:
        said.append(Text("Too few people answered to show anything."))
    return said


def to_data(found: Results) -> dict[str, Any]:
    """Results as they are kept when a check is closed."""
    return {
        "elements": [
            {
                "key": one.key, "title": one.title, "desired": one.desired, "gap": one.gap, "rag": one.rag.value,
                "times_red": one.times_red,
                "sides": {
                    party: [side.mean, side.lowest, side.highest, side.low_share, side.count]
                    for party, side in one.sides.items()
                },
            }
            for one in found.elements
        ],
        "overall": found.overall.value, "means": dict(found.means), "desired": found.desired,
        "withheld": dict(found.withheld), "people": dict(found.people),
    }  # fmt: skip


def of_data(data: Mapping[str, Any] | None) -> Results | None:
    """Results that were kept."""
    if data is None:
        return None
    return Results(
        elements=tuple(
            Element(
                key=one["key"], title=one["title"], desired=one["desired"], gap=one["gap"], rag=Rag(one["rag"]),
                times_red=one["times_red"],
                sides={
                    party: Side(mean=row[0], lowest=row[1], highest=row[2], low_share=row[3], count=row[4])
                    for party, row in one["sides"].items()
                },
            )
            for one in data["elements"]
        ),
        overall=Rag(data["overall"]), means=data["means"], desired=data["desired"], withheld=data["withheld"],
        people=data["people"],
    )  # fmt: skip


def trend_sentence(checks: Sequence[Results]) -> list[Text]:
    """What the chart over several checks shows; the oldest first."""
    if not checks:
        return [Text("No health check was closed yet.")]
    last = checks[-1]
    here = _mean(list(last.means.values()))
    if here is None:
        return [Text("Too few people answered last time to say how the relationship stands.")]
    said = [
        Text(
            "Last time the sides saw the relationship at %(mean)s of 5; %(desired)s is desired.",
            mean=f"{here:.1f}", desired=f"{last.desired:.1f}",
        )
    ]  # fmt: skip
    earlier = [_mean(list(one.means.values())) for one in checks[:-1]]
    known = [one for one in earlier if one is not None]
    if not known:
        said.append(Text("With the next check one will see where it goes."))
    elif abs(here - known[-1]) < STEADY:
        said.append(Text("That is as the time before (%(mean)s).", mean=f"{known[-1]:.1f}"))
    elif here > known[-1]:
        said.append(Text("That is better than the time before (%(mean)s).", mean=f"{known[-1]:.1f}"))
    else:
        said.append(Text("That is worse than the time before (%(mean)s).", mean=f"{known[-1]:.1f}"))
    return said
