"""What can be done with audit programmes and the audits they propose."""

from auditapp.audits.programme.service.programmes import (
    change_programme,
    close_programme,
    create_programme,
    require_manager,
)

__all__ = ["change_programme", "close_programme", "create_programme", "require_manager"]
