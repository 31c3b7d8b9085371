"""Pages of certification."""

from auditapp.relationships.certification.routes import certificates, findings, visits
from auditapp.relationships.certification.routes.base import bp

__all__ = ["bp", "certificates", "findings", "visits"]
