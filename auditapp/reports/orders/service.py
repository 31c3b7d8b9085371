"""The steps of an order's life. What the trail is told of them is each room's own."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.reports.orders.model import OrderColumns
from auditapp.reports.orders.rules import MOST_TRIES, STEPS, OrderState, OrderVerb, wants_making

Row = TypeVar("Row", bound=OrderColumns)
BROKEN_OFF = Text("It was begun several times and never finished. Look at the program’s log.")
NOT_THAT_WAY = Text("It does not stand so that this can be done. Look at how it stands now.")


def found(session: Session, table: type[Row], order_id: UUID) -> Row:
    """One order as it stands now. Raises NotFound."""
    row = session.get(table, order_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _go(session: Session, row: OrderColumns, verb: OrderVerb) -> None:
    row.state = step(STEPS, row.state, verb, NOT_THAT_WAY)
    session.flush()


def begin(session: Session, table: type[Row], order_id: UUID, *, at: datetime) -> Row | None:
    """Make it mine to make; ``None`` when somebody else was faster or it is none any more.

    Whoever begins looks at :func:`too_often` before going on.
    """
    row = found(session, table, order_id)
    if not wants_making(row.state, row.beat_at, at):
        return None
    row.beat_at, row.tries, row.done, row.total = at, row.tries + 1, 0, 0
    _go(session, row, OrderVerb.BEGIN)
    return row


def too_often(row: OrderColumns) -> bool:
    """Whether it was begun so often that it is given up."""
    return row.tries > MOST_TRIES


def go_on(
    session: Session, table: type[OrderColumns], order_id: UUID, *, at: datetime, done: int, total: int
) -> bool:
    """How far it is; ``False`` when nobody wants it any more."""
    row = found(session, table, order_id)
    if row.state is not OrderState.MAKING:
        return False
    # A sign of life may come late, with an older figure.
    row.beat_at, row.done, row.total = at, max(row.done, done) if row.total == total else done, total
    session.flush()
    return True


def finish(
    session: Session, table: type[Row], order_id: UUID, *, at: datetime, size: int, sha256: str
) -> Row | None:
    """It is ready; ``None`` when nobody wants it any more, so that its file is to be removed."""
    row = found(session, table, order_id)
    if row.state is not OrderState.MAKING:
        return None
    row.size, row.sha256, row.made_at, row.done, row.error = size, sha256, at, row.total, ""
    _go(session, row, OrderVerb.FINISH)
    return row


def fail(session: Session, table: type[Row], order_id: UUID, *, why: Text) -> Row | None:
    """It could not be made; ``why`` is for the person who asked. ``None``: nobody wants it any more."""
    row = found(session, table, order_id)
    if row.state is not OrderState.MAKING:
        return None
    row.error = why.translate(str)
    _go(session, row, OrderVerb.FAIL)
    return row


def retry(session: Session, table: type[Row], order_id: UUID, *, at: datetime, by: UUID) -> Row:
    """Try one that failed once more, for whoever asks now. Raises NotFound and Refusal."""
    row = found(session, table, order_id)
    row.tries, row.error, row.ordered_by_id, row.beat_at = 0, "", by, at
    _go(session, row, OrderVerb.RETRY)
    return row


def remove(session: Session, table: type[Row], order_id: UUID) -> Row | None:
    """Take it away, or leave off making it; ``None`` when it was removed already. Raises NotFound."""
    row = found(session, table, order_id)
    if row.state is OrderState.REMOVED:
        return None
    _go(session, row, OrderVerb.REMOVE)
    return row
