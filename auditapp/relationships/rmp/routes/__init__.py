"""Pages of plans."""

from auditapp.relationships.rmp.routes import plans, reviewing, writing
from auditapp.relationships.rmp.routes.base import bp

__all__ = ["bp", "plans", "reviewing", "writing"]
