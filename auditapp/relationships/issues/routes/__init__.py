"""Pages of issues."""

from auditapp.relationships.issues.routes.base import bp

__all__ = ["bp"]
