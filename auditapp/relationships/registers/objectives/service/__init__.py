"""What can be done with objectives and their measures."""

from auditapp.relationships.registers.objectives.service.agreeing import agree, drop, reach, take_up
from auditapp.relationships.registers.objectives.service.base import (
    may_agree_for_own,
    may_read_off,
    must_write,
)
from auditapp.relationships.registers.objectives.service.measures import add_measure, set_ended, set_measure
from auditapp.relationships.registers.objectives.service.readings import (
    correct_reading,
    read_off,
    take_back_reading,
)
from auditapp.relationships.registers.objectives.service.writing import add_objective, set_objective

__all__ = [
    "add_measure",
    "add_objective",
    "agree",
    "correct_reading",
    "drop",
    "may_agree_for_own",
    "may_read_off",
    "must_write",
    "reach",
    "read_off",
    "set_ended",
    "set_measure",
    "set_objective",
    "take_back_reading",
    "take_up",
]
