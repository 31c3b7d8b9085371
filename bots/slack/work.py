"""What came in from Slack and is still to be done: kept before it is acknowledged, done once, whoever does it.

A click, a command or an event becomes a row in the unit of work that acknowledges it. Doing it comes after, at once by
this process, or by any other one when this one dies.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from auditapp.kit.ids import new_id
from bots.slack.model import SlackSeen, SlackWork, WorkState

LEASE = timedelta(minutes=2)  # how long one process holds what it does
GRACE = timedelta(seconds=20)  # so long the process that took it in has it for itself
BACKOFF = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
MOST_TRIES = len(BACKOFF) + 1
KEPT_FOR = timedelta(days=14)  # Slack repeats an event for an hour; a modal can stand open for a day
OPEN = (WorkState.WAITING, WorkState.DOING)


def _insert(session: Session, table: Any, values: Mapping[str, Any]) -> bool:
    """Whether the row is new. The constraint decides, not a look before."""
    make = postgres_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = make(table).values(**values).on_conflict_do_nothing().returning(sa.literal(1))
    return session.execute(statement).first() is not None


def seen(session: Session, key: str, *, at: datetime) -> bool:
    """Whether that came already; from now on it has. Taken back with the unit of work that is rolled back."""
    return not _insert(session, SlackSeen, {"key": key, "at": at})


def put(
    session: Session, *, at: datetime, key: str, kind: str, account_id: UUID, payload: Mapping[str, Any]
) -> UUID | None:
    """Keep something to be done; its id, or ``None`` when it came already."""
    made = new_id()
    new = _insert(
        session,
        SlackWork,
        {
            "id": made, "key": key, "kind": kind, "account_id": account_id, "payload": dict(payload), "created_at": at,
            "next_try_at": at + GRACE, "state": WorkState.WAITING, "tries": 0,
        },
    )  # fmt: skip
    return made if new else None


def take(session: Session, work_id: UUID, *, at: datetime) -> SlackWork | None:
    """Hold one for a while; ``None`` when somebody else holds it, or it is done."""
    changed = session.execute(
        sa.update(SlackWork)
        .where(SlackWork.id == work_id, _free(at, now=True))
        .values(state=WorkState.DOING, deadline_at=at + LEASE, tries=SlackWork.tries + 1)
        .returning(SlackWork.id)
    ).first()
    return session.get(SlackWork, work_id, populate_existing=True) if changed else None


def left(session: Session, *, at: datetime, limit: int = 20) -> list[UUID]:
    """What nobody does although its time has come: the process that took it in is gone, or it is tried again."""
    return list(
        session.scalars(
            sa.select(SlackWork.id).where(_free(at, now=False)).order_by(SlackWork.next_try_at).limit(limit)
        )
    )


def anything_left(session: Session, *, at: datetime) -> bool:
    """Whether :func:`left` would give something."""
    return session.scalar(sa.select(SlackWork.id).where(_free(at, now=False)).limit(1)) is not None


def _free(at: datetime, *, now: bool) -> sa.ColumnElement[bool]:
    waiting = SlackWork.state == WorkState.WAITING
    if not now:
        waiting &= SlackWork.next_try_at <= at
    return waiting | ((SlackWork.state == WorkState.DOING) & (SlackWork.deadline_at <= at))


def done(found: SlackWork, *, at: datetime, said: Any = None) -> None:
    """It ended well."""
    found.state, found.ended_at, found.deadline_at, found.said = WorkState.DONE, at, None, said


def failed(found: SlackWork, *, at: datetime, said: Any) -> None:
    """It will not be done; the person is told so in words."""
    found.state, found.ended_at, found.deadline_at, found.said = WorkState.FAILED, at, None, said


def again(found: SlackWork, *, at: datetime, wait: timedelta | None = None) -> bool:
    """It is tried once more later; ``False`` when it was tried often enough."""
    if found.tries >= MOST_TRIES:
        return False
    found.state, found.deadline_at = WorkState.WAITING, None
    found.next_try_at = at + (wait or BACKOFF[min(found.tries, len(BACKOFF)) - 1])
    return True


def forget_old(session: Session, *, at: datetime) -> int:
    """What was done long ago goes. What failed goes too: its person was told."""
    before = at - KEPT_FOR
    gone = session.execute(sa.delete(SlackSeen).where(SlackSeen.at < before).returning(SlackSeen.key)).all()
    ended = session.execute(
        sa.delete(SlackWork).where(SlackWork.ended_at < before).returning(SlackWork.id)
    ).all()
    return len(gone) + len(ended)
