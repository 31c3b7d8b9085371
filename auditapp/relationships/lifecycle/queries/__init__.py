"""Reading the stages of a relationship: outputs, passages, and what the rooms already hold for an output."""

from auditapp.relationships.lifecycle.queries import rooms
from auditapp.relationships.lifecycle.queries.standing import (
    Standing,
    is_declined,
    last_passage,
    may_reopen,
    output_row,
    passage_page,
    standing_of,
)
from auditapp.relationships.lifecycle.queries.suggests import Suggestion, suggestions

__all__ = [
    "Standing",
    "Suggestion",
    "is_declined",
    "last_passage",
    "may_reopen",
    "output_row",
    "passage_page",
    "rooms",
    "standing_of",
    "suggestions",
]
