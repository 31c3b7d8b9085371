"""The actions of whoever carries them out, and what waits for somebody's decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.model import AuditMember
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Action, ActionRequest, ActionStep, Nonconformity
from auditapp.findings.rules.action import (
    OPEN,
    TOP_LEVEL,
    UNDONE,
    ActionStatus,
    ActionVerb,
    RequestKind,
    RequestStatus,
    barred_from,
    deciders,
)
from auditapp.findings.rules.action_turn import MAIN_STEP, SOON, Group, group_of
from auditapp.findings.rules.nonconformity import AT_WORK
from auditapp.findings.rules.parts import Part
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.model import Relationship

PER_PAGE = 20
MOST_ASKED = 50
GROUPS = tuple(Group)
_ASKED = sa.exists().where(ActionRequest.action_id == Action.id, ActionRequest.status == RequestStatus.OPEN)


@dataclass(frozen=True, kw_only=True)
class MyAction:
    """A line of somebody's list. ``nc_ref`` and ``nc_title`` are empty for a partner's contact."""

    action: Action
    group: Group
    overdue: bool
    main: ActionVerb | None
    asked: RequestKind | None
    for_owner: str  # the owner's name, when the reader stands in
    nc_ref: str
    nc_title: str
    steps_done: int
    steps: int


def _group(today: date) -> sa.Case[int]:
    return sa.case(
        (sa.or_(Action.status == ActionStatus.DONE, _ASKED), GROUPS.index(Group.WAITING)),
        (Action.due_on < today, GROUPS.index(Group.OVERDUE)),
        (
            sa.or_(
                Action.status.in_([ActionStatus.PROPOSED, ActionStatus.RETURNED]),
                Action.due_on <= today + SOON,
            ),
            GROUPS.index(Group.NOW),
        ),
        else_=GROUPS.index(Group.LATER),
    )


def _mine(principal: Principal, columns: Any) -> sa.Select[Any]:
    me = principal.person_id
    joined: sa.Select[Any] = columns.join(Nonconformity, Nonconformity.id == Action.nonconformity_id).where(
        sa.or_(Action.owner_id == me, Action.deputy_id == me),
        Action.status.in_(OPEN),
        Nonconformity.status.in_(AT_WORK),
    )
    return joined


def my_group_counts(session: Session, principal: Principal, today: date) -> Mapping[Group, int]:
    """How many open actions somebody has in each group. One statement."""
    inner = _mine(principal, sa.select(_group(today).label("place"))).subquery()
    rows = session.execute(sa.select(inner.c.place, sa.func.count()).group_by(inner.c.place))
    return {GROUPS[row[0]]: row[1] for row in rows}


def my_actions_page(session: Session, principal: Principal, today: date, *, page: int) -> Page[MyAction]:
    """Open actions that somebody owns or stands in for, the most urgent first. Four statements."""
    own = principal.can(Capability.VIEW_ORGANIZATION)
    query = _mine(principal, sa.select(Action, Nonconformity.ref, Nonconformity.title)).order_by(
        _group(today), Action.due_on, Action.id
    )
    found = paginate(session, query, page=page, per_page=PER_PAGE, scalars=False)
    ids = [row[0].id for row in found.rows]
    asked: dict[UUID, RequestKind] = dict(
        session.execute(
            sa.select(ActionRequest.action_id, ActionRequest.kind).where(
                ActionRequest.action_id.in_(ids), ActionRequest.status == RequestStatus.OPEN
            )
        ).all()
    )
    steps = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            sa.select(ActionStep.action_id, sa.func.count(), sa.func.count(ActionStep.done_at))
            .where(ActionStep.action_id.in_(ids))
            .group_by(ActionStep.action_id)
        )
    }
    names = names_of(
        session, [row[0].owner_id for row in found.rows if row[0].owner_id != principal.person_id]
    )
    rows = []
    for action, ref, title in found.rows:
        group = group_of(action.status, action.due_on, today, asked=action.id in asked)
        total, done = steps.get(action.id, (0, 0))
        rows.append(
            MyAction(
                action=action,
                group=group,
                overdue=action.status in UNDONE and action.due_on < today,
                main=MAIN_STEP.get(action.status),
                asked=asked.get(action.id),
                for_owner=names.get(action.owner_id, ""),
                nc_ref=ref if own else "",
                nc_title=title if own else "",
                steps_done=done,
                steps=total,
            )
        )
    return Page(rows=rows, number=found.number, per_page=found.per_page, total=found.total)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that waits for the reader's decision."""

    request: ActionRequest
    ref: str
    title: str
    asked_by: str
    overdue: bool


def requests_to_decide(
    session: Session, principal: Principal, today: date, *, most: int = MOST_ASKED
) -> list[Asked]:
    """What waits for somebody's decision, the most urgent first. One statement."""
    if not principal.can(Capability.VIEW_ORGANIZATION):
        return []
    me = principal.person_id
    part = _part_conditions(principal)
    ways = []
    for kind in RequestKind:
        for level in range(1, TOP_LEVEL + 1):
            at_level = ActionRequest.level >= level if level == TOP_LEVEL else ActionRequest.level == level
            ways.append(
                sa.and_(
                    ActionRequest.kind == kind,
                    at_level,
                    sa.or_(*[part[one] for one in sorted(deciders(kind, level))]),
                    *(sa.not_(sa.func.coalesce(part[one], sa.false())) for one in sorted(barred_from(kind))),
                )
            )
    asker = aliased(Person)
    rows = session.execute(
        sa.select(ActionRequest, Action.ref, Action.title, asker.name)
        .join(Action, Action.id == ActionRequest.action_id)
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .join(asker, asker.id == ActionRequest.asked_by_id)
        .where(
            ActionRequest.status == RequestStatus.OPEN,
            Action.status.in_(UNDONE),
            Nonconformity.status.in_(AT_WORK),
            ActionRequest.asked_by_id != me,
            Action.owner_id != me,
            Action.deputy_id.is_distinct_from(me),
            sa.or_(*ways),
        )
        .order_by(ActionRequest.due_on, ActionRequest.id)
        .limit(most)
    )
    return [
        Asked(
            request=row[0],
            ref=row[1],
            title=row[2],
            asked_by=row[3],
            overdue=row[0].due_on is not None and row[0].due_on < today,
        )
        for row in rows
    ]


def _part_conditions(principal: Principal) -> Mapping[Part, sa.ColumnElement[bool]]:
    """Which nonconformities somebody has a part in, said in SQL; ``rules.parts`` says the same of one."""
    me = principal.person_id
    leads = sa.select(AuditMember.audit_id).where(
        AuditMember.person_id == me, AuditMember.role == MemberRole.LEADER
    )
    scoped = [one for one, roles in principal.scoped.items() if Role.SER in roles]
    senior = sa.select(Relationship.id).where(Relationship.ser_id == me)
    return {
        Part.RESPONSIBLE: Nonconformity.responsible_id == me,
        Part.DEPUTY: Nonconformity.deputy_id == me,
        Part.VERIFIER: Nonconformity.verifier_id == me,
        Part.LEADER: Nonconformity.audit_id.in_(leads),
        Part.MANAGER: sa.true() if principal.can(Capability.MANAGE_PROGRAMME) else sa.false(),
        Part.SER: sa.true()
        if Role.SER in principal.roles
        else sa.or_(Nonconformity.relationship_id.in_(senior), Nonconformity.relationship_id.in_(scoped)),
    }
