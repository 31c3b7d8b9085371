"""Diverging opinions on findings, kept for the report. Who may write them is decided where disputes live."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.report.model import Divergence


def set_divergence(
    session: Session,
    *,
    finding_id: UUID,
    audit_id: UUID,
    auditee_view: str,
    team_view: str,
    decision: str,
    at: datetime,
) -> None:
    """Keep both views of a finding and what was decided, in place of what stood there."""
    row = session.get(Divergence, finding_id)
    if row is None:
        row = Divergence(finding_id=finding_id, audit_id=audit_id, auditee_view=auditee_view, updated_at=at)
        session.add(row)
    row.auditee_view = auditee_view
    row.team_view = team_view
    row.decision = decision
    row.updated_at = at
    session.flush()


def clear_divergence(session: Session, *, finding_id: UUID) -> None:
    """The opinions on a finding do not differ any more."""
    row = session.get(Divergence, finding_id)
    if row is not None:
        session.delete(row)
        session.flush()
