"""Pages of the closing and of the report."""

from auditapp.audits.report.routes import closing, issue, pages
from auditapp.audits.report.routes.base import bp

__all__ = ["bp", "closing", "issue", "pages"]
