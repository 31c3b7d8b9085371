"""Tables of exits."""

from auditapp.relationships.exits.model.process import (
    ExitConsent,
    ExitEvaluation,
    ExitNotice,
    ExitProcess,
    ExitStep,
)
from auditapp.relationships.exits.model.strategy import (
    ExitAgreement,
    ExitPlanStep,
    ExitReview,
    ExitSection,
    ExitStrategy,
    ExitTest,
    ExitVersion,
)
from auditapp.relationships.exits.model.triggers import ExitTrigger, ExitTriggerCheck

__all__ = [
    "ExitAgreement",
    "ExitConsent",
    "ExitEvaluation",
    "ExitNotice",
    "ExitPlanStep",
    "ExitProcess",
    "ExitReview",
    "ExitSection",
    "ExitStep",
    "ExitStrategy",
    "ExitTest",
    "ExitTrigger",
    "ExitTriggerCheck",
    "ExitVersion",
]
