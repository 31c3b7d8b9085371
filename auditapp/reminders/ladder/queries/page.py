"""One reminder as its page shows it: how it stands, its levels, what happened, what can be said to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import LAST_DAY
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability, Principal
from auditapp.reminders import due
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.queries.grounds import grounds_of
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.rules.answers import answerable, latest_snooze, needs_reason
from auditapp.reminders.ladder.rules.climbing import comes_next
from auditapp.reminders.ladder.rules.course import Course, Ground, members
from auditapp.reminders.ladder.rules.words import next_words
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.quiet.rules import local_day
from auditapp.reminders.rules import LEVEL_LABELS, Answer, DueItem, Level

MOST_STEPS = 200


@dataclass(frozen=True, kw_only=True)
class LevelLine:
    """A level of the ladder: who holds it, how long it waits, how it stands (``asked``, ``now``, ``later``, ``empty``)."""

    label: Text
    names: str
    wait_hours: int
    stands: str


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """What happened."""

    at: datetime
    who: str
    sentence: Text


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """All of it. ``item`` is ``None`` when nothing is owed any more."""

    run: ReminderRun
    item: DueItem | None
    next: Text | None
    levels: Sequence[LevelLine]
    steps: Sequence[StepLine]
    answers: frozenset[Answer]
    latest: date | None  # until when it can be put off
    reason_wanted: bool
    blocked_by: str
    owners: str  # whose turn it is
    mine: bool  # the reader's
    overdue: bool


def course_of(run: ReminderRun) -> Course:
    """A row as the rules take it."""
    return Course(
        state=run.state, level=Level(run.level), level_since=run.level_since, told=run.told, told_at=run.told_at,
        total=run.total, leads=list(run.leads), generation=run.generation, next_at=run.next_at, until=run.until_at,
        answered_by=run.answered_by_id, blocked_by=run.blocked_by_id, snoozes=run.snoozes,
    )  # fmt: skip


def ground_of(
    session: Session, run: ReminderRun, *, at: datetime, also: Sequence[UUID] = ()
) -> Ground | None:
    """What a reminder is decided on, if anything is owed still."""
    items = due.items(session, at=at, until=LAST_DAY, keys=[run.item_key])
    if not items or run.ended_at is not None:
        return None
    kept = {run.item_key: Policy.from_json(run.policy)}
    return grounds_of(session, {run.item_key: items[0]}, kept, at=at, also=also)[run.item_key]


def may_look(session: Session, principal: Principal, run: ReminderRun, ground: Ground | None) -> bool:
    """Whoever holds a level of it or was told of it, and whoever reads the whole trail."""
    if principal.can(Capability.VIEW_TRAIL):
        return True
    if ground is not None and principal.person_id in {
        one for people in ground.item.holders.values() for one in people
    }:
        return True
    told = (
        sa.select(Notice.id).where(Notice.run_id == run.id, Notice.person_id == principal.person_id).limit(1)
    )
    return session.scalar(told) is not None


def run_for_page(session: Session, principal: Principal, run_id: UUID, *, at: datetime) -> RunPage:
    """One reminder for one reader; about fifteen statements. Raises NotFound for what is not theirs to see."""
    run = session.get(ReminderRun, run_id)
    if run is None:
        raise NotFound
    ground = ground_of(session, run, at=at)
    if not may_look(session, principal, run, ground):
        raise NotFound
    course = course_of(run)
    comes = comes_next(course, ground) if ground is not None else None
    steps = session.scalars(
        sa.select(ReminderStep)
        .where(ReminderStep.run_id == run.id)
        .order_by(ReminderStep.number.desc())
        .limit(MOST_STEPS)
    ).all()
    ids = {step.person_id for step in steps} | {run.blocked_by_id}
    ids |= {one for people in (ground.item.holders.values() if ground else ()) for one in people}
    ids |= set(comes.people) if comes is not None else set()
    names = names_of(session, ids)
    possible = answerable(course) & ground.item.answers if ground is not None else frozenset()
    return RunPage(
        run=run,
        item=ground.item if ground is not None else None,
        next=next_words(comes, names, reader=principal.person_id, zone=principal.zone),
        levels=_levels(course, ground, steps, names) if ground is not None else (),
        steps=[_step(step, names) for step in steps],
        answers=possible,
        latest=_latest(course, ground),
        reason_wanted=needs_reason(course, ground) if ground is not None else False,
        blocked_by=names.get(run.blocked_by_id, "") if run.blocked_by_id is not None else "",
        owners=", ".join(names[one] for one in ground.item.owners if one in names)
        if ground is not None
        else "",
        mine=ground is not None and principal.person_id in ground.item.owners,
        overdue=ground is not None and at >= ground.overdue_from,
    )


def _latest(course: Course, ground: Ground | None) -> date | None:
    if ground is None:
        return None
    found = latest_snooze(course, ground)
    return local_day(found - timedelta(seconds=1), ground.item.zone) if found > ground.at else None


def _levels(
    course: Course, ground: Ground, steps: Sequence[ReminderStep], names: Mapping[UUID, str]
) -> list[LevelLine]:
    asked = {step.level for step in steps if step.kind is StepKind.TOLD}
    climbing = course.state not in {RunState.COMING, RunState.CAPPED}
    lines = []
    for rung in ground.policy.rungs:
        who = members(ground.item, rung.level, ground.rhythms)
        stands = "empty" if not who else "asked" if int(rung.level) in asked else "later"
        if climbing and rung.level is course.level:
            stands = "now"
        lines.append(
            LevelLine(
                label=LEVEL_LABELS[rung.level],
                names=", ".join(names[one] for one in who if one in names),
                wait_hours=rung.wait_hours,
                stands=stands,
            )
        )
    return lines


_TOLD_AS: Mapping[NoticeKind, Text] = {
    NoticeKind.REMINDER: Text("%(who)s was reminded."),
    NoticeKind.OVERDUE: Text("%(who)s was told that it is overdue."),
    NoticeKind.ESCALATION: Text("%(who)s was asked next: the level below was silent."),
    NoticeKind.COPY: Text("%(who)s was told that it went up."),
    NoticeKind.DECISION: Text("%(who)s was asked to decide."),
    NoticeKind.QUESTION: Text("%(who)s was asked whether it is still in hand."),
    NoticeKind.INFORMATION: Text("%(who)s was told how it stands."),
}
_ENDED: Mapping[str, Text] = {
    "settled": Text("Nothing is owed any more: it was done, or is no longer asked."),
    "moved": Text("What is owed, or its day, is another now: a new reminder began."),
}


def _step(step: ReminderStep, names: Mapping[UUID, str]) -> StepLine:
    who = names.get(step.person_id, "") if step.person_id is not None else ""
    level = LEVEL_LABELS[Level(step.level)]
    reason = Text.from_json(step.reason) if "msgid" in step.reason else ""
    if step.kind is StepKind.TOLD:
        return StepLine(
            at=step.at, who=who, sentence=Text(_TOLD_AS[NoticeKind(step.reason["as"])].msgid, who=who)
        )
    if step.kind is StepKind.ENDED:
        return StepLine(at=step.at, who="", sentence=_ENDED.get(step.reason.get("as", ""), Text("It ended.")))
    return StepLine(
        at=step.at, who=who, sentence=Text(_HAPPENED[step.kind].msgid, who=who, level=level, reason=reason)
    )


_HAPPENED: Mapping[StepKind, Text] = {
    StepKind.STARTED: Text("The reminder began."),
    StepKind.SKIPPED: Text("The level “%(level)s” was left out. %(reason)s"),
    StepKind.CLIMBED: Text("It went up to “%(level)s”."),
    StepKind.ANSWERED: Text("%(who)s answered: %(reason)s"),
    StepKind.ASKED_AGAIN: Text("The time for which it was in hand is over."),
    StepKind.RESUMED: Text("It was taken up again. %(reason)s"),
    StepKind.CAPPED: Text("The ladder ended: it stands on the list of what is stuck."),
}


def run_ids(session: Session, keys: Sequence[str]) -> dict[str, UUID]:
    """The running reminder of each of these due items, where there is one. One statement."""
    rows = session.execute(
        sa.select(ReminderRun.item_key, ReminderRun.id).where(
            ReminderRun.item_key.in_(keys), ReminderRun.ended_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}
