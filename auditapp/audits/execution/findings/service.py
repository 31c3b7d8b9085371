"""The verbs of findings until the report is issued: raise, edit, support, withdraw."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.changes import touch
from auditapp.audits.execution.findings.rules import (
    NONCONFORMITIES,
    first_evidence,
    first_statement,
    require_draft,
    require_statement,
    requirements_of,
)
from auditapp.audits.execution.model import Answer, Evidence, Finding, FindingQuestion
from auditapp.audits.execution.queries import question_of, writable
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit, AuditMember, AuditRelationship
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.errors import Invalid, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

BEFORE_REPORT = frozenset({AuditStatus.IN_PROGRESS, AuditStatus.REPORTING})


def raise_finding(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    grade: Grade,
    statement: str = "",
    objective_evidence: str | None = None,
    question_ids: Sequence[UUID] = (),
    relationship_id: UUID | None = None,
    auditee_id: UUID | None = None,
    requirements: Sequence[Mapping[str, Any]] = (),
) -> Finding:
    """Write a finding, usually from an answer: what is left out is taken from the answers that support it.

    Statement from the note, objective evidence from its words, sample and files, requirements from the clauses the
    questions count for, relationship from the first question. Raises NotAllowed, Refusal (not the time), Invalid.
    """
    writable(session, actor, audit)
    pairs = [question_of(session, audit.id, question_id) for question_id in dict.fromkeys(question_ids)]
    if pairs:
        question, answer = pairs[0]
        relationship_id = relationship_id or question.relationship_id
        statement = statement.strip() or str(
            first_statement(question.text, answer.note, nonconforming=grade in NONCONFORMITIES)
        )
        requirements = requirements or requirements_of(
            place for asked, _ in pairs for place in asked.counts_for
        )
        if objective_evidence is None:
            objective_evidence = evidence_so_far(session, [answer for _, answer in pairs])
    require_statement(statement)
    _belongs(session, audit, relationship_id, auditee_id)
    finding = Finding(
        ref=f"{audit.ref}-F{next_number(session, f'{audit.ref}-F')}",
        audit_id=audit.id,
        grade=grade,
        statement=statement.strip(),
        objective_evidence=(objective_evidence or "").strip(),
        requirements=[dict(requirement) for requirement in requirements],
        relationship_id=relationship_id,
        auditee_id=auditee_id,
        raised_by_id=actor.person_id,
        raised_at=at,
    )
    session.add(finding)
    session.flush()
    session.add_all(FindingQuestion(finding_id=finding.id, question_id=question.id) for question, _ in pairs)
    touch(session, [question.id for question, _ in pairs])
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="finding.raised",
        thing_kind="finding",
        thing_id=finding.id,
        thing_ref=finding.ref,
        context_id=audit.id,
        after={**_values(finding), "questions": [str(question.id) for question, _ in pairs]},
    )
    return finding


def edit_finding(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    finding: Finding,
    version: int,
    grade: Grade,
    statement: str,
    objective_evidence: str,
    requirements: Sequence[Mapping[str, Any]],
    relationship_id: UUID | None,
    auditee_id: UUID | None,
) -> Finding:
    """Change a draft finding as a whole. Raises Stale when somebody changed it since version ``version``."""
    writable(session, actor, audit)
    require_draft(finding.status, finding.ref)
    if finding.version != version:
        raise Stale(
            Text(
                "Somebody changed finding %(ref)s while you wrote. Compare with what stands there now, "
                "then save again.",
                ref=finding.ref,
            )
        )
    require_statement(statement)
    _belongs(session, audit, relationship_id, auditee_id)
    before = _values(finding)
    finding.grade = grade
    finding.statement = statement.strip()
    finding.objective_evidence = objective_evidence.strip()
    finding.requirements = [dict(requirement) for requirement in requirements]
    finding.relationship_id = relationship_id
    finding.auditee_id = auditee_id
    after = _values(finding)
    if after == before:
        return finding
    touch(session, _supports(session, finding.id))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="finding.changed",
        thing_kind="finding",
        thing_id=finding.id,
        thing_ref=finding.ref,
        context_id=finding.audit_id,
        before=_only(before, after),
        after=_only(after, before),
    )
    return finding


def set_support(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    finding: Finding,
    question_ids: Collection[UUID],
) -> None:
    """Say which answers support a finding. Raises NotFound for a question of another audit."""
    writable(session, actor, audit)
    require_draft(finding.status, finding.ref)
    before = set(_supports(session, finding.id))
    after = set(question_ids)
    for question_id in after - before:
        question_of(session, audit.id, question_id)
        session.add(FindingQuestion(finding_id=finding.id, question_id=question_id))
    if gone := before - after:
        session.execute(
            sa.delete(FindingQuestion).where(
                FindingQuestion.finding_id == finding.id, FindingQuestion.question_id.in_(gone)
            )
        )
    if before != after:
        touch(session, before ^ after)
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="finding.supported",
            thing_kind="finding",
            thing_id=finding.id,
            thing_ref=finding.ref,
            context_id=finding.audit_id,
            before=sorted(str(one) for one in before),
            after=sorted(str(one) for one in after),
        )


def withdraw_finding(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, finding: Finding, reason: str
) -> None:
    """Withdraw a draft finding; it keeps its number and its reason. Withdrawn already: nothing happens."""
    writable(session, actor, audit)
    if finding.status is FindingStatus.WITHDRAWN:
        return
    require_draft(finding.status, finding.ref)
    if not reason.strip():
        raise Invalid(Text("Say why finding %(ref)s is withdrawn.", ref=finding.ref), field="reason")
    finding.status = FindingStatus.WITHDRAWN
    finding.withdrawn_reason = reason.strip()
    touch(session, _supports(session, finding.id))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="finding.withdrawn",
        thing_kind="finding",
        thing_id=finding.id,
        thing_ref=finding.ref,
        context_id=finding.audit_id,
        before={"status": FindingStatus.DRAFT},
        after={"status": FindingStatus.WITHDRAWN, "reason": finding.withdrawn_reason},
    )


def settle_finding(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    finding: Finding,
    grade: Grade | None = None,
    withdrawn: str = "",
    restored: bool = False,
) -> bool:
    """Bring a finding in step with what was decided about its nonconformity, so that the report prints that.

    ``grade``: another grade. ``withdrawn``: why it does not stand. ``restored``: it stands after all. Who may
    decide is the caller's affair. Gives whether it was done: an issued report is not touched, nor anything that
    is settled so already.
    """
    status = session.scalar(sa.select(Audit.status).where(Audit.id == finding.audit_id))
    if status not in BEFORE_REPORT or finding.status is FindingStatus.ISSUED:
        return False
    before = {"grade": finding.grade.value, "status": finding.status.value}
    if grade is not None:
        finding.grade = grade
    if withdrawn:
        finding.status = FindingStatus.WITHDRAWN
        finding.withdrawn_reason = withdrawn
    elif restored:
        finding.status = FindingStatus.DRAFT
        finding.withdrawn_reason = ""
    after = {"grade": finding.grade.value, "status": finding.status.value}
    if after == before:
        return False
    touch(session, _supports(session, finding.id))
    about: dict[str, Any] = {
        "thing_kind": "finding",
        "thing_id": finding.id,
        "thing_ref": finding.ref,
        "context_id": finding.audit_id,
        "before": _only(before, after),
    }
    changed = _only(after, before)
    if withdrawn:
        changed["reason"] = withdrawn
        trail.record(
            session, actor_id=actor.person_id, at=at, verb="finding.withdrawn", after=changed, **about
        )
    else:
        trail.record(session, actor_id=actor.person_id, at=at, verb="finding.changed", after=changed, **about)
    return True


def evidence_so_far(session: Session, answers: Sequence[Answer]) -> str:
    """The objective evidence that answers bring to a new finding, one line each."""
    ids = [answer.question_id for answer in answers]
    titles = session.scalars(
        sa.select(Evidence.title)
        .where(Evidence.question_id.in_(ids), Evidence.removed_at.is_(None))
        .order_by(Evidence.added_at)
        .limit(50)
    ).all()
    words = [first_evidence(answer.evidence, answer.sample, ()) for answer in answers]
    return first_evidence("\n".join(filter(None, words)), "", titles)


def _belongs(session: Session, audit: Audit, relationship_id: UUID | None, auditee_id: UUID | None) -> None:
    """A finding's relationship is one that the audit samples, its auditee one of the audit's."""
    if relationship_id is not None and not session.scalar(
        sa.select(AuditRelationship.relationship_id).where(
            AuditRelationship.audit_id == audit.id, AuditRelationship.relationship_id == relationship_id
        )
    ):
        raise Invalid(Text("This audit does not sample that relationship."), field="relationship")
    if auditee_id is not None and not session.scalar(
        sa.select(AuditMember.person_id).where(
            AuditMember.audit_id == audit.id,
            AuditMember.person_id == auditee_id,
            AuditMember.role == MemberRole.AUDITEE,
        )
    ):
        raise Invalid(Text("That person is not an auditee of this audit."), field="auditee")


def _supports(session: Session, finding_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        sa.select(FindingQuestion.question_id).where(FindingQuestion.finding_id == finding_id)
    ).all()


def _values(finding: Finding) -> dict[str, Any]:
    return {
        "grade": finding.grade,
        "statement": finding.statement,
        "objective_evidence": finding.objective_evidence,
        "requirements": finding.requirements,
        "relationship_id": str(finding.relationship_id) if finding.relationship_id else None,
        "auditee_id": str(finding.auditee_id) if finding.auditee_id else None,
    }


def _only(values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if others[name] != value}
