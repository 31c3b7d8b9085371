"""Pages of this room."""

from auditapp.findings.closeout import service

__all__ = ["service"]
