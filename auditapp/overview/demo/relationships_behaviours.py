"""Competence and behaviours on both sides of a relationship."""

from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from auditapp.overview.demo.parties import actor_of, common_to, theirs_of
from auditapp.overview.demo.story import Story
from auditapp.relationships.registers.behaviours import queries as known_behaviours
from auditapp.relationships.registers.behaviours import service as behaviours
from auditapp.relationships.registers.behaviours.model import Induction
from auditapp.relationships.registers.behaviours.rules import DevelopmentVerb, InductionState

# days ago, by whom, of whom (theirs: the partner's manager), key: level and evidence
ASSESSED: tuple[tuple[int, str, str, dict[str, tuple[int, str]]], ...] = (
    (140, "kim", "kim", {"listening": (3, ""), "joint_gain": (3, ""), "openness": (4, ""), "leading": (3, "")}),
    (
        130, "iris", "kim",
        {
            "listening": (3, "Asks three questions before the first answer, in every meeting I saw."),
            "joint_gain": (4, "Found the common nights that nobody had looked for."),
            "openness": (4, "Told both boards of the lost weekend the same day."),
            "settling": (3, "Two issues solved on the platform; one passed on too late."),
            "agreement": (4, "Wrote most of the charter."),
        },
    ),
    (125, "theirs", "kim", {"openness": (4, "We hear bad news from her first."), "listening": (3, "Mostly.")}),
    (110, "iris", "oona", {"keeping_word": (2, "Two dates moved without a word.")}),
    (90, "theirs", "theirs", {"openness": (3, ""), "curiosity": (4, "")}),
    (88, "kim", "theirs", {"curiosity": (4, "Three of our five ideas are his.")}),
)  # fmt: skip


def load_behaviours(story: Story, at: datetime) -> None:
    """Assessments of both sides, development, inductions."""
    del at
    for ago, who, whom, levels in ASSESSED:
        story.tell(story.moment(-ago, 13), partial(_assess, story, who, whom, levels))
    story.tell(story.moment(-120, 13), partial(_develop, story))
    story.tell(story.moment(-470, 13), partial(_bring_in, story))


def _assess(story: Story, who: str, whom: str, levels: dict[str, tuple[int, str]], at: datetime) -> None:
    theirs = theirs_of(story, "R-01")
    actor = theirs if who == "theirs" else actor_of(story, who)
    subject = theirs if whom == "theirs" else story.people[whom]
    relationship_id = story.relationships["R-01"]
    there = {one.person_id for one in known_behaviours.all_people(story.session, relationship_id)}
    if actor is None or subject is None or subject.person_id not in there:
        return
    behaviours.assess(
        story.session, actor=actor, at=at, relationship_id=relationship_id, person_id=subject.person_id,
        on=at.date(), levels=levels,
    )  # fmt: skip


def _develop(story: Story, at: datetime) -> None:
    common = common_to(story, "iris", at, "R-01") | {"person_id": story.people["kim"].person_id}
    first = behaviours.plan_development(
        story.session, what="Sit in on two negotiations of the energy alliance.", due_on=story.day(-40),
        item_key="settling", **common,
    )  # fmt: skip
    behaviours.plan_development(
        story.session, what="Coach the joint team in passing on issues in time.", due_on=story.day(45),
        item_key="leading", **common,
    )  # fmt: skip
    story.tell(story.moment(-45, 13), partial(_developed, story, first.id))


def _developed(story: Story, development_id: UUID, at: datetime) -> None:
    common = common_to(story, "kim", at, "R-01") | {"person_id": story.people["kim"].person_id}
    version = known_behaviours.development_of(
        story.session, common["relationship_id"], common["person_id"], development_id
    ).version
    behaviours.move_development(
        story.session, development_id=development_id, version=version, verb=DevelopmentVerb.FINISH,
        result="Both seen; the second changed how I open.", **common,
    )  # fmt: skip


def _bring_in(story: Story, at: datetime) -> None:
    """The inductions that had begun with the first members are done."""
    for found in story.session.scalars(
        sa.select(Induction).where(Induction.state == InductionState.OPEN)
    ).all():
        for step, _who in known_behaviours.steps_of(story.session, found.id):
            behaviours.tick(
                story.session, actor=story.people["ada"], at=at, relationship_id=found.relationship_id,
                person_id=found.person_id, step_id=step.id, on=at.date(),
            )  # fmt: skip
