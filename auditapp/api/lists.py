"""Pages of lists by their rows' keys: a page stays where it is while rows come and go."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from auditapp.api.shapes import Link, Paging, Person, listing
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.queries import names_of, relationship_names
from auditapp.relationships.model import Partner
from auditapp.relationships.queries import relationship_by_ref

T = TypeVar("T", bound=BaseModel)


def rows_of(
    session: Session, query: sa.Select[Any], key: Any, paging: Paging
) -> tuple[Sequence[Any], UUID | None]:
    """One page of ``query``, the newest first, and the cursor of the next. One statement."""
    query = query.order_by(None).order_by(key.desc()).limit(paging.limit + 1)
    if paging.cursor is not None:
        query = query.where(key < paging.cursor)
    found = session.scalars(query).all()
    rows = found[: paging.limit]
    return rows, getattr(rows[-1], key.key) if len(found) > paging.limit else None


def page(item: type[BaseModel], items: Iterable[BaseModel], next_cursor: UUID | int | None) -> BaseModel:
    """A page as it is given."""
    return listing(item)(items=list(items), next_cursor=next_cursor)


def told(shape: type[T], row: Any, **more: Any) -> T:
    """A row in its shape; what the row does not hold, or not as it is told, comes with ``more``."""
    values = {name: getattr(row, name) for name in shape.model_fields if name not in more}
    return shape(**values, **more)


class Names:
    """The people and relationships that some rows name, read at once: two statements at most."""

    def __init__(
        self,
        session: Session,
        *,
        people: Iterable[UUID | None] = (),
        relationships: Iterable[UUID | None] = (),
    ) -> None:
        """Read them."""
        self._people: Mapping[UUID, str] = names_of(session, {one for one in people if one})
        ids = {one for one in relationships if one}
        self._relationships = (
            {one: Link(ref=ref, name=name) for one, ref, name in relationship_names(session, ids)}
            if ids
            else {}
        )

    def person(self, person_id: UUID | None) -> Person | None:
        """Somebody."""
        return Person(id=person_id, name=self._people.get(person_id, "")) if person_id is not None else None

    def relationship(self, relationship_id: UUID | None) -> Link | None:
        """A relationship."""
        return self._relationships.get(relationship_id) if relationship_id is not None else None


class Parties:
    """The partners that some rows name, read at once; our own organization has no name here."""

    def __init__(self, ids: Iterable[UUID | None]) -> None:
        """Read them."""
        wanted = {one for one in ids if one}
        query = sa.select(Partner.id, Partner.name).where(Partner.id.in_(wanted))
        self._names = {row[0]: row[1] for row in current_session().execute(query)} if wanted else {}

    def name(self, party_id: UUID | None) -> str:
        """A partner's name."""
        return self._names.get(party_id, "") if party_id else ""


def people_in(rows: Iterable[Any], *names: str) -> list[UUID | None]:
    """The people that rows name in some columns."""
    return [getattr(row, name) for row in rows for name in names]


def known_relationship(ref: str, field: str) -> UUID:
    """The id of a relationship that the asker may see. Raises Invalid, naming the field."""
    try:
        return relationship_by_ref(current_session(), actor(), ref).id
    except NotFound:
        raise Invalid(
            Text("There is no relationship “%(ref)s” that you may see.", ref=ref), field=field
        ) from None
