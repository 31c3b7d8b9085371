"""Keeping the audit finding, and the diverging opinions of the report, in step with what is decided here."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.audits.execution.findings.rules import NONCONFORMITIES
from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.execution.service import settle_finding
from auditapp.audits.report.service import clear_divergence, set_divergence
from auditapp.findings.model import Dispute, Nonconformity
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def check_grade(grade: Grade | None) -> None:
    """Raises Invalid for a grade that no nonconformity has."""
    if grade is not None and grade not in NONCONFORMITIES:
        raise Invalid(
            Text("A nonconformity is major or minor. If it is less than that, withdraw it and say so."),
            field="grade",
        )


def settle(
    session: Session,
    nc: Nonconformity,
    *,
    actor: Principal,
    at: datetime,
    withdrawn: str = "",
    restored: bool = False,
) -> None:
    """While the report is not issued, the finding says what was decided. After that the report is corrected."""
    finding = session.get(Finding, nc.finding_id) if nc.finding_id is not None else None
    if finding is not None:
        settle_finding(
            session,
            actor=actor,
            at=at,
            finding=finding,
            grade=nc.grade if finding.grade in NONCONFORMITIES else None,
            withdrawn=withdrawn,
            restored=restored,
        )


def keep_divergence(session: Session, nc: Nonconformity, dispute: Dispute, *, at: datetime) -> None:
    """The report prints a dispute that is undecided, or decided against an opinion that is maintained."""
    if nc.finding_id is None or nc.audit_id is None:
        return
    if dispute.outcome is not None and not dispute.maintained:
        clear_divergence(session, finding_id=nc.finding_id)
        return
    views = dict.fromkeys(view for view in (dispute.view, dispute.maintained) if view)
    set_divergence(
        session,
        finding_id=nc.finding_id,
        audit_id=nc.audit_id,
        auditee_view="\n\n".join(views),
        team_view=dispute.answer,
        decision=dispute.decision,
        at=at,
    )
