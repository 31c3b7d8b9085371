"""What the verbs of the closing share."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import PLAN
from auditapp.audits.rules import STATUS_LABELS, WHOSE_TURN, AuditStatus
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text


def require_status(audit: Audit, allowed: frozenset[AuditStatus]) -> None:
    """Raises Refusal, saying whose turn it is, unless the audit has one of these statuses."""
    if audit.status not in allowed:
        raise Refusal(
            Text(
                "This cannot be done while the audit is “%(status)s”. %(turn)s",
                status=STATUS_LABELS[audit.status],
                turn=WHOSE_TURN[audit.status],
            )
        )


def whole(session: Session, audit: Audit) -> Audit:
    """The same audit, read anew with all that a report needs of it: the people of its members too."""
    session.flush()
    return session.scalars(
        sa.select(Audit).where(Audit.id == audit.id).options(*PLAN).execution_options(populate_existing=True)
    ).one()
