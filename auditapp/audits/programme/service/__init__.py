"""What can be done with audit programmes and the audits they propose."""

from auditapp.audits.programme.queries import propose_audits
from auditapp.audits.programme.service.programmes import (
    change_programme,
    close_programme,
    create_programme,
    require_manager,
)
from auditapp.audits.programme.service.proposals import accept_proposal, bring_back, dismiss_proposal

__all__ = [
    "accept_proposal",
    "bring_back",
    "change_programme",
    "close_programme",
    "create_programme",
    "dismiss_proposal",
    "propose_audits",
    "require_manager",
]
