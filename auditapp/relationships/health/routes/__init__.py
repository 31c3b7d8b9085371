"""Pages of health checks."""

from auditapp.relationships.health.routes import answering, checks, questions, results
from auditapp.relationships.health.routes.base import bp

__all__ = ["answering", "bp", "checks", "questions", "results"]
