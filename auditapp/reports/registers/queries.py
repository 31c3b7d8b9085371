"""What the register of nonconformities tells on paper. What is read is bounded; the statements never grow in number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import (
    Action,
    Cause,
    EffectivenessCheck,
    Nonconformity,
    NonconformityRequirement,
    Repeat,
)
from auditapp.findings.queries import visible_actions
from auditapp.findings.register.queries.narrow import Reader, narrowed, overdue
from auditapp.findings.register.queries.order import order_by
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import Wanted
from auditapp.findings.rules.nonconformity import ENDED, CauseCategory, CheckResult
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship

MOST_CASES = 300  # of one paper; the register itself has them all
MOST_ACTIONS = 1500
MOST_CAUSES = 2000
MOST_CLAUSES = 50


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Of everything that the address asks for, not only of what the paper shows."""

    whole: int
    overdue: int
    majors: int
    repeats: int


@dataclass(frozen=True, kw_only=True)
class Case:
    """A nonconformity with what its paper says beside it."""

    row: Nonconformity
    responsible: str
    verifier: str
    relationship: str
    clauses: list[str] = field(default_factory=list)
    causes: list[tuple[CauseCategory | None, str]] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    actions: list[tuple[Action, str]] = field(default_factory=list)


def totals(session: Session, reader: Reader, wanted: Wanted) -> Totals:
    """One statement."""
    again = sa.exists().where(Repeat.nonconformity_id == Nonconformity.id)
    row = session.execute(
        narrowed(reader, wanted)
        .with_only_columns(
            sa.func.count(),
            sa.func.count(sa.case((overdue(Register.NONCONFORMITIES, reader.today), 1))),
            sa.func.count(sa.case((Nonconformity.grade == Grade.MAJOR, 1))),
            sa.func.count(sa.case((again, 1))),
        )
        .select_from(Nonconformity)
    ).one()
    return Totals(whole=row[0], overdue=row[1], majors=row[2], repeats=row[3])


def open_by_age(session: Session, reader: Reader, wanted: Wanted, most: Sequence[int]) -> list[int]:
    """How many of all that the address asks for are open, by days since they were raised: up to each of ``most`` (rising), and more. One statement."""
    age = sa.case(
        *((Nonconformity.raised_at >= _midnight(reader.today - timedelta(days=days)), place) for place, days in enumerate(most)),
        else_=len(most),
    )  # fmt: skip
    rows = session.execute(
        narrowed(reader, wanted)
        .with_only_columns(age.label("age"), sa.func.count())
        .select_from(Nonconformity)
        .where(Nonconformity.status.not_in(ENDED))
        .group_by(sa.literal_column("age"))
    )
    counted: dict[int, int] = {row[0]: row[1] for row in rows}
    return [counted.get(place, 0) for place in range(len(most) + 1)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def cases(session: Session, reader: Reader, wanted: Wanted) -> list[Case]:
    """The first rows that the address asks for, in its order. Six statements."""
    responsible, verifier = aliased(Person), aliased(Person)
    ids = session.scalars(
        narrowed(reader, wanted)
        .with_only_columns(Nonconformity.id)
        .order_by(*order_by(Register.NONCONFORMITIES, wanted.sort))
        .limit(MOST_CASES)
    ).all()
    rows = session.execute(
        sa.select(Nonconformity, responsible.name, verifier.name, Relationship.ref)
        .outerjoin(responsible, responsible.id == Nonconformity.responsible_id)
        .outerjoin(verifier, verifier.id == Nonconformity.verifier_id)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
        .where(Nonconformity.id.in_(ids))
    )
    found = {
        row[0].id: Case(row=row[0], responsible=row[1] or "", verifier=row[2] or "", relationship=row[3] or "")
        for row in rows
    }  # fmt: skip
    _beside(session, reader, found, ids)
    return [found[one] for one in ids if one in found]


def _beside(session: Session, reader: Reader, found: dict[UUID, Case], ids: Sequence[UUID]) -> None:
    """Clauses, root causes, checks, repeats and actions of these. Five statements."""
    earlier = aliased(Nonconformity)
    for nc_id, clause in session.execute(
        sa.select(NonconformityRequirement.nonconformity_id, NonconformityRequirement.clause)
        .where(NonconformityRequirement.nonconformity_id.in_(ids))
        .order_by(NonconformityRequirement.nonconformity_id, NonconformityRequirement.position)
    ):
        if clause not in found[nc_id].clauses:
            found[nc_id].clauses.append(clause)
    for nc_id, category, text in session.execute(
        sa.select(Cause.nonconformity_id, Cause.category, Cause.text)
        .where(Cause.nonconformity_id.in_(ids), Cause.root)
        .order_by(Cause.nonconformity_id, Cause.position, Cause.id)
        .limit(MOST_CAUSES)
    ):
        found[nc_id].causes.append((category, text))
    for nc_id, result in session.execute(
        sa.select(EffectivenessCheck.nonconformity_id, EffectivenessCheck.result)
        .where(EffectivenessCheck.nonconformity_id.in_(ids))
        .order_by(EffectivenessCheck.nonconformity_id, EffectivenessCheck.round)
    ):
        found[nc_id].checks.append(result)
    for nc_id, ref in session.execute(
        sa.select(Repeat.nonconformity_id, earlier.ref)
        .join(earlier, earlier.id == Repeat.earlier_id)
        .where(Repeat.nonconformity_id.in_(ids))
        .order_by(Repeat.nonconformity_id, earlier.ref)
    ):
        found[nc_id].repeats.append(ref)
    for action, owner in session.execute(
        visible_actions(reader.principal)
        .join(Person, Person.id == Action.owner_id)
        .add_columns(Person.name)
        .where(Action.nonconformity_id.in_(ids))
        .order_by(None)
        .order_by(Action.due_on, Action.ref)
        .limit(MOST_ACTIONS)
    ):
        found[action.nonconformity_id].actions.append((action, owner))


def repeats_by_clause(session: Session, reader: Reader, wanted: Wanted) -> Sequence[Any]:
    """(standard, clause, nonconformities, those that repeat an earlier one), the most repeats first. One statement."""
    again = sa.exists().where(Repeat.nonconformity_id == NonconformityRequirement.nonconformity_id)
    number, repeated = (
        sa.func.count(sa.distinct(NonconformityRequirement.nonconformity_id)),
        sa.func.count(sa.distinct(sa.case((again, NonconformityRequirement.nonconformity_id)))),
    )
    return session.execute(
        sa.select(NonconformityRequirement.standard, NonconformityRequirement.clause, number, repeated)
        .where(
            NonconformityRequirement.nonconformity_id.in_(
                narrowed(reader, wanted).with_only_columns(Nonconformity.id)
            )
        )
        .group_by(NonconformityRequirement.standard, NonconformityRequirement.clause)
        .order_by(
            repeated.desc(), number.desc(), NonconformityRequirement.standard, NonconformityRequirement.clause
        )
        .limit(MOST_CLAUSES)
    ).all()
