"""Pages of audit programmes."""

from auditapp.audits.programme.routes import coverage, pages
from auditapp.audits.programme.routes.base import bp

__all__ = ["bp", "coverage", "pages"]
