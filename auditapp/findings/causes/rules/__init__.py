"""The rules of cause and extent. Pure."""

from auditapp.findings.causes.rules.complete import Analysis, missing_for_completion
from auditapp.findings.causes.rules.extent import (
    MOST_CHECKS,
    RECORDABLE,
    WHO_RECORDS,
    may_record,
    require_may_record,
)
from auditapp.findings.causes.rules.picture import Bone, Fish, Label, Said, across, down
from auditapp.findings.causes.rules.tree import DEEPEST, KINDLY, MOST_CAUSES, Node, below, flat, grow

__all__ = [
    "DEEPEST",
    "KINDLY",
    "MOST_CAUSES",
    "MOST_CHECKS",
    "RECORDABLE",
    "WHO_RECORDS",
    "Analysis",
    "Bone",
    "Fish",
    "Label",
    "Node",
    "Said",
    "across",
    "below",
    "down",
    "flat",
    "grow",
    "may_record",
    "missing_for_completion",
    "require_may_record",
]
