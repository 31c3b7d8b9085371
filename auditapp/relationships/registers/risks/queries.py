"""Reading risks and opportunities, as far as somebody may."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.queries import visible
from auditapp.relationships.registers.risks.model import Risk, RiskReview
from auditapp.relationships.registers.risks.rules import RISK_STATE_LABELS, RiskKind, RiskState

MOST_REVIEWS = 50
_SCORE = Risk.likelihood * Risk.impact
_RESIDUAL = Risk.residual_likelihood * Risk.residual_impact
_PRESENT = sa.func.coalesce(_RESIDUAL, _SCORE)
SORTS: Mapping[str, tuple[Any, ...]] = {
    "score": (_SCORE.desc(), Risk.ref),
    "present": (_PRESENT.desc(), Risk.ref),
    "review": (Risk.next_review_on, Risk.ref),
    "number": (Risk.ref,),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the address asks for. ``treated``: the cell is one of the matrix with treatment."""

    show: str = "open"  # open, occurred, closed, all, due
    kind: RiskKind | None = None
    words: str = ""
    owner_id: UUID | None = None
    likelihood: int | None = None
    impact: int | None = None
    treated: bool = False
    sort: str = "score"


def wanted_risks(
    principal: Principal, relationship_id: UUID | None, wanted: Wanted, today: date
) -> sa.Select[Any]:
    """What somebody may see and looks for, of one relationship or of all."""
    query = visible(principal, Risk)
    if relationship_id is not None:
        query = query.where(Risk.relationship_id == relationship_id)
    if wanted.show in set(RiskState):
        query = query.where(Risk.state == RiskState(wanted.show))
    elif wanted.show == "due":
        query = query.where(Risk.state == RiskState.OPEN, Risk.next_review_on <= today)
    if wanted.kind is not None:
        query = query.where(Risk.kind == wanted.kind)
    if wanted.owner_id is not None:
        query = query.where(
            sa.or_(Risk.owner_id == wanted.owner_id, Risk.partner_owner_id == wanted.owner_id)
        )
    if wanted.words:
        query = query.where(
            sa.or_(
                *(
                    column.icontains(wanted.words, autoescape=True)
                    for column in (Risk.ref, Risk.title, Risk.description, Risk.cause, Risk.effect)
                )
            )
        )
    likelihood, impact = _cell(wanted.treated)
    if wanted.likelihood is not None:
        query = query.where(likelihood == wanted.likelihood)
    if wanted.impact is not None:
        query = query.where(impact == wanted.impact)
    return query.order_by(*SORTS.get(wanted.sort, SORTS["score"]))


def _cell(treated: bool) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:  # noqa: FBT001 - one of two matrices
    if treated:
        return (
            sa.func.coalesce(Risk.residual_likelihood, Risk.likelihood),
            sa.func.coalesce(Risk.residual_impact, Risk.impact),
        )
    return sa.type_coerce(Risk.likelihood, sa.Integer), sa.type_coerce(Risk.impact, sa.Integer)


def list_risks(
    session: Session, principal: Principal, relationship_id: UUID, wanted: Wanted, *, today: date, page: int
) -> Page[Risk]:
    """A page of risks, the weightiest first unless asked otherwise. Two statements."""
    return paginate(session, wanted_risks(principal, relationship_id, wanted, today), page=page)


def every_risk(
    session: Session, principal: Principal, relationship_id: UUID, wanted: Wanted, *, today: date
) -> Iterator[tuple[Risk, str | None, str | None]]:
    """All that the address asks for, with the owners' names, in the same order; memory stays bounded."""
    own, partner = sa.orm.aliased(Person), sa.orm.aliased(Person)
    query = (
        wanted_risks(principal, relationship_id, wanted, today)
        .add_columns(own.name, partner.name)
        .outerjoin(own, own.id == Risk.owner_id)
        .outerjoin(partner, partner.id == Risk.partner_owner_id)
        .execution_options(yield_per=200)
    )
    for row in session.execute(query):
        yield row[0], row[1], row[2]


def counts(session: Session, principal: Principal, relationship_id: UUID, *, today: date) -> dict[str, int]:
    """How many are in each state, and how many are due for review. One statement."""
    rows = session.execute(
        visible(principal, Risk)
        .where(Risk.relationship_id == relationship_id)
        .with_only_columns(
            Risk.state,
            sa.func.count(),
            sa.func.sum(sa.case((Risk.next_review_on <= today, 1), else_=0)),
        )
        .group_by(Risk.state)
    ).all()
    found = {state.value: 0 for state in RiskState} | {row[0].value: int(row[1]) for row in rows}
    found["due"] = sum(int(row[2]) for row in rows if row[0] is RiskState.OPEN)
    return found


def matrix(
    session: Session, principal: Principal, relationship_id: UUID, *, kind: RiskKind, treated: bool
) -> dict[tuple[int, int], int]:
    """How many open ones stand in each cell (likelihood, impact). One statement."""
    likelihood, impact = _cell(treated)
    rows = session.execute(
        visible(principal, Risk)
        .where(Risk.relationship_id == relationship_id, Risk.state == RiskState.OPEN, Risk.kind == kind)
        .with_only_columns(likelihood, impact, sa.func.count())
        .group_by(likelihood, impact)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def risk_by_ref(session: Session, principal: Principal, relationship_id: UUID, ref: str) -> Risk:
    """A risk by its number. Raises NotFound, also for one that is not to be seen."""
    found: Risk | None = session.scalar(
        visible(principal, Risk).where(
            Risk.relationship_id == relationship_id, Risk.ref == ref.replace("\0", "")
        )
    )
    if found is None:
        raise NotFound
    return found


def risk_by_id(session: Session, principal: Principal, risk_id: UUID) -> Risk:
    """A risk by its id, for services. Raises NotFound, also for one that is not to be seen."""
    found: Risk | None = session.scalar(visible(principal, Risk).where(Risk.id == risk_id))
    if found is None:
        raise NotFound
    return found


def first_due(session: Session, principal: Principal, relationship_id: UUID, *, today: date) -> Risk | None:
    """The open one that has waited longest for its review; ``None`` when none is due."""
    found: Risk | None = session.scalar(
        wanted_risks(principal, relationship_id, Wanted(show="due", sort="review"), today).limit(1)
    )
    return found


def reviews_of(session: Session, risk_id: UUID) -> Sequence[tuple[RiskReview, str]]:
    """The reviews with the names of who held them, newest first. One statement."""
    rows = session.execute(
        sa.select(RiskReview, Person.name)
        .join(Person, Person.id == RiskReview.by_id)
        .where(RiskReview.risk_id == risk_id)
        .order_by(RiskReview.reviewed_on.desc(), RiskReview.created_at.desc())
        .limit(MOST_REVIEWS)
    )
    return [(row[0], row[1]) for row in rows]


@linkable("risk", Text("Risk"))
def _targets(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    rows = session.execute(
        visible(principal, Risk)
        .join(Relationship, Relationship.id == Risk.relationship_id)
        .where(Risk.ref.in_(refs))
        .with_only_columns(Risk.ref, Risk.title, Risk.state, Relationship.ref)
    )
    return {
        row[0]: Target(
            ref=row[0],
            title=row[1],
            endpoint="risks.show",
            values={"ref": row[3], "risk_ref": row[0]},
            status=RISK_STATE_LABELS[row[2]],
        )
        for row in rows
    }
