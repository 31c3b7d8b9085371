"""The verbs of cause and extent."""

from auditapp.findings.causes.service.extent import add_extent, link_extent, record_extent, remove_extent
from auditapp.findings.causes.service.whys import (
    add_cause,
    change_cause,
    complete_cause,
    remove_cause,
    rework_cause,
)

__all__ = [
    "add_cause",
    "add_extent",
    "change_cause",
    "complete_cause",
    "link_extent",
    "record_extent",
    "remove_cause",
    "remove_extent",
    "rework_cause",
]
