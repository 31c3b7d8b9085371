"""The five steps of maturity, and the questions that both sides are asked. Pure.

The dimensions and their sentences are ours; that both parties' people score the same attributes from failing to
collaborative against a desired state is the field's way (SC21 relationship measurement matrix, domain notes section 8).
An organization may word its own set: that is a new edition, and a check keeps the edition it was opened with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from auditapp.kit.text import Text


class Step(IntEnum):
    """How mature a relationship is in one respect."""

    FAILING = 1
    REACTIVE = 2
    OPERATIONAL = 3
    COOPERATIVE = 4
    COLLABORATIVE = 5


STEP_LABELS: Mapping[Step, Text] = {
    Step.FAILING: Text("Failing"),
    Step.REACTIVE: Text("Reactive"),
    Step.OPERATIONAL: Text("Operational"),
    Step.COOPERATIVE: Text("Cooperative"),
    Step.COLLABORATIVE: Text("Collaborative"),
}
LOW = Step.REACTIVE  # answers up to here are counted apart: the relationship is not working there
CANNOT_SAY = Text("Cannot say")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing that is asked. ``key`` is unique in its set and stays with the dimension."""

    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One respect: its questions, and a sentence for each step so that answers mean the same to everybody."""

    key: str
    title: str
    questions: tuple[Question, ...]
    steps: tuple[str, str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class QuestionSet:
    """An edition of the questionnaire."""

    edition: int
    dimensions: tuple[Dimension, ...]

    @property
    def questions(self) -> list[tuple[Dimension, Question]]:
        """Every question in its order, with its dimension."""
        return [(dimension, question) for dimension in self.dimensions for question in dimension.questions]


# key, title, questions, and what each of the five steps looks like
_FIRST: tuple[tuple[str, str, tuple[str, ...], tuple[str, str, str, str, str]], ...] = (
    (
        "trust", "Trust and behaviour",
        (
            "Do people on both sides do what they said they would do?",
            "Can bad news be brought to the other side early, without fear of what follows?",
        ),
        (
            "People guard themselves: promises are not believed and blame is looked for.",
            "Trust hangs on single persons, and breaks when something goes wrong.",
            "Promises are mostly kept; people stay inside what the contract asks.",
            "People speak openly, admit mistakes and help each other out.",
            "Each side looks after the other's interest as after its own, and is seen to.",
        ),
    ),
    (
        "communication", "Communication",
        (
            "Do you learn in time what you need to know from the other side?",
            "Is it clear who speaks to whom about what, at every level?",
        ),
        (
            "The sides hardly talk, or only through letters and lawyers.",
            "Talk happens when there is trouble; news comes late.",
            "Meetings and reports run as agreed; little is said beyond them.",
            "Information flows both ways at all levels, most of it unasked.",
            "Plans, worries and figures are open to both sides, and used together.",
        ),
    ),
    (
        "delivery", "Delivery",
        (
            "Does what both sides owe each other arrive as agreed?",
            "Are the measures of performance agreed by both sides, and believed?",
        ),
        (
            "Commitments are missed and nobody agrees on the facts.",
            "Slips are repaired after the event; figures are disputed.",
            "Targets are mostly met; each side measures its own part.",
            "Targets are met and measured together; slips are announced and planned for.",
            "Performance improves from year to year because both sides work on it together.",
        ),
    ),
    (
        "problem_solving", "Joint problem solving",
        (
            "Are problems taken up early and by both sides together?",
            "Does the way up for issues work when people cannot agree?",
        ),
        (
            "Problems are hidden, or fought over who is to blame.",
            "Problems are dealt with when they hurt, each side for itself.",
            "There is a way to raise issues, and it is used when needed.",
            "Both sides look for the cause together and settle it at the lowest level.",
            "Problems are foreseen together, and what was learned changes how both work.",
        ),
    ),
    (
        "value", "Value and improvement",
        (
            "Does the relationship bring your side what it was meant to bring?",
            "Are ideas of both sides taken up, and is what they earn shared fairly?",
        ),
        (
            "The relationship costs more than it brings.",
            "Each side looks for its own advantage; ideas are kept back.",
            "The agreed benefits come; improvement is occasional.",
            "Ideas are collected, decided on together and measured.",
            "Both sides create value that neither could alone, and share it fairly.",
        ),
    ),
    (
        "governance", "Governance and leadership",
        (
            "Do the executives of both sides stand visibly behind the relationship?",
            "Are roles, decisions and plans clear, current and kept to by both sides?",
        ),
        (
            "Nobody answers for the relationship; decisions are not made.",
            "Leaders step in when something burns; roles are argued about.",
            "Roles and meetings are set; the plan is kept up by one side.",
            "Leaders of both sides steer together by one plan that is kept current.",
            "Both organizations decide as one where it concerns both, and would do so with other people too.",
        ),
    ),
)  # fmt: skip
MOST_DIMENSIONS = 10
MOST_QUESTIONS = 8  # of one dimension
LONGEST = 300  # characters of a question or a sentence
LONGEST_TITLE = 60


def _keys(key: str, texts: Sequence[str]) -> tuple[Question, ...]:
    return tuple(Question(key=f"{key}-{number}", text=text) for number, text in enumerate(texts, start=1))


FIRST = QuestionSet(
    edition=1,
    dimensions=tuple(
        Dimension(key=key, title=title, questions=_keys(key, texts), steps=steps)
        for key, title, texts, steps in _FIRST
    ),
)


def as_data(found: QuestionSet) -> list[dict[str, Any]]:
    """A set as it is kept."""
    return [
        {
            "key": one.key,
            "title": one.title,
            "questions": [question.text for question in one.questions],
            "steps": list(one.steps),
        }
        for one in found.dimensions
    ]


def from_data(edition: int, data: Sequence[Mapping[str, Any]]) -> QuestionSet:
    """A set that was kept."""
    return QuestionSet(
        edition=edition,
        dimensions=tuple(
            Dimension(
                key=one["key"],
                title=one["title"],
                questions=_keys(one["key"], one["questions"]),
                steps=tuple(one["steps"]),
            )
            for one in data
        ),
    )


def faults_of(data: Sequence[Mapping[str, Any]]) -> list[Text]:
    """What is wrong with a set that somebody worded; empty: it can be asked."""
    faults = []
    if not data:
        faults.append(Text("Keep at least one respect in which the relationship is looked at."))
    if len(data) > MOST_DIMENSIONS:
        faults.append(
            Text("At most %(most)s respects: more is not answered with care.", most=MOST_DIMENSIONS)
        )
    keys = [one["key"] for one in data]
    if len(set(keys)) < len(keys):
        faults.append(Text("Two respects have the same key."))
    for one in data:
        name = one["title"] or one["key"]
        if not one["title"]:
            faults.append(Text("Give each respect a name."))
        if not 1 <= len(one["questions"]) <= MOST_QUESTIONS:
            faults.append(Text("“%(name)s” needs one to %(most)s questions.", name=name, most=MOST_QUESTIONS))
        if len(one["steps"]) != len(Step) or not all(one["steps"]):
            faults.append(
                Text(
                    "“%(name)s” needs a sentence for each of the five steps, so that answers mean the same.",
                    name=name,
                )
            )
        if (
            any(len(text) > LONGEST for text in (*one["questions"], *one["steps"]))
            or len(one["title"]) > LONGEST_TITLE
        ):
            faults.append(Text("A text of “%(name)s” is too long to be read on a phone.", name=name))
    return faults
