"""Orders, newest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.overview.archive.model import ArchiveOrder
from auditapp.overview.archive.rules import LOST, OPEN, Order, OrderState
from auditapp.people.model import Person

MOST = 20


def _orders() -> Any:
    return sa.select(ArchiveOrder, Person.name).join(Person, Person.id == ArchiveOrder.ordered_by_id)


def _plain(row: ArchiveOrder, name: str) -> Order:
    return Order(
        id=row.id, state=row.state, ordered_by_id=row.ordered_by_id, ordered_by=name, ordered_at=row.ordered_at,
        passwords=row.passwords, done=row.done, total=row.total, size=row.size, sha256=row.sha256, error=row.error,
        expires_at=row.expires_at,
    )  # fmt: skip


def orders(session: Session) -> list[Order]:
    """The newest orders. One statement."""
    found = session.execute(_orders().order_by(ArchiveOrder.ordered_at.desc()).limit(MOST))
    return [_plain(row, name) for row, name in found]


def order(session: Session, order_id: UUID) -> Order | None:
    """One order."""
    found = session.execute(_orders().where(ArchiveOrder.id == order_id)).first()
    return None if found is None else _plain(*found)


def is_open(session: Session) -> bool:
    """Whether an archive is being made or waits for it."""
    return bool(session.scalar(sa.select(sa.exists().where(ArchiveOrder.state.in_(OPEN)))))


def _to_make(at: datetime) -> Any:
    return sa.or_(
        ArchiveOrder.state == OrderState.WAITING,
        sa.and_(ArchiveOrder.state == OrderState.MAKING, ArchiveOrder.beat_at < at - LOST),
    )


def next_to_make(session: Session, at: datetime) -> UUID | None:
    """The order that is to be made first, if any."""
    return session.scalar(
        sa.select(ArchiveOrder.id).where(_to_make(at)).order_by(ArchiveOrder.ordered_at).limit(1)
    )


def expired(session: Session, at: datetime) -> list[UUID]:
    """Orders whose file has lain here long enough."""
    query = sa.select(ArchiveOrder.id).where(
        ArchiveOrder.state == OrderState.READY, ArchiveOrder.expires_at <= at
    )
    return list(session.scalars(query.order_by(ArchiveOrder.id)))


def files_in_use(session: Session) -> set[str]:
    """Names of the files that orders still have or are getting."""
    query = sa.select(ArchiveOrder.id).where(ArchiveOrder.state.in_({*OPEN, OrderState.READY}))
    return {f"{one.hex}.zip" for one in session.scalars(query)}
