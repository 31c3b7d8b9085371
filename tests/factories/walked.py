"""Audits that were walked: opened, answered, with findings and photos, ready to be closed."""

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AuditQuestion, Evidence, Finding, FindingQuestion
from auditapp.audits.execution.rules import EvidenceKind, Grade, Result
from auditapp.audits.execution.service import open_audit
from auditapp.audits.model import Audit
from auditapp.audits.report.content import Conclusion
from auditapp.audits.report.service import issue_report, record_closing_meeting, save_conclusion
from auditapp.kit.clock import now
from auditapp.kit.storage import Store
from auditapp.people.rules import Principal
from tests.factories import make_relationship
from tests.factories.audits import make_auditor, make_edition, make_scheduled_audit

CONCLUSION = Conclusion(
    text="The system works where it was sampled.",
    objectives_met="partly",
    sampling="Audits are samples.",
    not_covered="The partner's site was closed.",
)


@dataclass(frozen=True)
class Walked:
    """An audit in progress and who is in it; ``questions``: about the system, then one for each relationship."""

    audit: Audit
    leader: Principal
    auditee: Principal
    questions: list[AuditQuestion]
    findings: list[Finding]
    opened_at: datetime


def picture() -> bytes:
    """A small JPEG."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), (30, 90, 120)).save(target, "JPEG")
    return target.getvalue()


def make_walked_audit(
    session: Session, store: Store | None = None, *, both: bool = False, **more: Any
) -> Walked:
    """An audit of the small library and two relationships: two answers, one of them a minor nonconformity.

    The third question is not asked. ``both`` adds a second library that the first question counts for as well.
    ``store`` adds a photo.
    """
    at = now() - timedelta(hours=2)
    relationships = [make_relationship(session, name=f"Relationship {name}") for name in ("North", "South")]
    editions = [make_edition(session).id]
    if both:
        editions.append(make_edition(session, "other", maps='"small:SM-1"').id)
    more.setdefault("leader", make_auditor(session, "small", "other"))
    audit, leader, auditee = make_scheduled_audit(
        session, at=at, relationship_ids=[each.id for each in relationships], edition_ids=editions, **more
    )
    open_audit(
        session,
        actor=leader,
        at=at,
        audit=audit,
        held_at=at,
        participants=f"{auditee.name}, Relationship owner\nGuest Person, Observer of the partner",
    )
    session.flush()
    questions = list(
        session.scalars(
            sa.select(AuditQuestion)
            .where(AuditQuestion.audit_id == audit.id)
            .order_by(AuditQuestion.position)
        )
    )
    answer(
        session, questions[0], leader, at, result=Result.CONFORMS, evidence="Policy, issue 3", note="Read it."
    )
    answer(session, questions[1], leader, at, result=Result.NONCONFORMING, evidence="No minutes since May")
    finding = Finding(
        ref=f"{audit.ref}-F1",
        audit_id=audit.id,
        grade=Grade.MINOR,
        statement="The joint management team has not met since May.",
        objective_evidence="No minutes since May; two members left.",
        requirements=[
            {"standard": "The small library", "ref": "2", "number": "2", "title": "Joint management"}
        ],
        relationship_id=questions[1].relationship_id,
        auditee_id=auditee.person_id,
        raised_by_id=leader.person_id,
        raised_at=at,
    )
    session.add(finding)
    session.flush()
    session.add(FindingQuestion(finding_id=finding.id, question_id=questions[1].id))
    if store is not None:
        sha256, size = store.put(io.BytesIO(picture()))
        session.add(
            Evidence(
                audit_id=audit.id,
                question_id=questions[1].id,
                kind=EvidenceKind.PHOTO,
                title="The empty folder of minutes",
                file_name="IMG_1.jpg",
                sha256=sha256,
                preview_sha256=sha256,
                preview_type="image/jpeg",
                media_type="image/jpeg",
                size=size,
                evidence_date=date(2026, 11, 18),
                added_by_id=leader.person_id,
                added_at=at,
                arrived_at=at,
            )
        )
    session.flush()
    return Walked(audit, leader, auditee, questions, [finding], at)


def answer(session: Session, question: AuditQuestion, who: Principal, at: datetime, **values: Any) -> Answer:
    """Write an answer straight into its row."""
    row = session.get(Answer, question.id)
    if row is None:
        row = Answer(question_id=question.id, audit_id=question.audit_id)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.answered_by_id = who.person_id
    row.answered_at = at
    session.flush()
    return row


def make_closed_audit(session: Session, store: Store | None = None, **more: Any) -> Walked:
    """A walked audit whose conclusion is written and whose closing meeting was held."""
    walked = make_walked_audit(session, store, **more)
    at = now()
    save_conclusion(session, actor=walked.leader, at=at, audit=walked.audit, values=CONCLUSION)
    record_closing_meeting(
        session,
        actor=walked.leader,
        at=at,
        audit=walked.audit,
        held_at=at - timedelta(minutes=5),
        participants=f"{walked.auditee.name}, Relationship owner",
    )
    return walked


def make_issued_audit(session: Session, store: Store | None = None, **more: Any) -> Walked:
    """A closed audit whose report is issued."""
    walked = make_closed_audit(session, store, **more)
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit, statement="Signed in a test.")
    return walked
