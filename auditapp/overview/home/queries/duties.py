"""What nonconformities and actions ask of somebody, and how many of them there are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import AuditMember
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import (
    Action,
    ActionRequest,
    Dispute,
    EffectivenessCheck,
    ExtentCheck,
    Nonconformity,
)
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.action import UNDONE, ActionStatus, RequestStatus
from auditapp.findings.rules.nonconformity import ENDED, ExtentResult, NcStatus
from auditapp.findings.rules.parts import Part
from auditapp.overview.home.rules.duties import (
    Duty,
    NcLine,
    RequestLine,
    by_urgency,
    of_action,
    of_nonconformity,
    to_check,
    to_decide,
    to_verify,
)
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.model import Relationship

MOST = 50  # of each sort; a home page is no register
S = NcStatus
leader_id = (
    sa.select(AuditMember.person_id)
    .where(AuditMember.audit_id == Nonconformity.audit_id, AuditMember.role == MemberRole.LEADER)
    .limit(1)
    .scalar_subquery()
)
check_on_day = (
    sa.select(EffectivenessCheck.not_before)
    .where(
        EffectivenessCheck.nonconformity_id == Nonconformity.id,
        EffectivenessCheck.round == Nonconformity.reopened + 1,
    )
    .scalar_subquery()
)


def duties(session: Session, principal: Principal, *, today: date) -> list[Duty]:
    """What waits for somebody, the most urgent first. Five statements; one for a partner's contact."""
    found = _own_actions(session, principal, today)
    if principal.can(Capability.VIEW_ORGANIZATION):
        found += _own_nonconformities(session, principal, today)
        found += _done_actions(session, principal)
        found += _requests(session, principal, today)
        found += _extent_checks(session, principal, today)
    return by_urgency(found)


def _own_actions(session: Session, principal: Principal, today: date) -> list[Duty]:
    me = principal.person_id
    asked = sa.exists().where(
        ActionRequest.action_id == Action.id, ActionRequest.status == RequestStatus.OPEN
    )
    rows = session.execute(
        sa.select(Action.ref, Action.title, Action.status, Action.due_on)
        .where(
            sa.or_(Action.owner_id == me, Action.deputy_id == me),
            Action.status.in_(sorted(UNDONE)),
            sa.or_(
                ~asked, Action.due_on < today
            ),  # what waits for a decision waits for others, until it is late
        )
        .order_by(Action.due_on, Action.ref)
        .limit(MOST)
    )
    return [of_action(row[0], row[1], row[2], row[3], today=today) for row in rows]


def _own_nonconformities(session: Session, principal: Principal, today: date) -> list[Duty]:
    me = principal.person_id
    manages = principal.can(Capability.MANAGE_PROGRAMME)
    works = sa.or_(Nonconformity.responsible_id == me, Nonconformity.deputy_id == me)
    undone = sa.exists().where(Action.nonconformity_id == Nonconformity.id, Action.status.in_(sorted(UNDONE)))
    answered = sa.exists().where(Dispute.nonconformity_id == Nonconformity.id, Dispute.answer != "")
    due_check = sa.or_(check_on_day.is_(None), check_on_day <= today)
    responsible = [S.ISSUED, S.CONTAINMENT, S.CAUSE, S.PLANNING, S.PLAN_RETURNED]
    ways = [
        sa.and_(works, Nonconformity.status.in_(responsible)),
        sa.and_(works, Nonconformity.status == S.IMPLEMENTING, ~undone),
        sa.and_(
            Nonconformity.verifier_id == me,
            sa.or_(
                Nonconformity.status.in_([S.PLAN_SUBMITTED, S.VERIFICATION, S.DISPUTED]),
                sa.and_(Nonconformity.status == S.EFFECTIVENESS, due_check),
            ),
        ),
        sa.and_(Nonconformity.status.in_([S.DRAFT, S.DISPUTED]), sa.true() if manages else leader_id == me),
    ]
    rows = session.execute(
        visible_nonconformities(principal)
        .where(sa.or_(*ways))
        .with_only_columns(
            Nonconformity.ref,
            Nonconformity.title,
            Nonconformity.status,
            Nonconformity.turn_due_on,
            sa.func.coalesce(works, sa.false()).label("works"),
            sa.func.coalesce(Nonconformity.verifier_id == me, sa.false()).label("verifies"),
            sa.func.coalesce(leader_id == me, sa.false()).label("leads"),
            undone.label("undone"),
            answered.label("answered"),
            check_on_day.label("check_on"),
        )
        .order_by(Nonconformity.turn_due_on.is_(None), Nonconformity.turn_due_on, Nonconformity.ref)
        .limit(MOST)
    )
    lines = [
        NcLine(
            ref=row.ref,
            title=row.title,
            status=row.status,
            due=row.turn_due_on,
            works=bool(row.works),
            verifies=bool(row.verifies),
            leads=bool(row.leads),
            manages=manages,
            undone=bool(row.undone),
            answered=bool(row.answered),
            check_on=row.check_on,
        )
        for row in rows
    ]
    return [duty for line in lines if (duty := of_nonconformity(line, today)) is not None]


def _done_actions(session: Session, principal: Principal) -> list[Duty]:
    me = principal.person_id
    rows = session.execute(
        sa.select(Action.ref, Action.title, Person.name, Action.worked_ids)
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .join(Person, Person.id == Action.owner_id)
        .where(
            Action.status == ActionStatus.DONE,
            Nonconformity.verifier_id == me,
            Action.owner_id != me,
            Nonconformity.status.not_in(sorted(ENDED)),
        )
        .order_by(Action.due_on, Action.ref)
        .limit(MOST)
    )
    return [to_verify(row[0], row[1], row[2]) for row in rows if str(me) not in row[3]]


def _requests(session: Session, principal: Principal, today: date) -> list[Duty]:
    me = principal.person_id
    asker = aliased(Person)
    rows = session.execute(
        sa.select(
            Action.ref,
            Action.title,
            Action.owner_id,
            ActionRequest.kind,
            ActionRequest.level,
            ActionRequest.due_on,
            ActionRequest.asked_by_id,
            asker.name,
            Nonconformity.responsible_id,
            Nonconformity.deputy_id,
            Nonconformity.verifier_id,
            Nonconformity.relationship_id,
            leader_id.label("leader_id"),
            Relationship.ser_id,
        )
        .join(Action, Action.id == ActionRequest.action_id)
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .join(asker, asker.id == ActionRequest.asked_by_id)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
        .where(
            ActionRequest.status == RequestStatus.OPEN,
            Nonconformity.id.in_(visible_nonconformities(principal).with_only_columns(Nonconformity.id)),
        )
        .order_by(ActionRequest.due_on.is_(None), ActionRequest.due_on, Action.ref)
        .limit(4 * MOST)
    )
    found = []
    for row in rows:
        line = RequestLine(
            ref=row.ref,
            title=row.title,
            kind=row.kind,
            level=row.level,
            asked_by=row.name,
            mine=me in (row.asked_by_id, row.owner_id),
            parts=_parts(principal, row),
            due=row.due_on,
        )
        if (duty := to_decide(line, today)) is not None:
            found.append(duty)
    return found


def _parts(principal: Principal, row: Any) -> set[Part]:
    me = principal.person_id
    named = {
        Part.RESPONSIBLE: row.responsible_id,
        Part.DEPUTY: row.deputy_id,
        Part.VERIFIER: row.verifier_id,
        Part.LEADER: row.leader_id,
        Part.SER: row.ser_id,
    }
    found = {part for part, person_id in named.items() if person_id == me}
    if principal.can(Capability.MANAGE_PROGRAMME):
        found.add(Part.MANAGER)
    where = row.relationship_id
    if Role.SER in principal.roles or (where and Role.SER in principal.scoped.get(where, ())):
        found.add(Part.SER)
    return found


def _extent_checks(session: Session, principal: Principal, today: date) -> list[Duty]:
    rows = session.execute(
        sa.select(
            Nonconformity.ref,
            ExtentCheck.id,
            ExtentCheck.place,
            ExtentCheck.clause,
            Relationship.name,
            Nonconformity.title,
            ExtentCheck.due_on,
        )
        .join(Nonconformity, Nonconformity.id == ExtentCheck.nonconformity_id)
        .outerjoin(Relationship, Relationship.id == ExtentCheck.relationship_id)
        .where(
            ExtentCheck.checker_id == principal.person_id,
            ExtentCheck.result == ExtentResult.OPEN,
            Nonconformity.status.not_in(sorted(ENDED)),
        )
        .order_by(ExtentCheck.due_on.is_(None), ExtentCheck.due_on, Nonconformity.ref, ExtentCheck.id)
        .limit(MOST)
    )
    return [
        to_check(
            row.ref,
            " · ".join(part for part in (row.title, row.name, row.clause, row.place) if part),
            str(row.id),
            row.due_on,
            today=today,
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class CaseNumbers:
    """How many nonconformities are open, by grade; how many are overdue; how many were ever reopened."""

    major: int
    minor: int
    overdue: int
    reopened: int


def case_numbers(session: Session, principal: Principal, *, today: date) -> CaseNumbers:
    """Of what somebody sees. One statement."""
    running = Nonconformity.status.not_in(sorted(ENDED))

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

    row = session.execute(
        visible_nonconformities(principal).with_only_columns(
            count(running, Nonconformity.grade == Grade.MAJOR),
            count(running, Nonconformity.grade == Grade.MINOR),
            count(running, Nonconformity.turn_due_on < today),
            count(Nonconformity.reopened > 0),
        )
    ).one()
    return CaseNumbers(major=int(row[0]), minor=int(row[1]), overdue=int(row[2]), reopened=int(row[3]))
