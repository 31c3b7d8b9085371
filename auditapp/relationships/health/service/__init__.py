"""What can be done with health checks."""

from auditapp.relationships.health.service.answering import answer
from auditapp.relationships.health.service.checks import (
    change,
    invite,
    open_check,
    uninvite,
)
from auditapp.relationships.health.service.closing import call_off, close, follow_up
from auditapp.relationships.health.service.editions import new_edition

__all__ = [
    "answer",
    "call_off",
    "change",
    "close",
    "follow_up",
    "invite",
    "new_edition",
    "open_check",
    "uninvite",
]
