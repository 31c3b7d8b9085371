"""Pages of objectives."""

from auditapp.relationships.registers.objectives.routes import life, measures, objectives, readings
from auditapp.relationships.registers.objectives.routes.base import bp

__all__ = ["bp", "life", "measures", "objectives", "readings"]
