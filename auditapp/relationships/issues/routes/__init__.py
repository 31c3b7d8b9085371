"""Pages of issues."""

from auditapp.relationships.issues.routes import ladder, lists, page, verbs
from auditapp.relationships.issues.routes.base import bp

__all__ = ["bp", "ladder", "lists", "page", "verbs"]
