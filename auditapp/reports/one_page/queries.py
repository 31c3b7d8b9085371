"""What is known of one relationship, in a bounded number of statements whatever it holds; the dossier reads it too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.nonconformity import ENDED
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.queries import visible_actions
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.contacts.model import BreakPoint
from auditapp.relationships.exits.model import ExitStrategy, ExitTrigger
from auditapp.relationships.exits.rules.triggers import TriggerState
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.rules.issue import RUNNING
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.queries import visible_meetings
from auditapp.relationships.meetings.rules import MeetingStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.queries import readable
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import IdeaState
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.rules import State as ObjectiveState
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskState
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.relationships.rmp.queries import visible_versions

SHOWN = 5
HIGH = 15  # of 25: likelihood times impact


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How many of each, of what the reader may see."""

    issues: int
    issues_top: int | None  # the highest level an open issue stands on
    actions: int
    actions_overdue: int
    nonconformities: int
    nonconformities_overdue: int
    risks: int
    risks_high: int
    ideas: int
    objectives: int
    objectives_reached: int
    obligations_overdue: int
    meeting_ref: str | None
    meeting_at: datetime | None
    break_on: date | None
    break_note: str | None
    health_ref: str | None
    health_overall: Any
    health_at: datetime | None


def _count(query: sa.Select[Any]) -> Any:
    return (
        query.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None).scalar_subquery()
    )


def _first(query: sa.Select[Any], column: Any) -> Any:
    return query.with_only_columns(column).limit(1).scalar_subquery()


def numbers(session: Session, principal: Principal, found: Relationship, *, today: date) -> Numbers:
    """All the counts of the page. One statement."""
    here = found.id
    issues = visible_issues(principal).where(Issue.relationship_id == here, Issue.status.in_(RUNNING))
    actions = visible_actions(principal).where(
        JointAction.relationship_id == here, JointAction.status == ActionStatus.OPEN
    )
    cases = visible_nonconformities(principal).where(
        Nonconformity.relationship_id == here, Nonconformity.status.not_in(sorted(ENDED))
    )
    risks = sa.select(Risk).where(
        Risk.relationship_id == here, Risk.state == RiskState.OPEN, readable(principal, Risk.sharing)
    )
    ideas = sa.select(Idea).where(
        Idea.relationship_id == here,
        Idea.state.in_([IdeaState.PROPOSED, IdeaState.ACCEPTED, IdeaState.IN_PROGRESS]),
        readable(principal, Idea.sharing),
    )
    objectives = sa.select(Objective).where(
        Objective.relationship_id == here, readable(principal, Objective.sharing)
    )
    due = sa.select(Obligation).where(
        Obligation.relationship_id == here,
        Obligation.state == State.OPEN,
        Obligation.due_on < today,
        sa.true() if principal.partner_id is None else sa.false(),
    )
    meetings = (
        visible_meetings(principal)
        .where(Meeting.relationship_id == here, Meeting.status == MeetingStatus.PLANNED)
        .order_by(Meeting.starts_at)
    )
    breaks = (
        sa.select(BreakPoint)
        .where(BreakPoint.relationship_id == here, BreakPoint.on >= today)
        .order_by(BreakPoint.on)
    )
    checks = (
        sa.select(HealthCheck)
        .where(
            HealthCheck.relationship_id == here,
            HealthCheck.state == CheckState.CLOSED,
            readable(principal, HealthCheck.sharing),
        )
        .order_by(HealthCheck.closed_at.desc())
    )
    row = (
        session.execute(
            sa.select(
                _count(issues).label("issues"),
                issues.with_only_columns(sa.func.max(Issue.level))
                .order_by(None)
                .scalar_subquery()
                .label("issues_top"),
                _count(actions).label("actions"),
                _count(actions.where(JointAction.due_on < today)).label("actions_overdue"),
                _count(cases).label("nonconformities"),
                _count(cases.where(Nonconformity.turn_due_on < today)).label("nonconformities_overdue"),
                _count(risks).label("risks"),
                _count(risks.where(Risk.likelihood * Risk.impact >= HIGH)).label("risks_high"),
                _count(ideas).label("ideas"),
                _count(objectives.where(Objective.state == ObjectiveState.AGREED)).label("objectives"),
                _count(objectives.where(Objective.state == ObjectiveState.REACHED)).label(
                    "objectives_reached"
                ),
                _count(due).label("obligations_overdue"),
                _first(meetings, Meeting.ref).label("meeting_ref"),
                _first(meetings, Meeting.starts_at).label("meeting_at"),
                _first(breaks, BreakPoint.on).label("break_on"),
                _first(breaks, BreakPoint.note).label("break_note"),
                _first(checks, HealthCheck.ref).label("health_ref"),
                _first(checks, HealthCheck.overall).label("health_overall"),
                _first(checks, HealthCheck.closed_at).label("health_at"),
            )
        )
        .mappings()
        .one()
    )
    return Numbers(**row)


def open_issues(session: Session, principal: Principal, relationship_id: UUID) -> Sequence[Issue]:
    """The open issues, the highest level first. One statement."""
    return session.scalars(
        visible_issues(principal)
        .where(Issue.relationship_id == relationship_id, Issue.status.in_(RUNNING))
        .order_by(None)
        .order_by(Issue.level.desc(), sa.nulls_last(Issue.due_at.asc()), Issue.ref)
        .limit(SHOWN)
    ).all()


def next_actions(
    session: Session, principal: Principal, relationship_id: UUID
) -> Sequence[tuple[JointAction, str]]:
    """The open joint actions with their owners, the first due first. One statement."""
    return [
        (row[0], row[1])
        for row in session.execute(
            visible_actions(principal)
            .join(Person, Person.id == JointAction.owner_id)
            .add_columns(Person.name)
            .where(JointAction.relationship_id == relationship_id, JointAction.status == ActionStatus.OPEN)
            .order_by(JointAction.due_on, JointAction.ref)
            .limit(SHOWN)
        )
    ]


def next_obligations(session: Session, principal: Principal, relationship_id: UUID) -> Sequence[Obligation]:
    """What recurs and is due next. For our own people. One statement."""
    if principal.partner_id is not None:
        return ()
    return session.scalars(
        sa.select(Obligation)
        .where(Obligation.relationship_id == relationship_id, Obligation.state == State.OPEN)
        .order_by(Obligation.due_on, Obligation.id)
        .limit(SHOWN)
    ).all()


def standing_plans(
    session: Session, principal: Principal, relationship_id: UUID
) -> Sequence[tuple[Plan, PlanVersion]]:
    """Each plan of the relationship with the newest version the reader may see. One statement."""
    versions = visible_versions(principal).subquery()
    newest = (
        sa.select(sa.func.max(versions.c.number))
        .where(versions.c.plan_id == Plan.id)
        .correlate(Plan)
        .scalar_subquery()
    )
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(Plan, PlanVersion)
            .join(PlanVersion, sa.and_(PlanVersion.plan_id == Plan.id, PlanVersion.number == newest))
            .where(Plan.relationship_id == relationship_id)
            .order_by(Plan.ref)
        )
    ]


def loud_triggers(session: Session, principal: Principal, relationship_id: UUID) -> Sequence[ExitTrigger]:
    """The exit triggers that are watched or tripped, the tripped first. One statement."""
    return session.scalars(
        sa.select(ExitTrigger)
        .join(ExitStrategy, ExitStrategy.id == ExitTrigger.strategy_id)
        .where(
            ExitStrategy.relationship_id == relationship_id,
            ExitTrigger.state != TriggerState.QUIET,
            ExitTrigger.dropped_at.is_(None),
            readable(principal, ExitTrigger.sharing),
        )
        .order_by((ExitTrigger.state == TriggerState.TRIPPED).desc(), ExitTrigger.number)
        .limit(SHOWN)
    ).all()
