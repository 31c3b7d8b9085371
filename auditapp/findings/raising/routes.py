"""Pages of this room."""

from auditapp.findings.raising import service

__all__ = ["service"]
