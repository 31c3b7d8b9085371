"""Pages of documents."""

from auditapp.relationships.documents.routes import pages, verbs
from auditapp.relationships.documents.routes.pages import bp

__all__ = ["bp", "pages", "verbs"]
