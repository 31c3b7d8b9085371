"""What these pages share."""

from datetime import date

from flask import Blueprint

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_by_ref

bp = Blueprint("contacts", __name__, template_folder="../templates")


def find(ref: str) -> Relationship:
    """The relationship, if the reader may know of it."""
    return relationship_by_ref(current_session(), actor(), ref)


def manages(found: Relationship) -> bool:
    """Whether the reader may change it."""
    return actor().can(Capability.MANAGE_RELATIONSHIPS, found.id)


def today() -> date:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())
