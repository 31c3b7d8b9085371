"""What dashboards show besides the figures: open now, by relationship, readiness by stage, the funnel of reminders."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade, Result
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import ENDED
from auditapp.kit.text import Text
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGES, Stage
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.rules import Level
from auditapp.reports.dashboards.rules import MOST_LINES, MOST_OWN, MOST_ROWS, Line, Spoke
from auditapp.reports.figures.queries.base import Condition, relationship_ids, standing, within
from auditapp.reports.figures.rules import Asked, Count, Place
from auditapp.reports.readiness.queries.answers import Latest, latest_answers
from auditapp.reports.readiness.queries.picture import CYCLE_YEARS, Picture, shelf_of
from auditapp.reports.readiness.rules import State, by_stage

RUNS_ONE = frozenset({Role.RELATIONSHIP_OWNER, Role.RELATIONSHIP_MANAGER, Role.SER})
_OPEN = Nonconformity.status.not_in(sorted(ENDED))


def own_relationships(session: Session, who: Principal) -> list[tuple[UUID, str, str]]:
    """(id, number, name) of the running relationships that somebody answers for. One statement."""
    me = who.person_id
    scoped = [one for one, roles in who.scoped.items() if roles & RUNS_ONE]
    rows = session.execute(
        sa.select(Relationship.id, Relationship.ref, Relationship.name)
        .where(
            Relationship.ended_on.is_(None),
            sa.or_(
                Relationship.owner_id == me,
                Relationship.manager_id == me,
                Relationship.ser_id == me,
                Relationship.id.in_(scoped),
            ),
        )
        .order_by(Relationship.ref)
        .limit(MOST_OWN)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def open_now(session: Session, asked: Asked) -> list[Count]:
    """What stands open now, and how much of it is major. One statement."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((Nonconformity.grade == Grade.MAJOR, 1))))
        .select_from(Nonconformity)
        .where(*standing(asked), _OPEN)
    ).one()
    both = (("show", "open"), ("show", "stands"))
    return [
        Count(key="open", label=Text("Open now"), count=row[0], rows=asked.rows(Place.NONCONFORMITIES, *both)),
        Count(
            key="major", label=Text("Of these major"), count=row[1],
            rows=asked.rows(Place.NONCONFORMITIES, *both, ("grade", Grade.MAJOR.value)),
        ),
    ]  # fmt: skip


def lines(session: Session, asked: Asked, *, every: bool) -> list[Line]:
    """Relationships with what is open in them, the most overdue first. One statement.

    ``every``: those without anything open too.
    """
    late = Nonconformity.turn_due_on < asked.today
    counted = (
        sa.select(
            Nonconformity.relationship_id,
            sa.func.count().label("open"),
            sa.func.count(sa.case((Nonconformity.grade == Grade.MAJOR, 1))).label("major"),
            sa.func.count(sa.case((late, 1))).label("overdue"),
        )
        .where(*standing(asked), _OPEN, Nonconformity.relationship_id.is_not(None))
        .group_by(Nonconformity.relationship_id)
        .subquery()
    )

    def number(name: str) -> Any:
        return sa.func.coalesce(counted.c[name], 0)

    query = (
        sa.select(
            Relationship.ref, Relationship.name, Relationship.stage, number("open").label("open"),
            number("major").label("major"), number("overdue").label("overdue"),
        )
        .join(counted, counted.c.relationship_id == Relationship.id, isouter=every)
        .order_by(number("overdue").desc(), number("open").desc(), Relationship.ref)
        .limit(MOST_OWN if every else MOST_LINES)
    )  # fmt: skip
    if asked.refs is not None:
        query = query.where(Relationship.ref.in_(asked.refs))
    return [
        Line(
            ref=row.ref, name=row.name, stage=row.stage, open=int(row.open), major=int(row.major),
            overdue=int(row.overdue),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def spokes_of(seen: Picture) -> list[Spoke]:
    """Readiness by stage from the picture of a standard: its clauses."""
    found = by_stage(seen.judged)
    spokes = []
    for stage in STAGES:
        tally = found.get(stage)
        whole = tally.applicable if tally else 0
        looked = whole - (tally.of(State.NOT_ASSESSED) if tally else 0)
        spokes.append(Spoke(stage=stage, good=tally.ready if tally else 0, looked=looked, whole=whole))
    return spokes


def answers_of(session: Session, asked: Asked) -> list[Latest]:
    """The latest answers about the relationships that are asked for, of every standard. Five statements at most."""
    keys = [one.id for one in shelf_of(session).standards]
    since = cycle_start(asked.at)
    found = latest_answers(session, keys, since=since, today=asked.today, within=relationship_ids(asked))
    return [one for one in found if one.result is not Result.NOT_APPLICABLE]


def cycle_start(at: datetime) -> datetime:
    """Since when answers count."""
    return at.replace(year=at.year - CYCLE_YEARS, day=min(at.day, 28))


def stands_well(one: Latest) -> bool:
    """Whether an answer speaks for its stage: what was nonconforming does so once it was put right."""
    return not (one.failing or one.pending)


def spokes_by_answers(answers: Sequence[Latest]) -> list[Spoke]:
    """The same from the latest answers about relationships: all of them were looked at."""
    whole, good = (
        Counter(one.stage for one in answers),
        Counter(one.stage for one in answers if stands_well(one)),
    )
    return [Spoke(stage=stage, good=good[stage], looked=whole[stage], whole=whole[stage]) for stage in STAGES]


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """A reminder behind a number of the funnel."""

    id: UUID
    ref: str
    title: str
    relationship: str
    started_at: datetime
    state: RunState
    level: Level


def _climbed() -> Condition:
    return sa.and_(
        ReminderStep.kind.in_([StepKind.TOLD, StepKind.CLIMBED]), ReminderStep.level >= int(Level.DEPUTY)
    )


# The steps of the funnel: name, label, which step of a reminder says that it came so far (none: each did).
FUNNEL: tuple[tuple[str, Text, Condition | None], ...] = (
    ("begun", Text("Reminders begun"), None),
    ("told", Text("Somebody was told"), ReminderStep.kind == StepKind.TOLD),
    ("answered", Text("Somebody answered"), ReminderStep.kind == StepKind.ANSWERED),
    ("escalated", Text("Went further up"), _climbed()),
    ("capped", Text("Silence on every level"), ReminderStep.kind == StepKind.CAPPED),
)


def _begun(asked: Asked) -> list[Condition]:
    found = within(ReminderRun.started_at, asked)
    if asked.refs is not None:
        found.append(ReminderRun.relationship_id.in_(relationship_ids(asked)))
    return found


def funnel(session: Session, asked: Asked) -> list[Count]:
    """Reminders begun in the period: told, answered, gone further up, silent to the end. Two statements.

    A reminder counts once on each step it came to.
    """
    begun = _begun(asked)
    started = session.scalar(sa.select(sa.func.count()).select_from(ReminderRun).where(*begun)) or 0
    row = session.execute(
        sa.select(
            *(
                sa.func.count(sa.distinct(sa.case((condition, ReminderStep.run_id))))
                for _key, _label, condition in FUNNEL
                if condition is not None
            )
        )
        .select_from(ReminderStep)
        .join(ReminderRun, ReminderRun.id == ReminderStep.run_id)
        .where(*begun)
    ).one()
    return [
        Count(
            key=key, label=label, count=count, rows=asked.rows(Place.REMINDERS, ("step", key), *_days(asked))
        )
        for (key, label, _condition), count in zip(FUNNEL, (started, *row), strict=True)
    ]


def _days(asked: Asked) -> tuple[tuple[str, str], ...]:
    return ("since", asked.since.isoformat()), ("until", asked.until.isoformat())


def reminded(session: Session, asked: Asked, step: str) -> list[Reminded]:
    """The reminders behind a number of the funnel, the newest first, at most :data:`MOST_ROWS`. One statement."""
    condition = next((one for key, _label, one in FUNNEL if key == step), None)
    query = (
        sa.select(
            ReminderRun.id, ReminderRun.ref, ReminderRun.title, ReminderRun.started_at, ReminderRun.state,
            ReminderRun.level, Relationship.ref.label("where"),
        )
        .outerjoin(Relationship, Relationship.id == ReminderRun.relationship_id)
        .where(*_begun(asked))
        .order_by(ReminderRun.started_at.desc(), ReminderRun.ref)
        .limit(MOST_ROWS)
    )  # fmt: skip
    if condition is not None:
        query = query.where(sa.exists().where(ReminderStep.run_id == ReminderRun.id, condition))
    return [
        Reminded(
            id=row.id, ref=row.ref, title=row.title, relationship=row.where or "", started_at=row.started_at,
            state=row.state, level=Level(row.level),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def is_of(stage: str) -> Stage | None:
    """A stage by its name in an address."""
    return Stage(stage) if stage in set(Stage) else None
