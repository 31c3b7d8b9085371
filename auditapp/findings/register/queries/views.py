"""Saved views, and what the filters offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import Nonconformity, SavedView
from auditapp.findings.register.rules.spec import Register, Takes
from auditapp.findings.register.rules.wanted import ME, Wanted
from auditapp.kit.errors import NotFound
from auditapp.people.model import Person
from auditapp.people.queries import names_of, person_names
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships

MOST_VIEWS = 40
MOST_CHOICES = 300


@dataclass(frozen=True, kw_only=True)
class View:
    """A saved view as somebody sees it; ``owner`` is empty for one's own."""

    id: UUID
    name: str
    query: str
    shared: bool
    owner: str


def views_of(session: Session, principal: Principal, register: Register) -> list[View]:
    """One's own views by name, then those that others share. One statement."""
    own = SavedView.person_id == principal.person_id
    rows = session.execute(
        sa.select(
            SavedView.id, SavedView.name, SavedView.query, SavedView.shared, own.label("own"), Person.name
        )
        .join(Person, Person.id == SavedView.person_id)
        .where(SavedView.register == register.value, sa.or_(own, SavedView.shared))
        .order_by(own.desc(), sa.func.lower(SavedView.name), SavedView.id)
        .limit(MOST_VIEWS)
    )
    return [
        View(id=row[0], name=row[1], query=row[2], shared=row[3], owner="" if row[4] else row[5])
        for row in rows
    ]


def own_view(session: Session, principal: Principal, view_id: UUID) -> SavedView:
    """One of one's own views. Raises NotFound, also for somebody else's."""
    found = session.scalar(
        sa.select(SavedView).where(SavedView.id == view_id, SavedView.person_id == principal.person_id)
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the filters offer: (value in the address, words), by filter."""

    people: Sequence[tuple[str, str]] = ()
    relationships: Sequence[tuple[str, str]] = ()
    years: Sequence[int] = ()
    names: dict[str, str] = field(default_factory=dict)  # of chosen people who are not offered

    def name(self, person_id: str) -> str:
        """The name of somebody chosen."""
        return dict(self.people).get(person_id) or self.names.get(person_id) or person_id


def choices(session: Session, principal: Principal, wanted: Wanted) -> Choices:
    """What the filters of a register offer. At most four statements."""
    people = [(str(one), name) for one, name in person_names(session, own_only=False)]
    known = {one for one, _ in people} | {ME}
    missing = {
        UUID(value)
        for key, each in wanted.spec.filters.items()
        if each.takes is Takes.PERSON
        for value in wanted.of(key)
        if value not in known
    }
    relationships = session.execute(
        visible_relationships(principal)
        .with_only_columns(Relationship.ref, Relationship.name)
        .order_by(Relationship.ref)
        .limit(MOST_CHOICES)
    ).all()
    return Choices(
        people=people,
        relationships=[(ref, f"{ref} · {name}") for ref, name in relationships],
        years=_years(session) if "year" in wanted.spec.filters else (),
        names={str(one): name for one, name in names_of(session, missing).items()},
    )


def _years(session: Session) -> list[int]:
    """The years in which nonconformities were raised, the newest first. One statement of two steps in an index."""
    ends: list[datetime | None] = list(
        session.execute(
            sa.select(
                sa.select(sa.func.min(Nonconformity.raised_at)).scalar_subquery(),
                sa.select(sa.func.max(Nonconformity.raised_at)).scalar_subquery(),
            )
        ).one()
    )
    years = [one.year for one in ends if one is not None]
    return list(range(years[-1], years[0] - 1, -1)) if years else []
