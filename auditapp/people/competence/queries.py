"""Reading training and competence: what has expired, what expires soon."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.competence_rules import SOON_DAYS
from auditapp.people.model import Competence, Person, Training


class Which(StrEnum):
    """Which records a list shows."""

    EXPIRED = "expired"
    SOON = "soon"
    ALL = "all"


def list_competences(session: Session, *, which: Which, on: date, page: int) -> Page[Any]:
    """(Competence, person's name) of active persons, the first to run out first. Two statements."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(Competence, Person.name)
        .join(Person, Person.id == Competence.person_id)
        .where(Person.active)
        .order_by(Competence.expires_on.is_(None), Competence.expires_on, Person.name, Competence.library_key)
    )
    return paginate(session, narrowed(query, Competence.expires_on, which, on), page=page, scalars=False)


def list_trainings(session: Session, *, which: Which, on: date, page: int) -> Page[Any]:
    """(Training, person's name) of active persons, the first to run out first. Two statements."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(Training, Person.name)
        .join(Person, Person.id == Training.person_id)
        .where(Person.active)
        .order_by(Training.expires_on.is_(None), Training.expires_on, Person.name, Training.course)
    )
    return paginate(session, narrowed(query, Training.expires_on, which, on), page=page, scalars=False)


def counts(session: Session, *, on: date) -> dict[str, dict[Which, int]]:
    """How many records of active persons there are: ``{"competence": {Which: n}, "training": {…}}``."""
    found: dict[str, dict[Which, int]] = {}
    for name, table in (("competence", Competence), ("training", Training)):
        ends = table.expires_on
        row = session.execute(
            sa.select(
                sa.func.count(),
                sa.func.count(sa.case((ends < on, 1))),
                sa.func.count(sa.case((ends.between(on, on + timedelta(days=SOON_DAYS)), 1))),
            )
            .select_from(table)
            .join(Person, Person.id == table.person_id)
            .where(Person.active)
        ).one()
        found[name] = {Which.ALL: row[0], Which.EXPIRED: row[1], Which.SOON: row[2]}
    return found


def competence_by_id(session: Session, competence_id: UUID) -> Competence:
    """A competence; raises NotFound."""
    found = session.get(Competence, competence_id)
    if found is None:
        raise NotFound
    return found


def training_by_id(session: Session, training_id: UUID) -> Training:
    """A training; raises NotFound."""
    found = session.get(Training, training_id)
    if found is None:
        raise NotFound
    return found


def person_name(session: Session, person_id: UUID) -> str:
    """The name of a person; raises NotFound."""
    found = session.scalar(sa.select(Person.name).where(Person.id == person_id))
    if found is None:
        raise NotFound
    return found


def narrowed(
    query: sa.Select[*tuple[Any, ...]], ends: InstrumentedAttribute[date | None], which: Which, on: date
) -> sa.Select[*tuple[Any, ...]]:
    """A question for records, narrowed by when they run out (``ends``)."""
    if which is Which.EXPIRED:
        return query.where(ends < on)
    if which is Which.SOON:
        return query.where(ends.between(on, on + timedelta(days=SOON_DAYS)))
    return query
