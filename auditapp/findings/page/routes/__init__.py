"""The pages of one nonconformity and of one action."""

from auditapp.findings.page.routes import action, nonconformity

__all__ = ["action", "nonconformity"]
