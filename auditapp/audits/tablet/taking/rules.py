"""When an audit may be taken along. Pure."""

from auditapp.audits.rules import WHOSE_TURN, AuditStatus
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text

TAKEN = (AuditStatus.SCHEDULED, AuditStatus.IN_PROGRESS)


def require_takeable(status: AuditStatus) -> None:
    """Raises Refusal, saying whose turn it is, unless the audit is about to begin or under way."""
    if status not in TAKEN:
        raise Refusal(
            Text(
                "An audit is taken along when its plan is agreed and until its closing meeting. %(turn)s",
                turn=WHOSE_TURN[status],
            )
        )
