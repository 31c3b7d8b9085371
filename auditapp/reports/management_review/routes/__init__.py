"""Pages of management reviews."""

from auditapp.reports.management_review.routes import actions, pages, verbs
from auditapp.reports.management_review.routes.blueprint import bp

__all__ = ["actions", "bp", "pages", "verbs"]
