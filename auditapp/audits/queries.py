"""What lower features ask about audits; they get it handed up through the app, since they may not know audits."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import AuditEdition


def edition_uses(session: Session, edition_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many audits use each of these checklist editions; editions that none uses are left out."""
    rows = session.execute(
        sa.select(AuditEdition.edition_id, sa.func.count())
        .where(AuditEdition.edition_id.in_(edition_ids))
        .group_by(AuditEdition.edition_id)
    ).all()
    return {row[0]: row[1] for row in rows}
