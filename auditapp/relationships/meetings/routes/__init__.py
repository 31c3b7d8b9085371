"""Pages of meetings."""

from auditapp.relationships.meetings.routes import pages, verbs
from auditapp.relationships.meetings.routes.pages import bp

__all__ = ["bp", "pages", "verbs"]
