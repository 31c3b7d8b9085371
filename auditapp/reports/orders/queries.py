"""What all tables of orders are asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.reports.orders.model import OrderColumns
from auditapp.reports.orders.rules import LOST, OPEN, OrderState


def with_names(table: type[OrderColumns]) -> Any:
    """Orders with the name of who ordered them."""
    return sa.select(table, Person.name).join(Person, Person.id == table.ordered_by_id)


def plain(row: OrderColumns, name: str) -> dict[str, Any]:
    """What every :class:`~auditapp.reports.orders.rules.Order` is made of."""
    return {
        "id": row.id, "state": row.state, "ordered_by_id": row.ordered_by_id, "ordered_by": name,
        "ordered_at": row.ordered_at, "done": row.done, "total": row.total, "size": row.size, "sha256": row.sha256,
        "error": row.error, "made_at": row.made_at,
    }  # fmt: skip


def next_to_make(session: Session, table: type[OrderColumns], at: datetime) -> UUID | None:
    """The order that is to be made first, if any: nobody began, or who began is gone."""
    wants = sa.or_(
        table.state == OrderState.WAITING,
        sa.and_(table.state == OrderState.MAKING, table.beat_at < at - LOST),
    )
    return session.scalar(sa.select(table.id).where(wants).order_by(table.ordered_at, table.id).limit(1))


def made_before(session: Session, table: type[OrderColumns], before: datetime) -> list[UUID]:
    """Orders whose file has lain here since then or longer."""
    query = sa.select(table.id).where(table.state == OrderState.READY, table.made_at <= before)
    return list(session.scalars(query.order_by(table.id)))


def in_use(session: Session, table: type[OrderColumns]) -> dict[str, bool]:
    """Names, without an ending, of the files that orders have or are getting, and whether they are getting it."""
    query = sa.select(table.id, table.state).where(table.state.in_({*OPEN, OrderState.READY}))
    return {order_id.hex: state in OPEN for order_id, state in session.execute(query)}
