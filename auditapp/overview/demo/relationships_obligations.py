"""What falls due again and again."""

from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import DEFAULTS, State, done_by_record
from auditapp.relationships.obligations.service import begin_missing, finish, put_off, set_day

# What was said when it was done; the rest says nothing.
SAID = {
    "policy_review": "Policy and scope stand; the segmentation of relationships was renewed.",
    "risk_review": "Two risks were lowered, one was closed.",
    "joint_team_meeting": "Held as planned.",
    "scorecard": "Scores agreed by both sides.",
}
SPREAD = 7  # days between the beginnings
LATE = 9  # days after its day that the last ones were done
SKIPPED = "joint_team_meeting"


def load_obligations(story: Story, at: datetime) -> None:
    """Begin with the relationships, then settle them about on their days until a few weeks ago."""
    begin_missing(story.session, at=at)
    begun = story.session.scalars(
        sa.select(Obligation)
        .where(Obligation.state == State.OPEN)
        .order_by(Obligation.key, Obligation.thing_ref)
    )
    for number, found in enumerate(begun.all()):  # not everything on one day
        set_day(
            story.session, key=found.key, subject=found.subject,
            on=found.intended_on + timedelta(days=number * SPREAD % 60),
        )  # fmt: skip
    for day in range(-470, -3, 15):
        story.tell(story.moment(day, 16), partial(_settle, story))


def _settle(story: Story, at: datetime) -> None:
    """Do what fell due in the last month, so that something is overdue today and most is not."""
    today = at.date()
    due = story.session.scalars(
        sa.select(Obligation)
        .where(Obligation.state == State.OPEN, Obligation.due_on < today - timedelta(days=LATE))
        .order_by(Obligation.due_on, Obligation.id)
    ).all()
    for number, found in enumerate(due):
        if done_by_record(found.key, DEFAULTS[found.key].source) or found.extra:
            continue
        actor = story.people["ada"]
        if found.key == SKIPPED and today.month == 8:  # noqa: PLR2004 - August, when nobody is there
            finish(
                story.session, actor=actor, at=at, found=found, state=State.SKIPPED, on=today,
                note="Both sides were on holiday; the next meeting takes both agendas.",
            )  # fmt: skip
        elif found.key == "ser_oversight" and number % 5 == 0 and found.due_on == found.intended_on:
            put_off(
                story.session, actor=actor, at=at, found=found, due_on=today + timedelta(days=14),
                reason="The partner's SER changed; the new one is to be there.",
            )  # fmt: skip
        else:
            finish(
                story.session, actor=actor, at=at, found=found, state=State.DONE, on=today,
                note=SAID.get(found.key, ""),
            )  # fmt: skip
