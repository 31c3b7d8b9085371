"""Tables of nonconformities: their life, causes, extent, actions, checks, comments and files."""

from auditapp.findings.model.life import (
    CarryOver,
    Cause,
    Dispute,
    EffectivenessCheck,
    ExtentCheck,
    Nonconformity,
    NonconformityRequirement,
    Repeat,
)
from auditapp.findings.model.work import (
    Action,
    ActionRequest,
    ActionStep,
    CaseFile,
    Comment,
    SavedView,
    Verification,
)

__all__ = [
    "Action",
    "ActionRequest",
    "ActionStep",
    "CarryOver",
    "CaseFile",
    "Cause",
    "Comment",
    "Dispute",
    "EffectivenessCheck",
    "ExtentCheck",
    "Nonconformity",
    "NonconformityRequirement",
    "Repeat",
    "SavedView",
    "Verification",
]
