"""Reading causes and extent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.findings.causes.rules import MOST_CAUSES, MOST_CHECKS, Analysis
from auditapp.findings.model import Action, Cause, ExtentCheck, Nonconformity, NonconformityRequirement
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.nonconformity import CauseCategory, NcStatus
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship

MOST_ROUNDS_READ = 10
MOST_SIMILAR = 5


def causes_of(session: Session, nc: Nonconformity, *, round_: int | None = None) -> list[Cause]:
    """The causes of a nonconformity, of one round or of all, in the order they were said. One statement."""
    query = sa.select(Cause).where(Cause.nonconformity_id == nc.id)
    if round_ is not None:
        query = query.where(Cause.round == round_)
    return list(
        session.scalars(
            query.order_by(Cause.round.desc(), Cause.position, Cause.id).limit(MOST_CAUSES * MOST_ROUNDS_READ)
        )
    )


def cause_of(session: Session, nc: Nonconformity, cause_id: UUID) -> Cause:
    """A cause of the present round. Raises NotFound saying that it may have been removed."""
    found = session.scalar(
        sa.select(Cause).where(Cause.id == cause_id, Cause.nonconformity_id == nc.id, Cause.round == nc.round)
    )
    if found is None:
        raise NotFound(Text("This cause is no longer there: somebody removed it meanwhile."))
    return found


@dataclass(frozen=True, kw_only=True)
class Place:
    """A check of the extent with the names it needs."""

    check: ExtentCheck
    relationship_ref: str | None
    relationship_name: str | None
    checker: str | None
    raised_ref: str | None

    def overdue(self, today: date) -> bool:
        """Whether it should have been checked by now."""
        return self.check.result == "open" and self.check.due_on is not None and self.check.due_on < today


def extent_of(session: Session, nc: Nonconformity, *, round_: int | None = None) -> list[Place]:
    """The checks of the extent, of one round or of all. One statement."""
    raised = aliased(Nonconformity)
    query = (
        sa.select(ExtentCheck, Relationship.ref, Relationship.name, Person.name, raised.ref)
        .outerjoin(Relationship, Relationship.id == ExtentCheck.relationship_id)
        .outerjoin(Person, Person.id == ExtentCheck.checker_id)
        .outerjoin(raised, raised.id == ExtentCheck.raised_id)
        .where(ExtentCheck.nonconformity_id == nc.id)
    )
    if round_ is not None:
        query = query.where(ExtentCheck.round == round_)
    rows = session.execute(
        query.order_by(ExtentCheck.round.desc(), ExtentCheck.due_on, ExtentCheck.id).limit(
            MOST_CHECKS * MOST_ROUNDS_READ
        )
    )
    return [
        Place(
            check=row[0], relationship_ref=row[1], relationship_name=row[2], checker=row[3], raised_ref=row[4]
        )
        for row in rows
    ]


def place_of(session: Session, nc: Nonconformity, extent_id: UUID) -> Place:
    """A check of the present round. Raises NotFound."""
    found = [one for one in extent_of(session, nc, round_=nc.round) if one.check.id == extent_id]
    if not found:
        raise NotFound(Text("This check is no longer there: somebody removed it meanwhile."))
    return found[0]


def analysis_of(session: Session, nc: Nonconformity, *, cause_summary: str, extent_summary: str) -> Analysis:
    """What stands there for the present round. Two statements."""
    rows = session.execute(
        sa.select(Cause.root, Cause.category).where(Cause.nonconformity_id == nc.id, Cause.round == nc.round)
    ).all()
    checks = session.scalar(
        sa.select(sa.func.count()).where(ExtentCheck.nonconformity_id == nc.id, ExtentCheck.round == nc.round)
    )
    return Analysis(
        causes=len(rows),
        roots=sum(row[0] for row in rows),
        sorted_roots=sum(bool(row[0] and row[1]) for row in rows),
        checks=checks or 0,
        cause_summary=cause_summary,
        extent_summary=extent_summary,
    )


def actions_about(session: Session, cause_ids: Collection[UUID]) -> Sequence[Action]:
    """The actions that were planned against causes."""
    return session.scalars(
        sa.select(Action).where(Action.cause_id.in_(cause_ids)).order_by(Action.number)
    ).all()


def with_same_cause(
    session: Session, principal: Principal, nc: Nonconformity, categories: Collection[CauseCategory]
) -> list[Any]:
    """Earlier nonconformities the reader may see that share a clause and a root cause's category, newest first.

    Rows of (ref, title, status, raised_at). One statement.
    """
    if not categories:
        return []
    same = aliased(NonconformityRequirement)
    mine = aliased(NonconformityRequirement)
    clause = (
        sa.select(sa.literal(1))
        .select_from(same)
        .join(mine, sa.and_(mine.standard == same.standard, mine.clause == same.clause))
        .where(same.nonconformity_id == Nonconformity.id, mine.nonconformity_id == nc.id)
    )
    cause = sa.select(sa.literal(1)).where(
        Cause.nonconformity_id == Nonconformity.id, Cause.root, Cause.category.in_(categories)
    )
    return list(
        session.execute(
            visible_nonconformities(principal)
            .with_only_columns(
                Nonconformity.ref, Nonconformity.title, Nonconformity.status, Nonconformity.raised_at
            )
            .where(
                Nonconformity.id != nc.id,
                Nonconformity.raised_at <= nc.raised_at,
                Nonconformity.status != NcStatus.WITHDRAWN,
                clause.exists(),
                cause.exists(),
            )
            .order_by(Nonconformity.raised_at.desc(), Nonconformity.id.desc())
            .limit(MOST_SIMILAR)
        )
    )


def standards_known(session: Session) -> list[str]:
    """The standards that nonconformities here name, to choose from while typing."""
    return list(
        session.scalars(
            sa.select(NonconformityRequirement.standard)
            .distinct()
            .order_by(NonconformityRequirement.standard)
            .limit(50)
        )
    )
