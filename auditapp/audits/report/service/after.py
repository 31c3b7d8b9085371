"""What comes after the report: follow-up, and the audit's completion."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus
from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import member_role
from auditapp.audits.plan.service.base import about, loaded, standing_values
from auditapp.audits.report.rules import may_complete_at_once
from auditapp.audits.rules import AuditStatus, AuditVerb, MemberRole, next_status
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.trail import service as trail


def start_follow_up(session: Session, *, actor: Principal, at: datetime, audit: Audit) -> None:
    """The report is issued and its actions are being followed."""
    _require_closer(session, audit, actor)
    before = standing_values(audit)
    audit.status = next_status(audit.status, AuditVerb.FOLLOW_UP)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.follow_up_started",
        **about(audit),
        before=before,
        after=standing_values(audit),
    )


def complete_audit(session: Session, *, actor: Principal, at: datetime, audit: Audit, note: str = "") -> None:
    """The audit is completed: after follow-up with a word on what was verified, or at once without nonconformities."""
    _require_closer(session, audit, actor)
    status = next_status(audit.status, AuditVerb.COMPLETE)
    if audit.status is AuditStatus.ISSUED:
        grades = session.scalars(
            sa.select(Finding.grade).where(
                Finding.audit_id == audit.id, Finding.status != FindingStatus.WITHDRAWN
            )
        ).all()
        if not may_complete_at_once(grades):
            raise Refusal(
                Text(
                    "The report holds nonconformities. Start the follow-up first; complete the audit when each of "
                    "them is closed, or carried over with a reason."
                )
            )
    elif not note.strip():
        raise Invalid(Text("Say what was verified in the follow-up; it stays on record."), field="note")
    before = standing_values(audit)
    audit.status = status
    audit.completed_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.completed",
        **about(audit),
        before=before,
        after=standing_values(audit) | {"note": note.strip()},
    )


def _require_closer(session: Session, audit: Audit, actor: Principal) -> None:
    loaded(session, audit)
    leads = member_role(audit.members, actor.person_id) is MemberRole.LEADER
    if not leads and not actor.can(Capability.MANAGE_PROGRAMME):
        raise NotAllowed(
            Text(
                "Follow-up is started and completed by the audit programme manager or the audit team leader."
            )
        )
