"""The verbs of the opening: hold the meeting, freeze the questions, share them out."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AuditQuestion, Meeting
from auditapp.audits.execution.opening.freeze import question_id
from auditapp.audits.execution.opening.queries import planned
from auditapp.audits.execution.rules import MeetingKind, require_open
from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import member_role_of
from auditapp.audits.plan.rules import require_leader
from auditapp.audits.rules import TEAM, AuditStatus, AuditVerb, next_status
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def open_audit(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    held_at: datetime,
    participants: str = "",
    notes: str = "",
) -> int:
    """Record the opening meeting and freeze the questions; returns how many there are.

    The audit team leader does it, once the plan is agreed. Raises Refusal when the audit is not scheduled or its
    scope leaves no question, NotAllowed for anybody else.
    """
    require_leader(member_role_of(session, audit.id, actor.person_id))
    status = next_status(audit.status, AuditVerb.OPEN)
    if held_at > at:
        raise Invalid(Text("The opening meeting is recorded once it was held."), field="held_at")
    asked = planned(session, audit)
    questions = asked.questions
    if not questions:
        raise Refusal(
            Text(
                "With these stages and relationships there is nothing to ask. "
                "The audit team leader changes the plan first."
            )
        )
    for position, question in enumerate(questions, start=1):
        row = AuditQuestion(
            id=question_id(audit.id, question.key, question.relationship_id),
            audit_id=audit.id,
            position=position,
            **{name: getattr(question, name) for name in question.__slots__},
        )
        session.add(row)
        session.add(Answer(question_id=row.id, audit_id=audit.id))
    session.add(
        Meeting(
            audit_id=audit.id,
            kind=MeetingKind.OPENING,
            held_at=held_at,
            participants=participants,
            notes=notes,
            recorded_by_id=actor.person_id,
        )
    )
    audit.status = status
    audit.opened_at = held_at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.opened",
        thing_kind="audit",
        thing_id=audit.id,
        thing_ref=audit.ref,
        context_id=audit.id,
        before={"status": AuditStatus.SCHEDULED},
        after={
            "status": status,
            "questions": len(questions),
            "held_at": held_at.isoformat(),
            "editions": list(asked.editions),
            "notes": notes,
        },
        personal={"participants": participants} if participants else None,
    )
    return len(questions)


def assign_chapter(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    chapter: str,
    relationship_id: UUID | None,
    person_id: UUID | None,
) -> None:
    """Give a chapter of the walk to an auditor of the team, or back to everybody (``person_id`` empty).

    The audit team leader does it. It hides nothing: everybody of the team may still answer everything.
    """
    require_leader(member_role_of(session, audit.id, actor.person_id))
    require_open(audit.status)
    if person_id is not None and member_role_of(session, audit.id, person_id) not in TEAM:
        raise Invalid(
            Text("Only the leader and the auditors of this audit can be given questions."), field="person"
        )
    mine = sa.and_(
        AuditQuestion.audit_id == audit.id,
        AuditQuestion.chapter == chapter,
        AuditQuestion.relationship_id == relationship_id
        if relationship_id
        else AuditQuestion.relationship_id.is_(None),
    )
    before = session.execute(sa.select(AuditQuestion.assigned_to_id).where(mine).distinct()).scalars().all()
    if not before:
        raise NotFound
    if list(before) == [person_id]:
        return
    session.execute(sa.update(AuditQuestion).where(mine).values(assigned_to_id=person_id))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="questions.assigned",
        thing_kind="audit",
        thing_id=audit.id,
        thing_ref=f"{audit.ref} {chapter}",
        context_id=audit.id,
        before=[str(person) if person else None for person in before],
        after=str(person_id) if person_id else None,
    )
