"""Pages of risks."""

from auditapp.relationships.registers.risks.routes import register, reviewing, writing
from auditapp.relationships.registers.risks.routes.base import bp

__all__ = ["bp", "register", "reviewing", "writing"]
