"""Pages of the people and the terms of a relationship, and a contact's way in."""

from auditapp.relationships.contacts.routes import access, people, terms
from auditapp.relationships.contacts.routes.base import bp

__all__ = ["access", "bp", "people", "terms"]
