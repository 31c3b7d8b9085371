"""What can be done with ideas."""

from auditapp.relationships.registers.ideas.service.base import REVIEW, Worth, may_carry_out, may_decide
from auditapp.relationships.registers.ideas.service.deciding import decide, move_idea, review_register
from auditapp.relationships.registers.ideas.service.measuring import measure, take_back_value
from auditapp.relationships.registers.ideas.service.raising import Content, edit_idea, may_write, raise_idea

__all__ = [
    "REVIEW",
    "Content",
    "Worth",
    "decide",
    "edit_idea",
    "may_carry_out",
    "may_decide",
    "may_write",
    "measure",
    "move_idea",
    "raise_idea",
    "review_register",
    "take_back_value",
]
