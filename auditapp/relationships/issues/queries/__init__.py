"""Reading issues."""

from auditapp.relationships.issues.queries.access import issue_by_ref, parts_of, visible_issues
from auditapp.relationships.issues.queries.ladder import Ladder, ladder_of
from auditapp.relationships.issues.queries.running import (
    clock_of,
    current_stay,
    open_request,
    run_of,
    spans_of,
)

__all__ = [
    "Ladder",
    "clock_of",
    "current_stay",
    "issue_by_ref",
    "ladder_of",
    "open_request",
    "parts_of",
    "run_of",
    "spans_of",
    "visible_issues",
]
