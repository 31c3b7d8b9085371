"""Reading what the closing and the report need. A report reads an audit whole, in a fixed number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload, undefer

from auditapp.audits.execution.model import (
    Answer,
    AnswerConflict,
    AuditQuestion,
    Evidence,
    Finding,
    FindingQuestion,
    Meeting,
)
from auditapp.audits.execution.rules import FindingStatus
from auditapp.audits.model import Audit, AuditInterview, AuditSession
from auditapp.audits.plan.queries import PLAN, answers_to_plan, audit_by_ref, names_of
from auditapp.audits.report.model import AuditConclusion, Divergence, IssuedReport
from auditapp.audits.report.prefill import Objection
from auditapp.audits.rules import TEAM, MemberRole
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Partner, Relationship
from auditapp.trail.rules import Anchor

# Whoever reads a draft: it is not final, and the auditee hears it at the closing meeting first.
DRAFT_READERS = TEAM | {MemberRole.TECHNICAL_EXPERT, MemberRole.OBSERVER}


@dataclass(frozen=True, kw_only=True)
class Material:
    """All rows of one audit that a report is made of."""

    audit: Audit
    questions: list[tuple[AuditQuestion, Answer | None]]
    findings: list[Finding]
    supports: dict[UUID, list[UUID]]  # finding -> questions
    evidence: list[Evidence]
    meetings: list[Meeting]
    sessions: list[AuditSession]
    interviews: list[AuditInterview]
    conflicts: int
    conclusion: AuditConclusion | None
    people: dict[UUID, Person]
    partners: dict[UUID, str]
    divergences: list[Divergence]


def audit_for_report(session: Session, principal: Principal, ref: str) -> Audit:
    """The audit with team, relationships and editions. Raises NotFound."""
    return audit_by_ref(session, principal, ref, load=PLAN)


def role_in(audit: Audit, principal: Principal) -> MemberRole | None:
    """What somebody does in an audit whose members are loaded."""
    return next((each.role for each in audit.members if each.person_id == principal.person_id), None)


def may_read_draft(audit: Audit, principal: Principal) -> bool:
    """The audit team, its experts and observers, and whoever manages the programme."""
    return role_in(audit, principal) in DRAFT_READERS or principal.can(Capability.MANAGE_PROGRAMME)


def require_report_reader(session: Session, audit: Audit, principal: Principal) -> None:
    """Raises NotAllowed for a partner's contact where the report speaks of other partners too."""
    if principal.partner_id is None:
        return
    sampled = session.scalars(
        sa.select(Relationship)
        .where(Relationship.id.in_([each.id for each in audit.relationships]))
        .options(selectinload(Relationship.partners))
    ).all()
    own = [each for each in sampled if principal.partner_id in {partner.id for partner in each.partners}]
    if not sampled or len(own) < len(sampled):
        raise NotAllowed(
            Text(
                "This report speaks of other partners as well. Ask the audit team leader for the part that concerns you."
            )
        )


def material(session: Session, audit: Audit) -> Material:
    """Read an audit whole: eleven statements, however large it is."""
    questions = session.execute(
        sa.select(AuditQuestion, Answer)
        .outerjoin(Answer, Answer.question_id == AuditQuestion.id)
        .where(AuditQuestion.audit_id == audit.id)
        .order_by(AuditQuestion.position)
    ).all()
    findings = list(
        session.scalars(sa.select(Finding).where(Finding.audit_id == audit.id).order_by(Finding.raised_at))
    )
    supports: dict[UUID, list[UUID]] = {}
    for finding_id, question_id in session.execute(
        sa.select(FindingQuestion.finding_id, FindingQuestion.question_id)
        .join(Finding, Finding.id == FindingQuestion.finding_id)
        .join(AuditQuestion, AuditQuestion.id == FindingQuestion.question_id)
        .where(Finding.audit_id == audit.id)
        .order_by(AuditQuestion.position)
    ):
        supports.setdefault(finding_id, []).append(question_id)
    evidence = list(
        session.scalars(
            sa.select(Evidence)
            .where(Evidence.audit_id == audit.id, Evidence.removed_at.is_(None))
            .order_by(Evidence.added_at, Evidence.id)
        )
    )
    conflicts = session.scalar(
        sa.select(sa.func.count())
        .select_from(AnswerConflict)
        .where(AnswerConflict.audit_id == audit.id, AnswerConflict.settled_at.is_(None))
    )
    answers: list[Answer | None] = [row[1] for row in questions]
    ids: set[UUID | None] = {each.answered_by_id for each in answers if each is not None}
    ids |= {each.raised_by_id for each in findings} | {each.auditee_id for each in findings}
    ids |= {each.added_by_id for each in evidence}
    return Material(
        audit=audit,
        questions=[(row[0], row[1]) for row in questions],
        findings=findings,
        supports=supports,
        evidence=evidence,
        meetings=list(session.scalars(sa.select(Meeting).where(Meeting.audit_id == audit.id))),
        sessions=list(
            session.scalars(
                sa.select(AuditSession)
                .where(AuditSession.audit_id == audit.id)
                .order_by(AuditSession.starts_at)
            )
        ),
        interviews=list(
            session.scalars(
                sa.select(AuditInterview)
                .where(AuditInterview.audit_id == audit.id)
                .order_by(AuditInterview.name)
            )
        ),
        conflicts=conflicts or 0,
        conclusion=session.get(AuditConclusion, audit.id),
        people=people(session, ids),
        partners=_partners(session, audit),
        divergences=divergences(session, audit.id),
    )


def divergences(session: Session, audit_id: UUID) -> list[Divergence]:
    """The findings of an audit on which opinions differ now."""
    return list(
        session.scalars(
            sa.select(Divergence)
            .join(Finding, Finding.id == Divergence.finding_id)
            .where(Divergence.audit_id == audit_id, Finding.status != FindingStatus.WITHDRAWN)
            .order_by(Finding.raised_at, Finding.ref)
        )
    )


def objections(session: Session, audit_id: UUID) -> list[Objection]:
    """What auditees had against any revision of the plan, in the order it came."""
    found = [each for each in answers_to_plan(session, audit_id) if not each.agreed]
    names = names_of(session, {each.person_id for each in found})
    return [Objection(name=names[each.person_id], reason=each.reason, how=each.settled) for each in found]


def _partners(session: Session, audit: Audit) -> dict[UUID, str]:
    wanted = {each.person.partner_id for each in audit.members} - {None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Partner.id, Partner.name).where(Partner.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def people(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, Person]:
    """Persons by id."""
    wanted = [each for each in ids if each is not None]
    if not wanted:
        return {}
    return {each.id: each for each in session.scalars(sa.select(Person).where(Person.id.in_(wanted)))}


def revisions(session: Session, audit_id: UUID) -> list[IssuedReport]:
    """The issued revisions of an audit's report, newest first; without their content."""
    return list(
        session.scalars(
            sa.select(IssuedReport)
            .where(IssuedReport.audit_id == audit_id)
            .order_by(IssuedReport.revision.desc())
        )
    )


def issued(session: Session, audit_id: UUID, revision: int | None = None) -> IssuedReport:
    """One issued revision with its content, the newest unless told. Raises NotFound."""
    query = (
        sa.select(IssuedReport)
        .where(IssuedReport.audit_id == audit_id)
        .options(undefer(IssuedReport.content))
    )
    if revision is not None:
        query = query.where(IssuedReport.revision == revision)
    found = session.scalar(query.order_by(IssuedReport.revision.desc()).limit(1))
    if found is None:
        raise NotFound
    return found


def has_preview(session: Session, audit_id: UUID, sha256: str) -> bool:
    """Whether a photo of the audit is shown by this display copy."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Evidence.audit_id == audit_id,
                    Evidence.preview_sha256 == sha256,
                    Evidence.removed_at.is_(None),
                )
            )
        )
    )


def anchors(session: Session) -> list[Anchor]:
    """The rows of the trail that issued reports name: a trail that was cut or rewritten shows against them."""
    rows = session.execute(
        sa.select(IssuedReport.anchor_seq, IssuedReport.anchor_hash).where(IssuedReport.anchor_seq > 0)
    )
    return [Anchor(seq=row[0], hash=row[1]) for row in rows]
