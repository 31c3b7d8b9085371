"""From a row to its course and back, with what was decided: steps on record, notices to tell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import day_words
from auditapp.people.queries import names_of
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.rules.climbing import comes_next
from auditapp.reminders.ladder.rules.course import Course, Ground, Move, below, overdue_from, rung_index
from auditapp.reminders.ladder.rules.words import Told as ToldWords
from auditapp.reminders.ladder.rules.words import answered_in, next_words, said_words
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.quiet.rules import local_day
from auditapp.reminders.rules import DueItem, Level

LONGEST_TITLE = 300


def keep(session: Session, moved: Sequence[tuple[ReminderRun, Course, Move, Ground]]) -> None:
    """Write down what came of it. One statement for the names besides the rows themselves."""
    ahead = {run.id: comes_next(course, ground) for run, course, move, ground in moved if move.told}
    silent = {run.id: _silent(course, move, ground) for run, course, move, ground in moved}
    names = names_of(
        session,
        {one for comes in ahead.values() if comes is not None for one in comes.people}
        | {one for people in silent.values() for one in people}
        | {told.person_id for _, _, move, _ in moved for told in move.told}
        | {told.instead_of for _, _, move, _ in moved for told in move.told}
        | {step.person_id for _, _, move, _ in moved for step in move.steps},
    )
    for run, course, move, ground in moved:
        asked = tuple(one.person_id for one in move.told if one.kind is NoticeKind.ESCALATION)
        _onto(run, course)
        for step in move.steps:
            _record(
                session, run, at=ground.at, kind=step.kind, level=step.level, person_id=step.person_id,
                reason=step.reason.to_json() if step.reason is not None else {},
            )  # fmt: skip
        for told in move.told:
            _record(
                session, run, at=ground.at, kind=StepKind.TOLD, level=told.level, person_id=told.person_id,
                reason={"as": told.kind.value, "instead_of": str(told.instead_of or "")},
            )  # fmt: skip
            zone = ground.rhythms[told.person_id].zone
            words = next_words(ahead[run.id], names, reader=told.person_id, zone=zone)
            until = day_words(local_day(course.until, zone)) if course.until is not None else None
            said = said_words(
                told.kind,
                ToldWords(
                    names=names,
                    answered=answered_in(move),
                    silent=silent[run.id],
                    asked=asked,
                    level=told.level,
                    until=until,
                ),
            )
            session.add(
                Notice(
                    dedupe=f"{run.id}:{run.steps}:{told.person_id}",
                    person_id=told.person_id,
                    item_key=run.item_key,
                    kind=told.kind,
                    urgent=told.urgent,
                    about=about(ground.item, at=ground.at)
                    | {
                        "next": words.to_json() if words is not None else None,
                        "said": said.to_json() if said is not None else None,
                        "instead_of": names.get(told.instead_of, "") if told.instead_of is not None else "",
                    },
                    created_at=ground.at,
                    not_before=told.not_before,
                    run_id=run.id,
                    generation=run.generation,
                    level=int(told.level),
                )
            )


def _silent(course: Course, move: Move, ground: Ground) -> tuple[UUID, ...]:
    """Who was asked below, when somebody further up is asked now."""
    if not any(told.kind is NoticeKind.ESCALATION for told in move.told):
        return ()
    return tuple(below(ground, rung_index(ground.policy, course.level)))


def about(item: DueItem, *, at: datetime) -> dict[str, Any]:
    """What a notice keeps of its item, to be read when the item is gone."""
    return {
        "kind": item.kind.value,
        "severity": item.severity.value,
        "ref": item.ref,
        "title": item.title,
        "endpoint": item.endpoint,
        "args": dict(item.args),
        "step": item.step.to_json(),
        "why": item.why.to_json(),
        "due_on": item.due_on.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at is not None else None,
        "overdue": at >= overdue_from(item),
        "relationship_id": str(item.relationship_id or ""),
    }


def _onto(run: ReminderRun, course: Course) -> None:
    values: Mapping[str, Any] = {
        "state": course.state, "level": int(course.level), "level_since": course.level_since, "told": course.told,
        "told_at": course.told_at, "total": course.total, "leads": list(course.leads), "generation": course.generation,
        "next_at": course.next_at, "until_at": course.until, "answered_by_id": course.answered_by,
        "blocked_by_id": course.blocked_by, "snoozes": course.snoozes,
    }  # fmt: skip
    for name, value in values.items():
        if getattr(run, name) != value:
            setattr(run, name, value)


def _record(
    session: Session, run: ReminderRun, *, at: datetime, kind: StepKind, level: Level, person_id: UUID | None,
    reason: Any,
) -> None:  # fmt: skip
    run.steps += 1
    session.add(
        ReminderStep(
            run_id=run.id,
            number=run.steps,
            at=at,
            kind=kind,
            level=int(level),
            generation=run.generation,
            person_id=person_id,
            reason=reason,
        )
    )


def end(session: Session, runs: Collection[ReminderRun], *, at: datetime, reason: str) -> None:
    """These reminders are over; what of them waits to be told is told no more."""
    for run in runs:
        run.state, run.next_at, run.until_at, run.ended_at, run.end_reason = (
            RunState.ENDED,
            None,
            None,
            at,
            reason,
        )
        _record(
            session,
            run,
            at=at,
            kind=StepKind.ENDED,
            level=Level(run.level),
            person_id=None,
            reason={"as": reason},
        )
    withdraw(session, [run.id for run in runs], at=at, reason=reason)


def withdraw(session: Session, run_ids: Collection[UUID], *, at: datetime, reason: str) -> None:
    """What waits to be told of these reminders is told no more."""
    if run_ids:
        session.execute(
            sa.update(Notice)
            .where(Notice.run_id.in_(run_ids), Notice.message_id.is_(None), Notice.cancelled_at.is_(None))
            .values(cancelled_at=at, cancel_reason=reason)
            .execution_options(synchronize_session=False)
        )


def begun(item: DueItem, policy: Any, *, at: datetime) -> ReminderRun:
    """A new row for an item, with the policy that it keeps."""
    return ReminderRun(
        item_key=item.key,
        due_version=item.version,
        kind=item.kind,
        severity=item.severity,
        ref=item.ref[:60],
        title=item.title[:LONGEST_TITLE],
        due_on=item.due_on,
        due_at=item.due_at,
        relationship_id=item.relationship_id,
        policy=policy,
        owners=sorted(str(one) for one in item.owners),
        started_at=at,
    )
