"""The reminders of the last days: digests, what went up, and what people answered."""

from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.people.queries import principal_of_person
from auditapp.reminders.digest.service import gather
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.ladder.service import answer, climb, scan
from auditapp.reminders.outbox import service as outbox
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.quiet.rules import local_moment
from auditapp.reminders.rules import Answer, Kind

DAYS = (-7, -5, -4, -1)
MOST = 500
ANSWERED: tuple[tuple[int, Kind, Answer, str], ...] = (
    (-7, Kind.ACTION, Answer.ACKNOWLEDGE, ""),
    (-5, Kind.NONCONFORMITY, Answer.ACKNOWLEDGE, ""),
    (-4, Kind.RISK_TREATMENT, Answer.SNOOZE, "The partner’s answer comes on Thursday."),
    (-4, Kind.JOINT_ACTION, Answer.NOT_MINE, "The depot keeps that list, not the site."),
)


def tell_reminders(story: Story) -> None:
    """What the engine would have done on the mornings of the last days.

    The messages of the last morning are left to be sent, so that whoever starts the demonstration sees them go out.
    """
    moments = sorted({story.moment(day, 9, 1) for day in DAYS})
    for at in moments:
        story.tell(at, partial(_look, story, last=at == moments[-1]))
    for day, kind, said, reason in ANSWERED:
        story.tell(story.moment(day, 9, 25), partial(_answer, story, kind=kind, said=said, reason=reason))


def _look(story: Story, at: datetime, *, last: bool) -> None:
    scan(story.session, at=at)
    climb(story.session, at=at)
    gather(story.session, at=at)
    if not last:
        _send(story, at)


def _send(story: Story, at: datetime) -> None:
    for claim in outbox.claim(story.session, at=at, worker="demonstration", limit=MOST):
        outbox.record_sent(story.session, at=at, claim=claim, provider_id=str(claim.message_id))


def _answer(story: Story, at: datetime, *, kind: Kind, said: Answer, reason: str) -> None:
    """Whoever was told first of the oldest of a kind answers it."""
    found = story.session.execute(
        sa.select(ReminderRun, Notice.person_id)
        .join(Notice, Notice.run_id == ReminderRun.id)
        .where(
            ReminderRun.kind == kind,
            ReminderRun.ended_at.is_(None),
            ReminderRun.state.in_([RunState.CLIMBING, RunState.COMING]),
            ReminderRun.generation == 0,
        )
        .order_by(ReminderRun.due_on, ReminderRun.ref, Notice.created_at)
    ).first()
    if found is None:
        return
    run, person_id = found
    who = principal_of_person(story.session, person_id)
    if who is None:
        return
    day = at.date() + timedelta(days=2)
    answer(
        story.session, actor=who, at=at, run_id=run.id, generation=run.generation, answer=said, reason=reason,
        until=local_moment(day, 9 * 60, who.zone) if said is Answer.SNOOZE else None,
    )  # fmt: skip
