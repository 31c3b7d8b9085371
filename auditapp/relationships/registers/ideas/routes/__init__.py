"""Pages of ideas."""

from auditapp.relationships.registers.ideas.routes import deciding, measuring, register, writing
from auditapp.relationships.registers.ideas.routes.base import bp

__all__ = ["bp", "deciding", "measuring", "register", "writing"]
