"""Management reviews: one of last year with minutes and actions, and the next one, which is planned."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.reports.management_review import service
from auditapp.reports.management_review.model import ManagementReview, ReviewAction
from auditapp.reports.management_review.rules import DecisionKind, Topic

HELD = -340  # days from today
PLANNED = 26
INVITED = ("ada", "cora", "iris", "jon", "rosa", "tess")
BEFORE = {
    Topic.CONTEXT: "The regulator asks rail operators for shared safety data from spring on. Two partners were bought "
    "by larger groups; nothing has changed in the contracts yet.",
    Topic.RESOURCES: "Two of five auditors may not audit the rail sector, because they work in it.",
}
SAID = {
    Topic.EARLIER_ACTIONS: "This is the first review in this form; the actions of the year before are done.",
    Topic.CONTEXT: "Shared safety data becomes a topic of every joint plan in rail.",
    Topic.NONCONFORMITIES: "Causes are named well, their effect is checked too late.",
    Topic.MEASUREMENT: "Objectives are measured; health checks are not yet asked of both sides everywhere.",
    Topic.AUDITS: "The programme is on its way. Partners who took part want to take part again.",
    Topic.RELATIONSHIPS: "Reviews of the plans slip when the manager changes.",
    Topic.RESOURCES: "Training of two more auditors is agreed.",
    Topic.RISKS: "The heaviest risk is loss of key people on either side.",
    Topic.BODY: "The application is prepared; no visit has taken place yet.",
    Topic.IMPROVEMENT: "Ideas of partners are answered faster when one person is named for them.",
}
CONCLUSION = (
    "The system fits what we do with our partners, and it is enough in scope. It works in the relationships that were "
    "looked at; what it lacks is speed in closing what audits find. The policy and the objectives stay as they are."
)
DECISIONS = (
    (DecisionKind.RESOURCES, "Two more internal auditors are trained, one of them outside operations."),
    (
        DecisionKind.SYSTEM_CHANGE,
        "A change of a relationship manager always opens an extra review of the plan.",
    ),
    (DecisionKind.IMPROVEMENT, "Every relationship names who answers the partner's ideas."),
)
# what, who, due in days from today, what was said when it was done and on which day
ACTIONS: tuple[tuple[str, str, int, int | None, str], ...] = (
    (
        "Train two more internal auditors",
        "rosa",
        -180,
        -195,
        "Both passed the course and went along on one audit.",
    ),
    ("Write the extra review at a change of manager into the process", "ada", -230, -236, "In force since."),
    ("Name who answers ideas, in every relationship", "oona", -12, None, ""),
    ("Agree with rail partners which safety data are shared", "pip", 40, None, ""),
)


def load_reviews(story: Story, at: datetime) -> None:
    """Plan the review of last year; what follows happens on its own days."""
    day = story.day(HELD)
    planned = service.plan(
        story.session, actor=story.people["ada"], at=at,
        said=service.PlanInput(
            title="Management review of the year", planned_on=day, since=at.date(), place="Board room",
            chair_id=story.people["ben"].person_id,
            people=tuple(story.people[name].person_id for name in INVITED),
            agenda="- Ready to apply for certification?\n- Resources for the second year of the programme",
        ),
    )  # fmt: skip
    tell = partial(_common, story, planned.ref)
    for number, (topic, text) in enumerate(BEFORE.items()):
        story.tell(story.moment(HELD - 6, 10, number), partial(_note, tell, topic, text))
    story.tell(story.moment(day, 15), partial(_hold, story, tell))
    story.tell(story.moment(HELD + 3, 11), partial(_write, story, tell))
    story.tell(story.moment(HELD + 9, 9), partial(_issue, story, tell))
    for number, (_title, owner, _due, done, said) in enumerate(ACTIONS, start=1):
        if done is not None:
            story.tell(story.moment(done, 14), partial(_done, story, f"{planned.ref}-A{number}", owner, said))
    story.tell(story.moment(-9, 10), partial(_next, story))


Tell = partial[dict[str, Any]]


def _common(story: Story, ref: str, at: datetime, who: str = "ada") -> dict[str, Any]:
    review = story.session.scalars(sa.select(ManagementReview).where(ManagementReview.ref == ref)).one()
    return {"session": story.session, "actor": story.people[who], "at": at, "review": review}


def _note(tell: Tell, topic: Topic, text: str, at: datetime) -> None:
    service.write_note(topic=topic, text=text, **tell(at))


def _hold(story: Story, tell: Tell, at: datetime) -> None:
    there = [story.people[name].person_id for name in ("ben", "ada", "cora", "iris", "rosa", "tess")]
    service.hold(held_on=at.date(), attended=there, also_present="Secretary of the board", **tell(at))


def _write(story: Story, tell: Tell, at: datetime) -> None:
    for topic, text in SAID.items():
        service.write_note(topic=topic, text=text, **tell(at))
    service.write_conclusion(text=CONCLUSION, **tell(at))
    for kind, text in DECISIONS:
        service.decide(kind=kind, text=text, **tell(at))
    for title, owner, due, _done_on, _said in ACTIONS:
        service.ask(title=title, owner=story.people[owner].person_id, due_on=story.day(due), **tell(at))


def _issue(story: Story, tell: Tell, at: datetime) -> None:
    del story
    service.issue(**tell(at, "ben"))


def _done(story: Story, ref: str, owner: str, said: str, at: datetime) -> None:
    action = story.session.scalars(sa.select(ReviewAction).where(ReviewAction.ref == ref)).one()
    service.finish(
        story.session, actor=story.people[owner], at=at, action=action, chair_id=story.people["ben"].person_id,
        note=said, evidence="File of the management system",
    )  # fmt: skip


def _next(story: Story, at: datetime) -> None:
    """The next review: planned, with a first note."""
    made = service.plan(
        story.session, actor=story.people["ada"], at=at,
        said=service.PlanInput(
            title="Management review before Stage 2", planned_on=story.day(PLANNED), since=story.day(HELD),
            chair_id=story.people["ben"].person_id, place="Board room",
            people=tuple(story.people[name].person_id for name in (*INVITED, "kim", "sam")),
            agenda="- What the certification body found at Stage 1\n- Closing nonconformities faster",
        ),
    )  # fmt: skip
    service.write_note(
        story.session, actor=story.people["ada"], at=at + timedelta(minutes=5), review=made, topic=Topic.CONTEXT,
        text="A new edition of the standard is expected; a first look at the draft is on the agenda.",
    )  # fmt: skip
