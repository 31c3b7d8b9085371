"""Pages of behaviours."""

from auditapp.relationships.registers.behaviours.routes import assessing, catalogue, inducting, people
from auditapp.relationships.registers.behaviours.routes.base import bp

__all__ = ["assessing", "bp", "catalogue", "inducting", "people"]
