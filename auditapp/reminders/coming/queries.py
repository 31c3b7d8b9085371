"""What is due, as somebody asks for it."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import PER_PAGE, Page
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.reminders import due
from auditapp.reminders.coming.rules import Asked, Show
from auditapp.reminders.rules import DueItem

MOST_CHOICES = 2000
# The room above this one, where reminders run: only whether one does is read.
_RUN = sa.table("reminder_run", sa.column("item_key", sa.String()), sa.column("ended_at"))


def due_for(
    session: Session, principal: Principal, asked: Asked, *, at: datetime, today: date
) -> list[DueItem]:
    """Everything that is asked for and that somebody may know of, by day."""
    until, kinds = asked.until(today), None if asked.kind is None else [asked.kind]
    if asked.show is Show.MINE:
        return due.items(
            session, at=at, until=until, kinds=kinds, person_id=principal.person_id,
            relationship_ids=None if asked.relationship_id is None else [asked.relationship_id],
        )  # fmt: skip
    reads = due.team if asked.show is Show.TEAM else due.visible
    return reads(session, principal, at=at, until=until, kinds=kinds, relationship_id=asked.relationship_id)


def running(session: Session, items: Collection[DueItem]) -> set[str]:
    """The keys of those about which a reminder runs, so that one can say how it stands. One statement."""
    keys = [item.key for item in items]
    return set(
        session.scalars(
            sa.select(_RUN.c.item_key).where(_RUN.c.item_key.in_(keys), _RUN.c.ended_at.is_(None))
        )
    )


def page_of(items: list[DueItem], number: int) -> Page[DueItem]:
    """One page of them; a number that is out of bounds is brought back to the nearest."""
    pages = max(1, -(-len(items) // PER_PAGE))
    number = min(max(1, number), pages)
    rows = items[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(rows=rows, number=number, per_page=PER_PAGE, total=len(items))


def relationship_choices(session: Session, principal: Principal) -> list[tuple[UUID, str, str]]:
    """(id, number, name) of the relationships somebody sees, by number. One statement."""
    rows = session.execute(
        visible_relationships(principal)
        .with_only_columns(Relationship.id, Relationship.ref, Relationship.name)
        .order_by(sa.func.length(Relationship.ref), Relationship.ref)
        .limit(MOST_CHOICES)
    )
    return [(row[0], row[1], row[2]) for row in rows]
