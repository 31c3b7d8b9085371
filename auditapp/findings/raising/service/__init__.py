"""The verbs with which a nonconformity comes into being, and how it is tied to earlier ones."""

from auditapp.findings.raising.service.drafts import edit_draft, raise_nonconformity
from auditapp.findings.raising.service.from_audits import (
    hand_over,
    may_hand_over,
    raise_from_finding,
    to_raise,
)
from auditapp.findings.raising.service.repeats import relate, unrelate

__all__ = [
    "edit_draft",
    "hand_over",
    "may_hand_over",
    "raise_from_finding",
    "raise_nonconformity",
    "relate",
    "to_raise",
    "unrelate",
]
