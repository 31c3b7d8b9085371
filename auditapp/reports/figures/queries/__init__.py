"""The figures, read from the rows: each one function, with a number of statements that never grows."""

from auditapp.reports.figures.queries.auditors import auditor_load, competence_gaps
from auditapp.reports.figures.queries.counts import (
    by_age,
    by_cause,
    by_clause,
    by_grade,
    by_relationship,
    by_stage,
)
from auditapp.reports.figures.queries.coverage import coverage_map
from auditapp.reports.figures.queries.reminding import ladder, receipts
from auditapp.reports.figures.queries.standing import effectiveness, extensions, overdue, repeats
from auditapp.reports.figures.queries.times import by_month, spreads

__all__ = [
    "auditor_load",
    "by_age",
    "by_cause",
    "by_clause",
    "by_grade",
    "by_month",
    "by_relationship",
    "by_stage",
    "competence_gaps",
    "coverage_map",
    "effectiveness",
    "extensions",
    "ladder",
    "overdue",
    "receipts",
    "repeats",
    "spreads",
]
