"""The page docs/dev/life-of-a-nonconformity.md, written from the tables themselves. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from auditapp.findings.rules import action, nonconformity
from auditapp.findings.rules.action import (
    ACTION_STATUS_LABELS,
    REQUEST_LABELS,
    REQUEST_STATUS_LABELS,
    REQUEST_STEPS,
    TOP_LEVEL,
    ActionStatus,
    ActionVerb,
    RequestKind,
    RequestStatus,
    RequestVerb,
    deciders,
)
from auditapp.findings.rules.nonconformity import PART_LABELS, STATUS_LABELS, NcStatus, NcVerb
from auditapp.findings.rules.parts import Part
from auditapp.kit.text import Text

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)

HEAD = """# The life of a nonconformity, as tables

This page is generated from `auditapp/findings/rules/` by `auditapp states document`; a test keeps the two the same.
How it reads to people stands in [nonconformities.md](../nonconformities.md).

A command goes through when its row has a number below the present status **and** whoever gives it has a part that may
(and none that bars them). The tables say nothing of what else must be true, such as a cause that has to be there before
it is completed: that is said by the refusal itself."""


def life_page() -> str:
    """The text of the page."""
    return "\n".join(
        [
            HEAD,
            "",
            "## A nonconformity",
            "",
            *_picture(nonconformity.STEPS, NcStatus.DRAFT, STATUS_LABELS, nonconformity.ENDED),
            "",
            "The number of the status that a verb leads to; `=`: it stays where it is.",
            "",
            *_steps(NcStatus, NcVerb, nonconformity.STEPS, STATUS_LABELS),
            "",
            "### Who may do what with it",
            "",
            *_who(NcVerb, nonconformity.WHO, nonconformity.BARRED),
            "",
            "Whoever verifies, confirms or finds it not effective must be independent of the relationship as an auditor",
            "must, or be named with a reason and a reviewer.",
            "",
            "## An action",
            "",
            *_picture(action.STEPS, ActionStatus.PROPOSED, ACTION_STATUS_LABELS, action.ENDED),
            "",
            *_steps(ActionStatus, ActionVerb, action.STEPS, ACTION_STATUS_LABELS),
            "",
            "### Who may do what with it",
            "",
            *_who(ActionVerb, action.WHO, action.BARRED),
            "",
            "Owner, deputy and “somebody who worked on an action” are here those of this one action.",
            "",
            "### While the nonconformity is",
            "",
            *_while(),
            "",
            "## A request about an action",
            "",
            "What an owner asks for instead of going on. At most one is open per action.",
            "",
            *_steps(RequestStatus, RequestVerb, REQUEST_STEPS, REQUEST_STATUS_LABELS),
            "",
            "### Who decides it",
            "",
            "The level is one more than the requests of the same kind that were decided already.",
            "",
            *_deciders(),
            "",
        ]
    )


def _picture(
    steps: Mapping[tuple[S, V], S], first: S, labels: Mapping[S, Text], ended: Iterable[S]
) -> Iterable[str]:
    """A Mermaid picture of the steps that lead to another status, one arrow per pair."""
    arrows: dict[tuple[S, S], list[str]] = {}
    for (status, verb), after in steps.items():
        if status is not after:
            arrows.setdefault((status, after), []).append(_plain(verb))
    yield "```mermaid"
    yield "stateDiagram-v2"
    for status, label in labels.items():
        yield f'    state "{label}" as {status.value}'
    yield f"    [*] --> {first.value}"
    for (status, after), verbs in arrows.items():
        yield f"    {status.value} --> {after.value}: {', '.join(verbs)}"
    for status in sorted(ended):
        yield f"    {status.value} --> [*]"
    yield "```"


def _steps(
    statuses: type[S], verbs: type[V], steps: Mapping[tuple[S, V], S], labels: Mapping[S, Text]
) -> Iterable[str]:
    numbers = {status: number for number, status in enumerate(statuses, 1)}
    yield "| | " + " | ".join(f"{number}<br>{labels[status]}" for status, number in numbers.items()) + " |"
    yield "|---" * (len(numbers) + 1) + "|"
    for verb in verbs:
        cells = []
        for status in statuses:
            after = steps.get((status, verb))
            cells.append("" if after is None else "=" if after is status else str(numbers[after]))
        yield f"| {_plain(verb)} | " + " | ".join(cells) + " |"


def _who(
    verbs: type[V], who: Mapping[V, frozenset[Part]], barred: Mapping[V, frozenset[Part]]
) -> Iterable[str]:
    yield "| | may | but never |"
    yield "|---|---|---|"
    for verb in verbs:
        yield f"| {_plain(verb)} | {_parts(who[verb])} | {_parts(barred.get(verb, frozenset()))} |"


def _while() -> Iterable[str]:
    """In which statuses of the nonconformity each verb of an action is done; alike ones in one row."""
    rows: dict[frozenset[NcStatus], list[str]] = {}
    for verb in ActionVerb:
        rows.setdefault(action.WHILE[verb], []).append(_plain(verb))
    yield "| | |"
    yield "|---|---|"
    for statuses, verbs in rows.items():
        yield f"| {', '.join(verbs)} | {', '.join(str(STATUS_LABELS[one]) for one in NcStatus if one in statuses)} |"


def _deciders() -> Iterable[str]:
    yield "| | " + " | ".join(f"level {level}" for level in range(1, TOP_LEVEL + 1)) + " |"
    yield "|---" * (TOP_LEVEL + 1) + "|"
    for kind in RequestKind:
        cells = (_parts(deciders(kind, level)) for level in range(1, TOP_LEVEL + 1))
        yield f"| {REQUEST_LABELS[kind]} | " + " | ".join(cells) + " |"


def _parts(parts: frozenset[Part]) -> str:
    return ", ".join(str(PART_LABELS[part]) for part in Part if part in parts)


def _plain(verb: StrEnum) -> str:
    return verb.value.replace("_", " ")
