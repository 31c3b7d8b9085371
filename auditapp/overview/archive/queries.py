"""Orders, newest first."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.overview.archive.model import ArchiveOrder
from auditapp.overview.archive.rules import Order
from auditapp.reports.orders.queries import plain, with_names
from auditapp.reports.orders.rules import OPEN

MOST = 20


def _plain(row: ArchiveOrder, name: str) -> Order:
    return Order(**plain(row, name), passwords=row.passwords, expires_at=row.expires_at)


def orders(session: Session) -> list[Order]:
    """The newest orders. One statement."""
    found = session.execute(with_names(ArchiveOrder).order_by(ArchiveOrder.ordered_at.desc()).limit(MOST))
    return [_plain(row, name) for row, name in found]


def order(session: Session, order_id: UUID) -> Order | None:
    """One order."""
    found = session.execute(with_names(ArchiveOrder).where(ArchiveOrder.id == order_id)).first()
    return None if found is None else _plain(*found)


def is_open(session: Session) -> bool:
    """Whether an archive is being made or waits for it."""
    return bool(session.scalar(sa.select(sa.exists().where(ArchiveOrder.state.in_(OPEN)))))
