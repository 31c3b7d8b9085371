"""What can be done about competence and behaviours."""

from auditapp.relationships.registers.behaviours.service.assessing import (
    assess,
    review_register,
    take_back_assessment,
)
from auditapp.relationships.registers.behaviours.service.base import NOT_YOURS, REVIEW, must
from auditapp.relationships.registers.behaviours.service.catalogue import (
    Expectation,
    keep_item,
    must_keep_catalogue,
)
from auditapp.relationships.registers.behaviours.service.developing import move_development, plan_development
from auditapp.relationships.registers.behaviours.service.inducting import (
    add_step,
    begin_induction,
    bring_in,
    not_needed,
    tick,
)

__all__ = [
    "NOT_YOURS",
    "REVIEW",
    "Expectation",
    "add_step",
    "assess",
    "begin_induction",
    "bring_in",
    "keep_item",
    "move_development",
    "must",
    "must_keep_catalogue",
    "not_needed",
    "plan_development",
    "review_register",
    "take_back_assessment",
    "tick",
]
