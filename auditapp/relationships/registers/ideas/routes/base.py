"""What the pages of ideas share."""

from typing import Any

from flask import Blueprint

from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.ideas import queries, rules, service
from auditapp.relationships.registers.ideas.forms import (
    Party,
)
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.pages import (
    here,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.registers.service import must_change
from auditapp.relationships.service import must_manage

bp = Blueprint("ideas", __name__, template_folder="../../templates")


LABELS: dict[str, Any] = {
    "category_labels": rules.CATEGORY_LABELS,
    "state_labels": rules.IDEA_STATE_LABELS,
    "state_tones": rules.IDEA_STATE_TONES,
    "verdict_labels": rules.VERDICT_LABELS,
    "amount_words": rules.amount_words,
}


def one_of(ref: str, idea_ref: str) -> tuple[Relationship, Idea]:
    """The relationship and the idea of the address, if the reader may know of them."""
    found = here(ref)
    return found, queries.idea_by_ref(current_session(), actor(), found.id, idea_ref)


def must_write(idea: Idea) -> None:
    """Refuse whoever may not change what was written."""
    must_change(actor(), idea.relationship_id, idea.party_id, (idea.raised_by_id,))


def must_carry(idea: Idea) -> None:
    """Refuse whoever does not carry it out."""
    if not service.may_carry_out(actor(), idea):
        must_manage(actor(), idea.relationship_id)


def parties(found: Relationship) -> list[Party]:
    """The parties with their names, our own first."""
    return list(party_names(current_session(), found.id).items())
