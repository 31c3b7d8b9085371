"""Pages of a list: bounded, counted, and linkable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")
PER_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page: ``rows``, its ``number`` (from 1), rows ``per_page`` and the ``total`` over all pages."""

    rows: Sequence[T]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The position of the first row shown, from 1; 0 when the list is empty."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The position of the last row shown."""
        return min(self.number * self.per_page, self.total)


def paginate(
    session: Session,
    query: sa.Select[*tuple[Any, ...]],
    *,
    page: int,
    per_page: int = PER_PAGE,
    scalars: bool = True,
) -> Page[Any]:
    """Run ``query`` for one page: two statements, whatever the size.

    A page number below 1 or past the end is brought back to the nearest page there is.
    ``scalars`` gives first columns (entities); otherwise whole rows.
    """
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    number = min(max(1, page), pages)
    bounded = query.limit(per_page).offset((number - 1) * per_page)
    rows = session.scalars(bounded).all() if scalars else session.execute(bounded).all()
    return Page(rows=rows, number=number, per_page=per_page, total=total)
