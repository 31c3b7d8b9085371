"""The delivery log: who was told what, when and how, and when they answered. Auditors take it as evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.kit.orm import UTCDateTime
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import NoticeKind, State

# The reminders themselves stand above this room; here they are known by the foreign keys that point to them.
_RUN = sa.table(
    "reminder_run", sa.column("id", sa.Uuid()), sa.column("relationship_id", sa.Uuid()), sa.column("ref", sa.String())
)  # fmt: skip
_STEP = sa.table(
    "reminder_step",
    sa.column("run_id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("at", UTCDateTime()),
    sa.column("kind", sa.String()),
    sa.column("person_id", sa.Uuid()),
)
ANSWERED = "answered"  # the kind of step that says so
AT_ONCE = 500  # rows read at a time for a file


@dataclass(frozen=True, kw_only=True)
class LogWanted:
    """What the log is narrowed to; days are those of ``zone``."""

    item_key: str = ""
    ref: str = ""
    relationship_id: UUID | None = None
    person_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One notice: ``state`` of the message that carried it, ``None`` while it waits for one."""

    notice_id: UUID
    item_key: str
    ref: str
    title: str
    told: str
    kind: NoticeKind
    level: int
    made_at: datetime
    not_before: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    state: State | None
    channel: str
    sent_at: datetime | None
    message_id: UUID | None
    read_at: datetime | None
    answered_at: datetime | None
    answered_by: str


def _lines(wanted: LogWanted) -> sa.Select[Any]:
    answer = (
        sa.select(_STEP.c.number)
        .where(_STEP.c.run_id == Notice.run_id, _STEP.c.kind == ANSWERED, _STEP.c.at >= Notice.created_at)
        .order_by(_STEP.c.number)
        .limit(1)
        .correlate(Notice)
        .scalar_subquery()
    )
    answerer = aliased(Person)
    query = (
        sa.select(
            Notice,
            Person.name.label("told"),
            OutboxMessage.state,
            OutboxMessage.channel,
            OutboxMessage.sent_at,
            _STEP.c.at.label("answered_at"),
            answerer.name.label("answered_by"),
        )
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == Notice.message_id)
        .outerjoin(_RUN, _RUN.c.id == Notice.run_id)
        .outerjoin(_STEP, sa.and_(_STEP.c.run_id == Notice.run_id, _STEP.c.number == answer))
        .outerjoin(answerer, answerer.id == _STEP.c.person_id)
    )
    if wanted.item_key:
        query = query.where(Notice.item_key == wanted.item_key)
    if wanted.ref:
        query = query.where(_RUN.c.ref == wanted.ref)
    if wanted.relationship_id is not None:
        query = query.where(_RUN.c.relationship_id == wanted.relationship_id)
    if wanted.person_id is not None:
        query = query.where(Notice.person_id == wanted.person_id)
    if wanted.since is not None:
        query = query.where(Notice.created_at >= _begins(wanted.since, wanted.zone))
    if wanted.until is not None:
        query = query.where(Notice.created_at < _begins(wanted.until + timedelta(days=1), wanted.zone))
    return query


def _begins(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _line(row: Any) -> LogLine:
    notice: Notice = row.Notice
    about = notice.about if isinstance(notice.about, dict) else {}
    return LogLine(
        notice_id=notice.id,
        item_key=notice.item_key,
        ref=str(about.get("ref", "")),
        title=str(about.get("title", "")),
        told=row.told,
        kind=notice.kind,
        level=notice.level,
        made_at=notice.created_at,
        not_before=notice.not_before,
        cancelled_at=notice.cancelled_at,
        cancel_reason=notice.cancel_reason,
        state=row.state,
        channel=row.channel or "",
        sent_at=row.sent_at,
        message_id=notice.message_id,
        read_at=notice.read_at,
        answered_at=row.answered_at,
        answered_by=row.answered_by or "",
    )


def log_page(session: Session, wanted: LogWanted, *, page: int) -> Page[LogLine]:
    """The log, the newest first. Two statements."""
    query = _lines(wanted).order_by(Notice.created_at.desc(), Notice.id.desc())
    found = paginate(session, query, page=page, scalars=False)
    return Page(
        rows=[_line(row) for row in found.rows],
        number=found.number,
        per_page=found.per_page,
        total=found.total,
    )


def log_lines(session: Session, wanted: LogWanted) -> Iterator[LogLine]:
    """The whole log in the order of time, row by row: memory stays bounded. One statement."""
    query = _lines(wanted).order_by(Notice.created_at, Notice.id).execution_options(yield_per=AT_ONCE)
    for row in session.execute(query):
        yield _line(row)


def newest_lines(session: Session, wanted: LogWanted, most: int) -> list[LogLine]:
    """The newest lines, the last first. One statement."""
    query = _lines(wanted).order_by(Notice.created_at.desc(), Notice.id.desc()).limit(most)
    return [_line(row) for row in session.execute(query)]


def lines_before(
    session: Session, wanted: LogWanted, *, before: UUID | None, most: int
) -> tuple[list[LogLine], UUID | None]:
    """At most ``most`` lines that were made before that notice, the last first, and the last of them if more follow. One statement."""
    query = _lines(wanted).order_by(Notice.id.desc()).limit(most + 1)
    if before is not None:
        query = query.where(Notice.id < before)
    found = [_line(row) for row in session.execute(query)]
    return found[:most], found[most - 1].notice_id if len(found) > most else None


@dataclass(frozen=True, kw_only=True)
class LogCounts:
    """How many notices, and what came of them."""

    whole: int
    sent: int
    read: int
    answered: int
    escalated: int
    failed: int


def log_counts(session: Session, wanted: LogWanted) -> LogCounts:
    """Of everything that is asked for. One statement."""

    def those(condition: Any) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((condition, 1)))

    row = session.execute(
        _lines(wanted).with_only_columns(
            sa.func.count(),
            those(OutboxMessage.state == State.SENT),
            those(Notice.read_at.is_not(None)),
            those(_STEP.c.at.is_not(None)),
            those(Notice.kind == NoticeKind.ESCALATION),
            those(OutboxMessage.state == State.FAILED),
            maintain_column_froms=True,
        )
    ).one()
    return LogCounts(whole=row[0], sent=row[1], read=row[2], answered=row[3], escalated=row[4], failed=row[5])


def people_noticed(session: Session) -> list[tuple[UUID, str]]:
    """Everybody who was ever told something, by name. One statement."""
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .where(sa.exists().where(Notice.person_id == Person.id))
        .order_by(Person.name)
    )
    return [(row.id, row.name) for row in rows]
