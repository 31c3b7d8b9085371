"""The board: the first few of every column, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import Nonconformity
from auditapp.findings.register.queries.narrow import Reader, narrowed
from auditapp.findings.register.queries.order import order_by
from auditapp.findings.register.queries.rows import Line, lines
from auditapp.findings.register.rules.board import Lane, lanes
from auditapp.findings.register.rules.wanted import Wanted
from auditapp.findings.rules.nonconformity import NcStatus

MOST_CARDS = 8  # of one column


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A column of the board: its cards, most urgent first, and how many more there are."""

    lane: Lane
    cards: Sequence[Line]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.cards)


def board(session: Session, reader: Reader, wanted: Wanted) -> list[Filled]:
    """The columns that the address asks for. Three statements."""
    shown = lanes(closed="closed" in wanted.shows or "all" in wanted.shows)
    matching = narrowed(reader, wanted)
    counts: Mapping[NcStatus, int] = {
        row[0]: row[1]
        for row in session.execute(
            matching.with_only_columns(Nonconformity.status, sa.func.count()).group_by(Nonconformity.status)
        )
    }
    order = order_by(wanted.spec.register, wanted.sort)
    firsts: list[Any] = [
        matching.with_only_columns(Nonconformity.id)
        .where(Nonconformity.status.in_(sorted(lane.statuses)))
        .order_by(*order)
        .limit(MOST_CARDS)
        .subquery()
        for lane in shown
    ]
    ids = session.scalars(sa.union_all(*(sa.select(first.c.id) for first in firsts))).all()
    cards = {one["id"]: one for one in lines(session, reader, wanted, ids)}
    in_order = [cards[one] for one in ids if one in cards]
    return [
        Filled(
            lane=lane,
            cards=[card for card in in_order if card["status"] in lane.statuses],
            total=sum(counts.get(status, 0) for status in lane.statuses),
        )
        for lane in shown
    ]
