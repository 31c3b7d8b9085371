"""Pages of exits."""

from auditapp.relationships.exits.routes.base import bp

__all__ = ["bp"]
