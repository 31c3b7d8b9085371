"""The outputs of the stages, and the passages between them."""

from auditapp.relationships.lifecycle.service.outputs import (
    link_output,
    owner_of_output,
    save_output,
    take_suggestion,
    tick_rmp,
)
from auditapp.relationships.lifecycle.service.passages import decline, go_back, move_on, reopen

__all__ = [
    "decline",
    "go_back",
    "link_output",
    "move_on",
    "owner_of_output",
    "reopen",
    "save_output",
    "take_suggestion",
    "tick_rmp",
]
