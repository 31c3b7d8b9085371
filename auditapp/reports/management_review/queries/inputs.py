"""What the pack tells of the relationships and their registers. Every function has a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.programme.queries.coverage import ISSUED
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import ExitProcess
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.queries import visible_checks
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.health.rules.results import Rag, Trend
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.rules.issue import RUNNING as ISSUES_RUNNING
from auditapp.relationships.model import Partner, Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State as DutyState
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import IdeaState
from auditapp.relationships.registers.lessons.model import Lesson
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.queries import visible_objectives
from auditapp.relationships.registers.objectives.rules import State as ObjectiveState
from auditapp.relationships.registers.queries import visible
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskKind, RiskState
from auditapp.relationships.rules import Stage

MOST = 200  # rows of one table on paper; its register has them all
DUTIES = ("rmp_review", "exit_review", "scorecard", "health_check")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One running relationship and how it does."""

    id: UUID
    ref: str
    name: str
    stage: Stage
    issues: int
    level: int  # the highest of an issue that runs; 0: none runs
    rmp_review_on: date | None
    late: int  # reviews, scorecards and checks that are overdue
    exit: str  # number of an exit that runs
    health: Rag | None
    trend: Trend | None
    health_ref: str
    checked_at: datetime | None
    objectives: int
    reached: int


def lines(session: Session, principal: Principal, *, since: date, today: date) -> list[Line]:
    """The running relationships by number. Six statements."""
    rows = session.execute(
        visible_relationships(principal)
        .where(sa.or_(Relationship.ended_on.is_(None), Relationship.ended_on > today))
        .with_only_columns(Relationship.id, Relationship.ref, Relationship.name, Relationship.stage)
        .order_by(Relationship.ref)
        .limit(MOST)
    ).all()
    ids = [row.id for row in rows]
    issues = _by_id(
        session,
        visible_issues(principal)
        .where(Issue.status.in_(ISSUES_RUNNING), Issue.relationship_id.in_(ids))
        .with_only_columns(Issue.relationship_id, sa.func.count(), sa.func.max(Issue.level))
        .group_by(Issue.relationship_id),
    )
    review = sa.case((Obligation.key == "rmp_review", Obligation.due_on))
    late = sa.case((Obligation.due_on < today, 1), else_=0)
    duties = _by_id(
        session,
        sa.select(Obligation.relationship_id, sa.func.min(review), sa.func.sum(late))
        .where(
            Obligation.state == DutyState.OPEN,
            Obligation.key.in_(DUTIES),
            Obligation.relationship_id.in_(ids),
        )
        .group_by(Obligation.relationship_id),
    )
    exits = _by_id(
        session,
        sa.select(ExitProcess.relationship_id, sa.func.max(ExitProcess.ref))
        .where(ExitProcess.ended_at.is_(None), ExitProcess.relationship_id.in_(ids))
        .group_by(ExitProcess.relationship_id),
    )
    place = sa.func.row_number().over(
        partition_by=HealthCheck.relationship_id,
        order_by=[HealthCheck.closed_at.desc(), HealthCheck.ref.desc()],
    )
    newest = (
        visible_checks(principal)
        .where(HealthCheck.state == CheckState.CLOSED, HealthCheck.relationship_id.in_(ids))
        .with_only_columns(
            HealthCheck.relationship_id, HealthCheck.overall, HealthCheck.trend, HealthCheck.ref,
            HealthCheck.closed_at, place.label("place"),
        )
    ).subquery()  # fmt: skip
    health = _by_id(session, sa.select(newest).where(newest.c.place == 1))
    reached = sa.case(
        (sa.and_(Objective.state == ObjectiveState.REACHED, Objective.settled_on >= since), 1), else_=0
    )
    running = sa.case((Objective.state == ObjectiveState.AGREED, 1), else_=0)
    objectives = _by_id(
        session,
        visible_objectives(principal)
        .where(Objective.relationship_id.in_(ids))
        .with_only_columns(Objective.relationship_id, sa.func.sum(running), sa.func.sum(reached))
        .group_by(Objective.relationship_id),
    )
    found = []
    for row in rows:
        issue = issues.get(row.id, (None, 0, 0))
        duty = duties.get(row.id, (None, None, 0))
        check = health.get(row.id)
        aims = objectives.get(row.id, (None, 0, 0))
        found.append(
            Line(
                id=row.id, ref=row.ref, name=row.name, stage=row.stage, issues=int(issue[1]), level=int(issue[2] or 0),
                rmp_review_on=duty[1], late=int(duty[2] or 0), exit=exits.get(row.id, (None, ""))[1],
                health=check.overall if check else None, trend=check.trend if check else None,
                health_ref=check.ref if check else "", checked_at=check.closed_at if check else None,
                objectives=int(aims[1] or 0), reached=int(aims[2] or 0),
            )
        )  # fmt: skip
    return found


def _by_id(session: Session, query: Any) -> dict[UUID, Any]:
    return {row[0]: row for row in session.execute(query)}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What became different around the system in the period."""

    begun: list[tuple[str, str, date]]  # relationships: (number, name, day)
    ended: list[tuple[str, str, date]]
    partners: int


def changes(session: Session, principal: Principal, *, since: date, moment: datetime) -> Changes:
    """Relationships begun and ended, partners added. Three statements."""

    def dated(column: Any) -> list[tuple[str, str, date]]:
        rows = session.execute(
            visible_relationships(principal)
            .where(column >= since)
            .with_only_columns(Relationship.ref, Relationship.name, column)
            .order_by(column, Relationship.ref)
            .limit(MOST)
        )
        return [(row[0], row[1], row[2]) for row in rows]

    partners = session.scalar(
        sa.select(sa.func.count()).select_from(Partner).where(Partner.created_at >= moment)
    )
    return Changes(begun=dated(Relationship.started_on), ended=dated(Relationship.ended_on), partners=partners or 0)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Audited:
    """An issued audit and what it found, by grade."""

    ref: str
    title: str
    issued_at: datetime
    grades: dict[Grade, int]


def audited(session: Session, principal: Principal, *, moment: datetime) -> list[Audited]:
    """The audits whose reports were issued in the period, the latest first. Two statements."""
    rows = session.execute(
        visible_audits(principal)
        .where(Audit.status.in_(ISSUED), Audit.issued_at >= moment)
        .with_only_columns(Audit.id, Audit.ref, Audit.title, Audit.issued_at)
        .order_by(Audit.issued_at.desc(), Audit.ref)
        .limit(MOST)
    ).all()
    grades: dict[UUID, dict[Grade, int]] = {}
    for audit_id, grade, count in session.execute(
        sa.select(Finding.audit_id, Finding.grade, sa.func.count())
        .where(Finding.audit_id.in_([row[0] for row in rows]), Finding.status != FindingStatus.WITHDRAWN)
        .group_by(Finding.audit_id, Finding.grade)
    ):
        grades.setdefault(audit_id, {})[grade] = count
    return [
        Audited(ref=row[1], title=row[2], issued_at=row[3], grades=grades.get(row[0], {}))
        for row in rows
        if row[3] is not None
    ]


def risks(session: Session, principal: Principal) -> list[tuple[Risk, str, str]]:
    """(risk or opportunity that is open, relationship's number, owner), the heaviest first. One statement."""
    weight = Risk.likelihood * Risk.impact
    rows = session.execute(
        visible(principal, Risk)
        .join(Relationship, Relationship.id == Risk.relationship_id)
        .outerjoin(Person, Person.id == Risk.owner_id)
        .where(Risk.state != RiskState.CLOSED)
        .add_columns(Relationship.ref, Person.name)
        .order_by(sa.case((Risk.kind == RiskKind.RISK, 0), else_=1), weight.desc(), Risk.ref)
        .limit(30)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


def ideas(session: Session, principal: Principal) -> list[tuple[Idea, str]]:
    """(idea that is neither realised nor declined, relationship's number), the oldest first. One statement."""
    over = (IdeaState.REALISED, IdeaState.DECLINED, IdeaState.WITHDRAWN)
    rows = session.execute(
        visible(principal, Idea)
        .join(Relationship, Relationship.id == Idea.relationship_id)
        .where(Idea.state.not_in(over))
        .add_columns(Relationship.ref)
        .order_by(Idea.raised_on, Idea.ref)
        .limit(30)
    )
    return [(row[0], row[1]) for row in rows]


def lessons(session: Session, principal: Principal, *, since: date) -> list[tuple[Lesson, str]]:
    """(lesson of the period, relationship's number), the latest first. One statement."""
    rows = session.execute(
        visible(principal, Lesson)
        .join(Relationship, Relationship.id == Lesson.relationship_id)
        .where(Lesson.learned_on >= since)
        .add_columns(Relationship.ref)
        .order_by(Lesson.learned_on.desc(), Lesson.ref)
        .limit(30)
    )
    return [(row[0], row[1]) for row in rows]


def opportunities(session: Session, principal: Principal, *, moment: datetime) -> list[tuple[str, str, str]]:
    """(finding, audit, statement) of chances to improve that issued audits of the period saw. One statement."""
    rows = session.execute(
        sa.select(Finding.ref, Audit.ref, Finding.statement)
        .join(Audit, Audit.id == Finding.audit_id)
        .where(
            Finding.grade == Grade.OPPORTUNITY,
            Finding.status != FindingStatus.WITHDRAWN,
            Audit.status.in_(ISSUED),
            Audit.issued_at >= moment,
            Audit.id.in_(visible_audits(principal).with_only_columns(Audit.id)),
        )
        .order_by(Finding.ref)
        .limit(30)
    )
    return [(row[0], row[1], row[2]) for row in rows]
