"""When things happened, and how long they took."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import Nonconformity
from auditapp.kit.text import Text
from auditapp.reports.figures.queries.base import standing, within
from auditapp.reports.figures.rules import (
    DAY,
    Asked,
    Count,
    Month,
    Place,
    Spread,
    in_days,
    midnight,
    months_of,
    places_of,
)

# (name, label, the moment that it is counted to): each from the notice, which is its issue.
_STEPS: tuple[tuple[str, Text, Any], ...] = (
    ("acknowledged", Text("Notice to acknowledgement"), Nonconformity.acknowledged_at),
    ("planned", Text("Notice to submitted plan"), Nonconformity.plan_submitted_at),
    ("closed", Text("Notice to closure"), Nonconformity.closed_at),
)


def spreads(session: Session, asked: Asked) -> list[Spread]:
    """How long it took to acknowledge, to plan, to close what was so in the period. Three statements.

    What was reopened, or whose plan was taken back, counts with the step that holds now, from its first notice on.
    """
    return [_spread(session, asked, name, label, column) for name, label, column in _STEPS]


def _spread(session: Session, asked: Asked, name: str, label: Text, reached: Any) -> Spread:
    # The database sorts and counts; what comes back are the few rows in the middle and at nine tenths.
    lasted = _lasted(session, Nonconformity.issued_at, reached)
    ranked = (
        sa.select(
            Nonconformity.issued_at.label("issued_at"),
            reached.label("reached_at"),
            sa.func.row_number().over(order_by=(lasted, Nonconformity.id)).label("place"),
            sa.func.count().over().label("n"),
        )
        .where(*standing(asked), Nonconformity.issued_at.is_not(None), *within(reached, asked))
        .subquery()
    )
    n, place = ranked.c.n, ranked.c.place
    rows = session.execute(
        sa.select(ranked).where(
            sa.or_(place * 2 == n, place * 2 == n + 1, place * 2 == n + 2, place * 10 - n * 9 == _tenth(n))
        )
    ).all()
    rows_at = asked.rows(Place.NONCONFORMITIES, ("show", "stands"), (name, asked.span()))
    if not rows:
        return Spread(key=name, label=label, count=0, rows=rows_at)
    count = rows[0].n
    took = {row.place: row.reached_at - row.issued_at for row in rows}
    lower, upper, ninety = places_of(count)
    return Spread(
        key=name,
        label=label,
        count=count,
        rows=rows_at,
        median=in_days([took[lower], took[upper]]),
        ninety=in_days([took[ninety]]),
    )


def _tenth(count: Any) -> Any:
    """What is left over when nine tenths of a count are rounded up, in tenths: 0 to 9."""
    return (10 - (count * 9) % 10) % 10


def _lasted(session: Session, begun: Any, reached: Any) -> Any:
    """How long it lasted, as something that sorts so."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.func.julianday(reached) - sa.func.julianday(begun)
    return reached - begun


def by_month(session: Session, asked: Asked) -> list[Month]:
    """What was raised and what was closed, month by month (see :func:`months_of`). Two statements."""
    months = months_of(asked.since, asked.until)
    raised = _per_month(session, asked, Nonconformity.raised_at, months)
    closed = _per_month(session, asked, Nonconformity.closed_at, months)
    return [
        Month(
            first=first,
            last=last,
            raised=_count("raised", Text("Raised"), raised.get(place, 0), asked.span(first, last), asked),
            closed=_count("closed", Text("Closed"), closed.get(place, 0), asked.span(first, last), asked),
        )
        for place, (first, last) in enumerate(months)
    ]


def _per_month(session: Session, asked: Asked, column: Any, months: list[Any]) -> dict[int, int]:
    if not months:
        return {}
    begins: datetime = midnight(months[0][0], asked.zone)
    month = sa.case(
        *((column < midnight(last + DAY, asked.zone), place) for place, (_, last) in enumerate(months))
    ).label("month")
    rows = session.execute(
        sa.select(month, sa.func.count())
        .select_from(Nonconformity)
        .where(*standing(asked), column >= begins, column < asked.ends)
        .group_by(month)
    )
    return {row[0]: row[1] for row in rows}


def _count(key: str, label: Text, count: int, span: str, asked: Asked) -> Count:
    rows = asked.rows(Place.NONCONFORMITIES, ("show", "stands"), (key, span))
    return Count(key=key, label=label, count=count, rows=rows)
