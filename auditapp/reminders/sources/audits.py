"""What audits ask: their preparation, answers to their plan, the days themselves, the report, and what follows."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember, AuditRelationship, PlanAnswer, Programme
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.plan.rules import standing
from auditapp.audits.rules import AGREE_BEFORE, DECIDE_WITHIN, REPORT_WITHIN, AuditStatus, MemberRole
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import OPEN
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import rule_of
from auditapp.reminders.rules import Kind
from auditapp.reminders.sources.base import ASK, WORK, Draft, Holder, Seat, Wanted, stands, within

S, R = AuditStatus, MemberRole
AHEAD = (S.PLANNED, S.SCHEDULED, S.IN_PROGRESS, S.POSTPONED)
KINDS = {
    Kind.AUDIT_PREPARATION: "audit_preparation",
    Kind.AUDIT_ANSWER: "audit_answer",
    Kind.AUDIT: "audit",
    Kind.AUDIT_REPORT: "audit_report",
    Kind.AUDIT_FOLLOW_UP: "audit_follow_up",
}
STILL_FOUND = sa.exists().where(Nonconformity.audit_id == Audit.id, Nonconformity.status.in_(sorted(OPEN)))


def audits(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Everything that audits ask. Five statements."""
    asked = [kind for kind, word in KINDS.items() if wanted.wants(kind, word)]
    if not asked:
        return
    farthest = max(wanted.last(kind) for kind in asked)
    ids = None if wanted.keys is None else {one for kind in asked for one in wanted.keys[KINDS[kind]]}
    ends = sa.func.coalesce(Audit.ends_on, Audit.starts_on)
    days = rule_of(session, "audit_report").days or REPORT_WITHIN.days
    rows = session.execute(
        sa.select(
            Audit.id, Audit.ref, Audit.title, Audit.status, Audit.starts_on, ends.label("ends_on"), Audit.plan_revision,
            Audit.plan_sent_at, Audit.opened_at, Audit.closed_at, Audit.issued_at, Audit.created_at, Audit.programme_id,
            Programme.responsible_id, STILL_FOUND.label("still_found"),
        )
        .outerjoin(Programme, Programme.id == Audit.programme_id)
        .where(
            sa.or_(
                sa.and_(
                    Audit.status.in_(AHEAD), Audit.starts_on <= wanted.midnight(farthest, 0).date() + AGREE_BEFORE
                ),
                sa.and_(
                    stands(Audit.status, S.REPORTING),
                    *wanted.moments(Audit.closed_at, Kind.AUDIT_REPORT, after=days),
                ),
                sa.and_(
                    Audit.status.in_((S.ISSUED, S.FOLLOW_UP)),
                    *wanted.moments(Audit.issued_at, Kind.AUDIT_FOLLOW_UP, after=DECIDE_WITHIN.days),
                ),
            ),
            *([within(Audit.id, ids)] if ids is not None else []),
            *_narrowed(wanted),
            *wanted.seen(Audit.id, visible_audits),
        )
    ).all()  # fmt: skip
    if not rows:
        return
    parts = Parts(session, [row.id for row in rows])
    for row in rows:
        for draft in _drafts(row, parts, wanted, days):
            if wanted.wants(draft.kind, KINDS[draft.kind]):
                yield draft


def _narrowed(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.relationship_ids is not None:
        found.append(
            Audit.id.in_(
                sa.select(AuditRelationship.audit_id).where(
                    within(AuditRelationship.relationship_id, wanted.relationship_ids)
                )
            )
        )
    if wanted.programme_id is not None:
        found.append(Audit.programme_id == wanted.programme_id)
    if wanted.person_id is not None and not wanted.broad:
        found.append(
            sa.or_(
                Audit.id.in_(
                    sa.select(AuditMember.audit_id).where(AuditMember.person_id == wanted.person_id)
                ),
                Programme.responsible_id == wanted.person_id,
            )
        )
    return found


class Parts:
    """Who has a part in some audits, what was answered to their plans, and which relationship comes first."""

    def __init__(self, session: Session, ids: Collection[UUID]) -> None:
        """Read it. Three statements."""
        self.members: dict[UUID, dict[MemberRole, list[UUID]]] = defaultdict(lambda: defaultdict(list))
        for audit_id, person_id, role in session.execute(
            sa.select(AuditMember.audit_id, AuditMember.person_id, AuditMember.role)
            .where(within(AuditMember.audit_id, ids))
            .order_by(AuditMember.position)
        ):
            self.members[audit_id][role].append(person_id)
        self.answers: dict[UUID, list[Any]] = defaultdict(list)
        for row in session.execute(
            sa.select(
                PlanAnswer.audit_id, PlanAnswer.person_id, PlanAnswer.plan_revision, PlanAnswer.agreed, PlanAnswer.settled
            )
            .where(within(PlanAnswer.audit_id, ids))
            .order_by(PlanAnswer.at, PlanAnswer.id)
        ):  # fmt: skip
            self.answers[row.audit_id].append(row)
        self.relationship: dict[UUID, UUID] = {}
        for audit_id, relationship_id in session.execute(
            sa.select(AuditRelationship.audit_id, AuditRelationship.relationship_id)
            .join(Relationship, Relationship.id == AuditRelationship.relationship_id)
            .where(within(AuditRelationship.audit_id, ids))
            .order_by(Relationship.ref)
        ):
            self.relationship.setdefault(audit_id, relationship_id)


def _drafts(row: Any, parts: Parts, wanted: Wanted, report_days: int) -> Iterator[Draft]:
    members = parts.members[row.id]
    common: dict[str, Any] = {
        "ref": row.ref,
        "title": row.title,
        "args": {"ref": row.ref},
        "thing_kind": "audit",
        "thing_id": str(row.id),
        "relationship_id": parts.relationship.get(row.id),
        "programme_id": row.programme_id,
        "head_id": row.responsible_id,
        "audit_id": row.id,
    }
    leader: tuple[Holder | None, ...] = tuple(members[R.LEADER])
    head: tuple[Holder | None, ...] = (row.responsible_id or Seat.PROGRAMME_MANAGER,)
    if row.status in {S.PLANNED, S.POSTPONED}:
        yield from _before(row, parts, leader, head, common)
    if row.status in AHEAD and row.status is not S.POSTPONED:
        yield from _days(row, members, leader, wanted.today, common)
    if row.status is S.REPORTING and row.closed_at is not None:
        due_on = day_in(wanted.zone, row.closed_at) + timedelta(days=report_days)
        yield Draft(
            key=f"audit_report:{row.id}", kind=Kind.AUDIT_REPORT, due_on=due_on, version=f"{due_on}",
            step=Text("Write the conclusion and issue the report."), why=Text("You lead the audit team."),
            endpoint="plan.show", owners=leader, otherwise=head, changed_at=row.closed_at, **common,
        )  # fmt: skip
    # In follow-up it waits for its nonconformities; nobody is asked until they are all through.
    waits = row.status is S.FOLLOW_UP and row.still_found
    if row.status in {S.ISSUED, S.FOLLOW_UP} and row.issued_at is not None and not waits:
        due_on = day_in(wanted.zone, row.issued_at) + DECIDE_WITHIN
        step = (
            Text("Complete the audit: every nonconformity of it is through.")
            if row.status is S.FOLLOW_UP
            else Text("Decide: it goes into follow-up, or is completed.")
        )
        yield Draft(
            key=f"audit_follow_up:{row.id}:{row.status.value}", kind=Kind.AUDIT_FOLLOW_UP, due_on=due_on,
            version=f"{due_on}", step=step, why=Text("You answer for the audit programme."), endpoint="plan.show",
            owners=head, otherwise=(Seat.PROGRAMME_MANAGER, Seat.SYSTEM_MANAGER), changed_at=row.issued_at, **common,
        )  # fmt: skip


def _before(
    row: Any, parts: Parts, leader: tuple[Holder | None, ...], head: tuple[Holder | None, ...], common: dict[str, Any]
) -> Iterator[Draft]:  # fmt: skip
    """The plan: who leads, that it is sent, what auditees say to it. Agreed a week before the first day."""
    auditees = parts.members[row.id][R.AUDITEE]
    last = standing(parts.answers[row.id], row.plan_revision)
    silent = tuple(one for one in auditees if one not in last)
    objects = any(one in last and not last[one].agreed and not last[one].settled for one in auditees)
    due_on = row.starts_on - AGREE_BEFORE
    if row.plan_sent_at is not None and silent and not objects and row.status is S.PLANNED:
        yield Draft(
            key=f"audit_answer:{row.id}:{row.plan_revision}", kind=Kind.AUDIT_ANSWER, due_on=due_on, version=f"{due_on}",
            step=Text("Answer the plan: agree to it, or object and say why."), why=Text("You are an auditee."),
            endpoint="plan.show", owners=silent, personal=True, changed_at=row.plan_sent_at, **common,
        )  # fmt: skip
        return
    why = Text("You lead the audit team.")
    if row.status is S.POSTPONED:
        step, part = Text("Give it new dates: it is postponed."), "dates"
    elif not leader:
        step, part = Text("Name the audit team leader: nobody leads it yet."), "leader"
        why = Text("You answer for the audit programme.")
    elif row.plan_sent_at is None:
        step, part = Text("Finish the plan and send it to the auditees."), "plan"
    elif objects:
        step, part = Text("Settle the objection to the plan."), "objection"
    else:
        step, part = Text("Name the auditees: nobody is there to agree to the plan."), "auditees"
    yield Draft(
        key=f"audit_preparation:{row.id}:{part}", kind=Kind.AUDIT_PREPARATION, due_on=due_on, version=f"{due_on}",
        step=step, why=why, endpoint="plan.show", owners=leader or head, otherwise=head,
        changed_at=row.plan_sent_at or row.created_at, **common,
    )  # fmt: skip


def _days(
    row: Any, members: dict[MemberRole, list[UUID]], leader: tuple[Holder | None, ...], today: date,
    common: dict[str, Any],
) -> Iterator[Draft]:  # fmt: skip
    """The audit itself: for everybody who takes part, and afterwards for the leader until it is closed."""
    over = row.ends_on < today
    if over and row.status is S.PLANNED:
        return  # what is late then is its preparation
    if over:
        owners, why = leader, Text("You lead the audit team.")
        step = (
            Text("Hold the opening meeting, or give it other days: its days are over.")
            if row.status is S.SCHEDULED
            else Text("Hold the closing meeting: the days of the audit are over.")
        )
    else:
        team = [one for role in (R.LEADER, R.AUDITOR, R.TECHNICAL_EXPERT) for one in members[role]]
        owners = (*team, *members[R.AUDITEE])
        why = Text("You take part in it.")
        step = Text("Take part in the audit on these days.")
    yield Draft(
        key=f"audit:{row.id}", kind=Kind.AUDIT, due_on=row.ends_on, starts_on=row.starts_on,
        version=f"{row.starts_on}:{row.ends_on}", step=step, why=why, endpoint="plan.show", owners=owners,
        personal=True, answers=WORK if over else ASK, changed_at=row.opened_at or row.created_at, **common,
    )  # fmt: skip
