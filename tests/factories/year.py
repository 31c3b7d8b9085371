"""A year of reminders: people in six zones with holidays and absences, what they owe, and how they answer.

The world is made of rows and services of the application; the engine and the delivery are the real ones. Only the clock
and the channel are ours: the channel takes every message and notes who got it when.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.obligations.service import begin, finish
from auditapp.relationships.rules import MemberRole
from auditapp.reminders.digest.queries import build_message as deliver_builder
from auditapp.reminders.engine.service import run_jobs
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.queries import next_moment
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.service import answer
from auditapp.reminders.outbox import channels
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import Message, MessageKind, NoticeKind, Recipient
from auditapp.reminders.quiet.model import Absence, PersonRhythm
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import Rhythm, away_on, hours_of, is_working_day, local_day, local_moment
from auditapp.reminders.rules import Answer
from bots import deliver
from tests.factories import make_person, make_relationship

PLACES = (
    ("Europe/London", "GB"), ("America/New_York", "US"), ("Asia/Kolkata", "IN"), ("Australia/Sydney", "AU"),
    ("Europe/Berlin", "DE"), ("America/Sao_Paulo", "BR"),
)  # fmt: skip
KEYS = ("rmp_review", "joint_team_meeting", "scorecard", "risk_review", "value_review", "health_check")
RELATIONSHIPS = 8


@dataclass
class Sink:
    """A channel that takes everything, and can be asked."""

    name: str = "mail"
    label: Text = Text("Mail")
    askable: bool = True
    per_minute: int = 0
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    got: list[tuple[datetime, Message]] = field(default_factory=list)

    def reaches(self, to: Recipient) -> bool:
        del to
        return True

    def send(self, message: Message) -> str:
        self.got.append((self.at, message))
        return str(message.id)

    def find(self, message_id: UUID) -> str | None:
        return next((str(one.id) for _, one in self.got if one.id == message_id), None)


@dataclass
class World:
    """Who is there."""

    people: list[UUID]
    manager: UUID  # of the audit programme
    dice: random.Random
    sink: Sink


def make_world(session: Session, *, people: int, start: date, seed: int) -> World:
    """People with their rhythms and absences, relationships with their seats, and what recurs for each."""
    dice = random.Random(seed)
    at = datetime.combine(start, datetime.min.time(), UTC)
    made = [
        make_person(session, zone=PLACES[n % len(PLACES)][0], name=f"Person {n}").person_id
        for n in range(people)
    ]
    manager = make_person(session, Role.PROGRAMME_MANAGER, name="Programme").person_id
    for number, one in enumerate(made):
        starts = dice.choice((7, 8, 9, 10)) * 60
        session.add(
            PersonRhythm(
                person_id=one, work_days=[0, 1, 2, 3, 4] if dice.random() < 0.9 else [0, 1, 2], starts_at=starts,
                ends_at=starts + 8 * 60, digest_at=starts, budget=dice.choice((2, 4, 6)), channels=["mail", "in_app"],
                country=PLACES[number % len(PLACES)][1],
                deputy_id=made[(number + 7) % people] if dice.random() < 0.5 else None,
            )
        )  # fmt: skip
        for _ in range(dice.randint(0, 3)):
            first = start + timedelta(days=dice.randint(0, 360))
            deputy = made[(number + 3) % people] if dice.random() < 0.5 else None
            session.add(
                Absence(
                    person_id=one,
                    first_on=first,
                    last_on=first + timedelta(days=dice.randint(0, 21)),
                    deputy_id=deputy,
                    made_at=at,
                )
            )
    for number in range(RELATIONSHIPS):
        who = [made[(number * 5 + step) % people] for step in range(4)]
        found = make_relationship(
            session,
            ref=f"R-{number:02}",
            manager_id=who[0],
            owner_id=who[1],
            ser_id=who[2] if number % 4 else None,
        )
        session.add(
            RelationshipMember(
                relationship_id=found.id, person_id=who[3], role=MemberRole.JOINT_TEAM, added_at=at
            )
        )
        session.flush()
        for key in KEYS[: 3 + number % 4]:
            owner = made[(number * 3 + len(key)) % people] if number % 3 else None
            begin(
                session, at=at, key=key, subject=found.id, anchor_on=start, relationship_id=found.id, title=key,
                first_on=start + timedelta(days=dice.randint(1, 60)), owner_id=owner,
            )  # fmt: skip
    session.flush()
    return World(people=[*made, manager], manager=manager, dice=dice, sink=Sink())


def play(
    app: Any, world: World, *, first: datetime, last: datetime, downtime: tuple[datetime, datetime],
    tick: Callable[[datetime], None] | None = None,
) -> int:  # fmt: skip
    """Let the clock jump from moment to moment; nobody looks during ``downtime``. Gives how many moments there were.

    ``tick`` replaces what happens at a moment (a run under a shifted clock).
    """
    channels.register(world.sink)
    deliver.use_builder(builder_of(app))
    at, count = first, 0
    try:
        while at < last:
            if downtime[0] <= at < downtime[1]:
                at = downtime[1]
            world.sink.at = at
            if tick is not None:
                tick(at)
            else:
                run_unit(lambda at=at: run_jobs(current_session(), at=at), "write")
                while deliver.deliver_once(app, at=at, pace=deliver.Pace(limit=100)).claimed:
                    pass
            run_unit(lambda at=at: live(current_session(), world, at=at), "write")
            following = run_unit(lambda at=at: next_moment(current_session(), at=at), "read")
            assert following > at
            at, count = following, count + 1
    finally:
        channels.forget(world.sink.name)
    return count


def builder_of(app: Any) -> Any:
    """Messages of the real builder."""
    from_app = app.url_map.bind("localhost")

    def build(session: Session, message_id: UUID, at: datetime) -> Message | None:
        return deliver_builder(
            session, message_id, at=at, path_of=lambda endpoint, args: from_app.build(endpoint, dict(args))
        )

    return build


def live(session: Session, world: World, *, at: datetime) -> None:
    """What people do of themselves at a moment: some of what is asked of them gets answered, some is done."""
    runs = session.scalars(
        sa.select(ReminderRun)
        .where(ReminderRun.ended_at.is_(None), ReminderRun.total > 0)
        .order_by(ReminderRun.id)
    ).all()
    for run in runs:
        fate = world.dice.random()
        if fate > 0.12:
            continue
        told = session.scalars(
            sa.select(Notice.person_id)
            .where(Notice.run_id == run.id, Notice.message_id.is_not(None))
            .order_by(Notice.id)
        ).all()
        if not told:
            continue
        who = principal_of_person(session, world.dice.choice(told))
        assert who is not None
        if fate < 0.03:
            found = session.get(Obligation, UUID(run.item_key.split(":")[1]))
            if found is not None and found.state is State.OPEN:
                finish(
                    session,
                    actor=who,
                    at=at,
                    found=found,
                    state=State.DONE,
                    on=local_day(at, who.zone),
                    note="Done.",
                )
            continue
        said = world.dice.choice(list(SAYABLE))
        try:
            with session.begin_nested():
                answer(
                    session, actor=who, at=at, run_id=run.id, generation=run.generation, answer=said, reason="So it is.",
                    until=at + timedelta(days=2), to_person_id=world.dice.choice(world.people),
                )  # fmt: skip
        except Refusal:
            continue


SAYABLE = (Answer.ACKNOWLEDGE, Answer.SNOOZE, Answer.NOT_MINE, Answer.BLOCKED)


def broken_promises(session: Session, world: World, *, last: datetime) -> list[str]:
    """Every invariant that did not hold, in words."""
    known = rhythms(session, world.people, at=datetime(2026, 1, 1, tzinfo=UTC))
    return [
        *_quiet(world, known),
        *_budget(world, known),
        *_once(session, world),
        *_levels(session),
        *_told_above(session, last),
    ]


def _quiet(world: World, known: dict[UUID, Rhythm]) -> list[str]:
    found = []
    for at, message in world.sink.got:
        rhythm = known[message.to.person_id]
        day = local_day(at, rhythm.zone)
        begins, ends = hours_of(rhythm, day)
        begins = min(begins, local_moment(day, rhythm.digest, rhythm.zone))
        if not is_working_day(rhythm, day) or away_on(rhythm, day) is not None or not begins <= at < ends:
            found.append(f"{message.to.name} was told at {at} in {rhythm.zone}")
    return found


def _budget(world: World, known: dict[UUID, Rhythm]) -> list[str]:
    count: Counter[tuple[UUID, date]] = Counter()
    digests: Counter[tuple[UUID, date]] = Counter()
    for at, message in world.sink.got:
        key = (message.to.person_id, local_day(at, known[message.to.person_id].zone))
        count[key] += 1
        digests[key] += message.kind is MessageKind.DIGEST
    return [f"{key} got {n} messages" for key, n in count.items() if n > known[key[0]].budget] + [
        f"{key} got {n} digests" for key, n in digests.items() if n > 1
    ]


def _once(session: Session, world: World) -> list[str]:
    sent: Counter[UUID] = Counter(message.id for _, message in world.sink.got)
    found = [f"{one} was sent {n} times" for one, n in sent.items() if n > 1]
    waiting = session.scalar(
        sa.select(sa.func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "unknown")
    )
    return found + ([f"{waiting} messages are in doubt"] if waiting else [])


def _levels(session: Session) -> list[str]:
    """Between two answers a run takes its levels one after the other: none is passed over without a word."""
    found = []
    steps: dict[UUID, list[ReminderStep]] = defaultdict(list)
    for step in session.scalars(sa.select(ReminderStep).order_by(ReminderStep.run_id, ReminderStep.number)):
        steps[step.run_id].append(step)
    for run in session.scalars(sa.select(ReminderRun)):
        rungs = [one["level"] for one in run.policy["rungs"]]
        place = 0
        for step in steps[run.id]:
            if step.kind is StepKind.SKIPPED or step.kind is StepKind.CLIMBED:
                if step.level in rungs[place:]:
                    between = rungs[place : rungs.index(step.level)]
                    if len(between) > 1 or (between and between != [rungs[place]]):
                        found.append(f"{run.ref} passed over {between}")
                    place = rungs.index(step.level)
                else:
                    found.append(f"{run.ref} went down to {step.level}")
    return found


def _told_above(session: Session, last: datetime) -> list[str]:
    """What has been late for two months without an answer has come to somebody above its owner."""
    late = session.scalars(
        sa.select(ReminderRun).where(
            ReminderRun.due_on < (last - timedelta(days=60)).date(),
            ReminderRun.ended_at.is_(None),
            ReminderRun.state.in_([RunState.CLIMBING, RunState.CAPPED]),
        )
    ).all()
    found = []
    for run in late:
        above = session.scalar(
            sa.select(sa.func.count())
            .select_from(Notice)
            .where(Notice.run_id == run.id, Notice.kind.in_([NoticeKind.ESCALATION, NoticeKind.INFORMATION]))
        )
        if not above and not run.snoozes and run.generation == 0:
            found.append(f"{run.ref} {run.item_key} is late since {run.due_on}, and nobody above heard of it")
    return found
