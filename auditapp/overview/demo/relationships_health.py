"""Health checks answered by both sides."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from auditapp.overview.demo.story import Story
from auditapp.relationships.health import service
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.rules.questions import FIRST
from auditapp.relationships.rules import Sharing

KEYS = tuple(one.key for one in FIRST.dimensions)
Scores = tuple[int | None, ...]  # one for each of the twelve questions; None: cannot say


@dataclass(frozen=True, kw_only=True)
class Told:
    """A check of the story. ``opened`` and ``closes`` in days from today; ``said`` by first name; ``comments`` of them."""

    ref: str
    runs: str
    opened: int
    closes: int
    said: dict[str, Scores]
    desired: tuple[int, ...] = (4, 4, 4, 4, 4, 4)
    comments: tuple[tuple[str, str, str, Sharing], ...] = ()
    workshop: str = ""


S, I = Sharing.SHARED, Sharing.INTERNAL  # noqa: E741 - shared, internal
LINE_1 = Told(
    ref="R-01", runs="kim", opened=-428, closes=-412,
    said={
        "ben": (3, 3, 3, 4, 3, 3, 3, 3, 3, 3, 4, 3), "iris": (3, 2, 3, 3, 3, 3, 2, 3, 3, 2, 4, 3),
        "kim": (3, 3, 3, 3, 4, 3, 3, 3, 3, 3, 4, 3), "wes": (2, 2, 2, 3, 3, 2, 2, 2, 3, 2, 3, 3),
    },
    comments=(("wes", "problem_solving-1", "We heard of the cable fault from the press.", S),),
    workshop="Both sides keep **one list of problems**, looked at every Monday at eight.\n\n- Kim and Wes run it\n"
    "- whoever sees a problem writes it down the same day",
)  # fmt: skip
LINE_2 = Told(
    ref="R-01", runs="kim", opened=-232, closes=-214,
    said={
        "ben": (4, 4, 4, 4, 4, 4, 4, 3, 4, 3, 4, 4), "iris": (4, 3, 4, 4, 4, 3, 3, 3, 3, 3, 4, 4),
        "kim": (4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 4, 4), "wes": (3, 3, 3, 3, 4, 4, 3, 2, 3, 2, 4, 4),
    },
    comments=(
        ("wes", "problem_solving-2", "The list works. The way up does not: we waited three weeks for a decision.", S),
        ("iris", "value-2", "They keep their best ideas for their own people.", I),
        ("kim", "trust-1", "Since the Monday list nobody is surprised any more.", S),
    ),
    workshop="The time limits of the issue ladder hold for both sides from now on; deputies are named.",
)  # fmt: skip
LINE_3 = Told(
    ref="R-01", runs="kim", opened=-6, closes=9,
    said={
        "ben": (4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 4, 4), "iris": (4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 4, 4),
        "kim": (4, 4, 5, 4, 4),
    },
)  # fmt: skip
TIDE_1 = Told(
    ref="R-02", runs="leo", opened=-345, closes=-330, desired=(5, 4, 4, 5, 5, 4),
    said={
        "jon": (4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4), "leo": (4, 4, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4),
        "xavi": (4, 4, 4, 3, 4, 4, 4, 4, 4, 4, 4, None),
    },
)  # fmt: skip
TIDE_2 = Told(
    ref="R-02", runs="leo", opened=-165, closes=-150, desired=(5, 4, 4, 5, 5, 4),
    said={
        "jon": (5, 5, 4, 4, 5, 4, 5, 5, 5, 5, 4, 5), "leo": (5, 5, 4, 5, 4, 4, 5, 5, 5, 5, 4, 4),
        "xavi": (5, 5, 4, 4, 4, 4, 5, 4, 5, 5, 4, 4),
    },
    comments=(("xavi", "value-2", "The innovation fund is what other partners should copy.", S),),
    workshop="Nothing to mend; the fund's rules are written into the plan so that they outlive us.",
)  # fmt: skip
LOGISTICS_1 = Told(
    ref="R-03", runs="mia", opened=-318, closes=-300,
    said={
        "iris": (4, 3, 3, 3, 4, 4, 3, 3, 3, 3, 4, 3), "mia": (4, 4, 4, 3, 4, 4, 3, 3, 3, 4, 4, 3),
        "yara": (3, 2, 3, 2, 4, 4, 2, 2, 3, 2, 3, 3),
    },
)  # fmt: skip
LOGISTICS_2 = Told(
    ref="R-03", runs="mia", opened=-138, closes=-120,
    said={
        "iris": (4, 3, 4, 4, 4, 4, 3, 3, 4, 3, 4, 4), "mia": (4, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 4),
        "yara": (3, 3, 4, 3, 4, 4, 2, 2, 4, 2, 4, 4),
    },
    comments=(
        ("yara", "problem_solving-1", "Problems are sent to us; they are not solved with us.", S),
        ("mia", "problem_solving-2", "Their dispatchers have no mandate. I do not want to say so yet.", I),
    ),
    workshop="Dispatchers of both sides sit in one room for the winter timetable.",
)  # fmt: skip
CHECKS = (LINE_1, LINE_2, LINE_3, TIDE_1, TIDE_2, LOGISTICS_1, LOGISTICS_2)


def load_health(story: Story, at: datetime) -> None:
    """Tell it."""
    del at
    for told in CHECKS:
        story.tell(story.moment(told.opened, 11), partial(_open, story, told))


def _open(story: Story, told: Told, at: datetime) -> None:
    people = list(told.said)
    if told is LINE_3:
        people.append("wes")  # has not begun: whoever tries the demonstration as this contact can answer
    check = service.open_check(
        story.session, actor=story.people[told.runs], at=at, relationship_id=story.relationships[told.ref],
        desired=dict(zip(KEYS, told.desired, strict=True)), closes_on=story.day(told.closes),
        people=[story.people[one].person_id for one in people],
    )  # fmt: skip
    for days, who in enumerate(told.said, start=1):
        story.tell(story.moment(told.opened + days, 12), partial(_answer, story, told, check, who))
    if told.closes < 0:
        story.tell(story.moment(told.closes, 17), partial(_close, story, told, check))


def _answer(story: Story, told: Told, check: HealthCheck, who: str, at: datetime) -> None:
    said = {key: (text, sharing) for name, key, text, sharing in told.comments if name == who}
    for (_dimension, question), score in zip(FIRST.questions, told.said[who], strict=False):
        text, sharing = said.get(question.key, ("", Sharing.INTERNAL))
        service.answer(
            story.session, actor=story.people[who], at=at, check=check, question=question.key, score=score,
            comment=text, sharing=sharing,
        )  # fmt: skip


def _close(story: Story, told: Told, check: HealthCheck, at: datetime) -> None:
    service.close(story.session, actor=story.people[told.runs], at=at, check=check, sharing=Sharing.SHARED)
    if told.workshop:
        story.tell(story.moment(told.closes + 12, 15), partial(_workshop, story, told, check))


def _workshop(story: Story, told: Told, check: HealthCheck, at: datetime) -> None:
    service.follow_up(
        story.session, actor=story.people[told.runs], at=at, check=check, version=check.version,
        workshop_on=at.date(), workshop=told.workshop, workshop_sharing=Sharing.SHARED, sharing=Sharing.SHARED,
    )  # fmt: skip
