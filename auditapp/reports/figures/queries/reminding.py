"""What was told to whom, what came of it, and how far reminders had to climb."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.rules import StepKind
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import NoticeKind, State
from auditapp.reminders.rules import LEVEL_LABELS, Level
from auditapp.reports.figures.queries.base import Condition, relationship_ids, within
from auditapp.reports.figures.rules import Asked, Count, Place

# The levels of the funnel: the joint board is told only where there is one.
LEVELS = tuple(Level)[1:]


def receipts(session: Session, asked: Asked) -> list[Count]:
    """Notices made in the period: sent, read, answered, escalated, and what did not arrive. One statement.

    Answered: somebody answered the reminder after this notice of it. The rows are those of the delivery log.
    """
    run = sa.select(ReminderRun.id).where(ReminderRun.relationship_id.in_(relationship_ids(asked)))
    answered = sa.exists().where(
        ReminderStep.run_id == Notice.run_id,
        ReminderStep.kind == StepKind.ANSWERED,
        ReminderStep.at >= Notice.created_at,
    )
    ways: dict[str, tuple[Text, Condition]] = {
        "told": (Text("Notices"), sa.true()),
        "sent": (Text("Sent"), OutboxMessage.state == State.SENT),
        "read": (Text("Read on the site"), Notice.read_at.is_not(None)),
        "answered": (Text("Answered afterwards"), answered),
        "escalated": (Text("Escalations"), Notice.kind == NoticeKind.ESCALATION),
        "waiting": (
            Text("Not sent yet"),
            sa.and_(
                Notice.cancelled_at.is_(None),
                sa.or_(Notice.message_id.is_(None), OutboxMessage.state.in_([State.PENDING, State.SENDING])),
            ),
        ),
        "unsure": (Text("Perhaps arrived"), OutboxMessage.state == State.UNKNOWN),
        "failed": (Text("Failed on every channel"), OutboxMessage.state == State.FAILED),
        "dropped": (
            Text("Dropped: nothing was left to say"),
            sa.or_(Notice.cancelled_at.is_not(None), OutboxMessage.state == State.CANCELLED),
        ),
    }
    query = (
        sa.select(
            *(sa.func.count(sa.case((condition, 1))).label(name) for name, (_, condition) in ways.items())
        )
        .select_from(Notice)
        .outerjoin(OutboxMessage, OutboxMessage.id == Notice.message_id)
        .where(*within(Notice.created_at, asked))
    )
    if asked.refs is not None:
        query = query.where(Notice.run_id.in_(run))
    row = session.execute(query).one()._mapping  # noqa: SLF001 - the documented way to read by name
    rows = asked.rows(Place.LOG, ("since", asked.since.isoformat()), ("until", asked.until.isoformat()))
    return [
        Count(key=name, label=label, count=row[name], rows=rows) for name, (label, _condition) in ways.items()
    ]


def ladder(session: Session, asked: Asked) -> list[Count]:
    """Reminders begun in the period, by how far they had to climb: a funnel. Two statements.

    First those begun, then those about which somebody was told, then those that reached each level, and last those
    on whose every level was silence. A reminder counts on each step it passed.
    """
    begun = within(ReminderRun.started_at, asked)
    if asked.refs is not None:
        begun.append(ReminderRun.relationship_id.in_(relationship_ids(asked)))
    started = session.scalar(sa.select(sa.func.count()).select_from(ReminderRun).where(*begun)) or 0
    told = ReminderStep.kind == StepKind.TOLD
    climbed = ReminderStep.kind.in_([StepKind.TOLD, StepKind.CLIMBED])

    def runs(condition: Condition) -> sa.ColumnElement[int]:
        return sa.func.count(sa.distinct(sa.case((condition, ReminderStep.run_id))))

    row = session.execute(
        sa.select(
            runs(told),
            *(runs(sa.and_(climbed, ReminderStep.level >= int(level))) for level in LEVELS),
            runs(ReminderStep.kind == StepKind.CAPPED),
        )
        .select_from(ReminderStep)
        .join(ReminderRun, ReminderRun.id == ReminderStep.run_id)
        .where(*begun)
    ).one()
    labels: list[tuple[str, Text]] = [
        ("told", Text("Somebody was told")),
        *((level.name.lower(), LEVEL_LABELS[level]) for level in LEVELS),
        ("capped", Text("Silence on every level")),
    ]
    return [
        Count(key="begun", label=Text("Reminders begun"), count=started, rows=None),
        *(
            Count(key=key, label=label, count=count, rows=None)
            for (key, label), count in zip(labels, row, strict=True)
        ),
    ]
