"""Pages of cause and extent."""

from auditapp.findings.causes.routes import extent, whys

__all__ = ["extent", "whys"]
