"""Pages of exits."""

from auditapp.relationships.exits.queries import links
from auditapp.relationships.exits.routes import (
    activate,
    agreeing,
    overview,
    plan,
    process,
    reviews,
    steps,
    triggers,
    versions,
)
from auditapp.relationships.exits.routes.base import bp

__all__ = [
    "activate",
    "agreeing",
    "bp",
    "links",
    "overview",
    "plan",
    "process",
    "reviews",
    "steps",
    "triggers",
    "versions",
]
