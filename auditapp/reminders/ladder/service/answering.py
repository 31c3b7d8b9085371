"""Somebody answers a reminder."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.queries import course_of, ground_of
from auditapp.reminders.ladder.rules import answers
from auditapp.reminders.ladder.rules.course import Course, Ground, Move
from auditapp.reminders.ladder.service.keeping import keep, withdraw
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.rules import Answer
from auditapp.trail.service import record


def answer(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    run_id: UUID,
    generation: int,
    answer: Answer,
    reason: str = "",
    until: datetime | None = None,
    to_person_id: UUID | None = None,
) -> ReminderRun:
    """What somebody says to a reminder that they were told of, or that is theirs.

    Raises Stale when it was answered since (``generation``), NotFound when it is not theirs, Invalid for the fields
    ``reason``, ``until`` and ``to_person_id``. The same answer of the same person twice is a silent success.
    """
    run, ground = _ground(session, actor, at=at, run_id=run_id, also=to_person_id)
    if run.generation != generation:
        if run.generation == generation + 1 and run.answered_by_id == actor.person_id and _same(run, answer):
            return run
        raise Stale(Text("This was answered already. Open the page and look how it stands now."))
    course = course_of(run)
    move = _answered(
        course, ground, answer, by=actor.person_id, reason=reason, until=until, other=to_person_id
    )
    withdraw(session, [run.id], at=at, reason="answered")
    keep(session, [(run, course, move, ground)])
    _say(session, run, actor=actor, at=at, answer=answer, reason=reason)
    session.flush()
    return run


def restart(session: Session, *, actor: Principal, at: datetime, run_id: UUID) -> ReminderRun:
    """Begin the ladder anew from the owner: for what is stuck, by whoever manages the audit programme."""
    if not actor.can(Capability.MANAGE_PROGRAMME):
        raise Refusal(Text("Only the audit programme manager begins a reminder anew."))
    run, ground = _ground(session, actor, at=at, run_id=run_id)
    course = course_of(run)
    move = answers.restart(course, ground, by=actor.person_id)
    withdraw(session, [run.id], at=at, reason="restarted")
    keep(session, [(run, course, move, ground)])
    record(
        session, actor_id=actor.person_id, at=at, verb="reminder.restarted", thing_kind="reminder", thing_id=run.id,
        thing_ref=run.ref, context_id=run.relationship_id, after={"item": run.item_key},
    )  # fmt: skip
    session.flush()
    return run


_STATE_AFTER = {
    Answer.ACKNOWLEDGE: ("acknowledged", "coming"),
    Answer.SNOOZE: ("snoozed",),
    Answer.BLOCKED: ("blocked",),
}


def _same(run: ReminderRun, said: Answer) -> bool:
    return run.state.value in _STATE_AFTER.get(said, ())


def _ground(
    session: Session, actor: Principal, *, at: datetime, run_id: UUID, also: UUID | None = None
) -> tuple[ReminderRun, Ground]:
    run = session.get(ReminderRun, run_id)
    if run is None:
        raise NotFound(Text("There is no such reminder."))
    if run.ended_at is not None:
        raise Refusal(Text("Nothing is asked here any more: it was done, or moved to another day."))
    others = [one for one in (actor.person_id, also, run.answered_by_id) if one is not None]
    ground = ground_of(session, run, at=at, also=others)
    if ground is None:
        raise Refusal(Text("Nothing is asked here any more: it was done, or moved to another day."))
    if not may_answer(session, actor, run, ground):
        raise NotFound(Text("There is no such reminder."))
    return run, ground


def may_answer(session: Session, actor: Principal, run: ReminderRun, ground: Ground) -> bool:
    """Whoever holds a level of it, was told of it, or manages the audit programme."""
    held = {one for people in ground.item.holders.values() for one in people}
    if actor.person_id in held or actor.can(Capability.MANAGE_PROGRAMME):
        return True
    told = sa.select(Notice.id).where(Notice.run_id == run.id, Notice.person_id == actor.person_id).limit(1)
    return session.scalar(told) is not None


def _answered(
    course: Course,
    ground: Ground,
    said: Answer,
    *,
    by: UUID,
    reason: str,
    until: datetime | None,
    other: UUID | None,
) -> Move:
    if said is Answer.ACKNOWLEDGE:
        return answers.acknowledge(course, ground, by=by)
    if said is Answer.SNOOZE:
        return answers.snooze(course, ground, by=by, until=until, reason=reason)
    if said is Answer.NOT_MINE:
        return answers.not_mine(course, ground, by=by, reason=reason)
    if said is Answer.BLOCKED:
        return answers.blocked(course, ground, by=by, person_id=other, reason=reason)
    raise Refusal(Text("That is said on the page of the thing itself, with its record."))


def _say(
    session: Session, run: ReminderRun, *, actor: Principal, at: datetime, answer: Answer, reason: str
) -> None:
    """One fact; each verb stands here in full, so that its sentence is found."""
    about: dict[str, Any] = {
        "thing_kind": "reminder",
        "thing_id": run.id,
        "thing_ref": run.ref,
        "context_id": run.relationship_id,
    }
    after = {
        "item": run.item_key,
        "reason": reason,
        "until": run.until_at.isoformat() if run.until_at else None,
    }
    if answer is Answer.ACKNOWLEDGE:
        record(session, actor_id=actor.person_id, at=at, verb="reminder.acknowledged", after=after, **about)
    elif answer is Answer.SNOOZE:
        record(session, actor_id=actor.person_id, at=at, verb="reminder.snoozed", after=after, **about)
    elif answer is Answer.NOT_MINE:
        record(session, actor_id=actor.person_id, at=at, verb="reminder.not_mine", after=after, **about)
    else:
        record(session, actor_id=actor.person_id, at=at, verb="reminder.blocked", after=after, **about)
