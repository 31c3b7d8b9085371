"""Pages of verification: single actions, the work as a whole, its effect, who verifies."""

from auditapp.findings.verification.routes import actions, verifier, work

__all__ = ["actions", "verifier", "work"]
