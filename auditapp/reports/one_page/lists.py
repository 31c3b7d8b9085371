"""The lists that stand on one page, the most pressing first, each cut to a few. One statement each."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.nonconformity import ENDED
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import ExitStrategy, ExitTrigger
from auditapp.relationships.exits.rules.triggers import TriggerState
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State as DutyState
from auditapp.relationships.queries import readable
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.queries import visible_objectives
from auditapp.relationships.registers.objectives.rules import State
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskState
from auditapp.reports.one_page.queries import SHOWN

REVIEW = "rmp_review"


def open_cases(session: Session, principal: Principal, relationship_id: UUID) -> Sequence[Nonconformity]:
    """The open nonconformities, the first due first."""
    return session.scalars(
        visible_nonconformities(principal)
        .where(Nonconformity.relationship_id == relationship_id, Nonconformity.status.not_in(sorted(ENDED)))
        .order_by(None)
        .order_by(Nonconformity.turn_due_on.is_(None), Nonconformity.turn_due_on, Nonconformity.ref)
        .limit(SHOWN)
    ).all()


def top_risks(session: Session, principal: Principal, relationship_id: UUID) -> Sequence[Risk]:
    """The open risks and opportunities, the heaviest first."""
    return session.scalars(
        sa.select(Risk)
        .where(
            Risk.relationship_id == relationship_id,
            Risk.state == RiskState.OPEN,
            readable(principal, Risk.sharing),
        )
        .order_by((Risk.likelihood * Risk.impact).desc(), Risk.ref)
        .limit(SHOWN)
    ).all()


def objectives(session: Session, principal: Principal, relationship_id: UUID) -> Sequence[Objective]:
    """What is agreed or proposed, the first target first."""
    return session.scalars(
        visible_objectives(principal)
        .where(
            Objective.relationship_id == relationship_id, Objective.state.in_([State.AGREED, State.PROPOSED])
        )
        .order_by(None)
        .order_by(Objective.target_on.is_(None), Objective.target_on, Objective.ref)
        .limit(SHOWN)
    ).all()


def counts(session: Session, principal: Principal, relationship_id: UUID) -> Any:
    """How many objectives, loud triggers and recurring duties are open, and when the plan's review is due."""
    duties = sa.select(Obligation).where(
        Obligation.relationship_id == relationship_id,
        Obligation.state == DutyState.OPEN,
        sa.true() if principal.partner_id is None else sa.false(),
    )
    loud = (
        sa.select(sa.func.count(ExitTrigger.id))
        .join(ExitStrategy, ExitStrategy.id == ExitTrigger.strategy_id)
        .where(
            ExitStrategy.relationship_id == relationship_id,
            ExitTrigger.state != TriggerState.QUIET,
            ExitTrigger.dropped_at.is_(None),
            readable(principal, ExitTrigger.sharing),
        )
    )
    whole = visible_objectives(principal).where(
        Objective.relationship_id == relationship_id, Objective.state.in_([State.AGREED, State.PROPOSED])
    )
    review: sa.ScalarSelect[date] = (
        duties.where(Obligation.key == REVIEW)
        .with_only_columns(sa.func.min(Obligation.due_on))
        .scalar_subquery()
    )
    return session.execute(
        sa.select(
            whole.with_only_columns(sa.func.count()).order_by(None).scalar_subquery().label("objectives"),
            loud.scalar_subquery().label("triggers"),
            duties.with_only_columns(sa.func.count()).scalar_subquery().label("duties"),
            review.label("review_on"),
        )
    ).one()
