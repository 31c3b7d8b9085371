"""Pages of the stages."""

from auditapp.relationships.lifecycle.routes import outputs, passages, path
from auditapp.relationships.lifecycle.routes.base import bp

__all__ = ["bp", "outputs", "passages", "path"]
