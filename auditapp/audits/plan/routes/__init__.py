"""Pages of an audit's plan."""

from auditapp.audits.plan.routes import life, listing, page, parts
from auditapp.audits.plan.routes.base import bp

__all__ = ["bp", "life", "listing", "page", "parts"]
