"""Reading audit programmes."""

from auditapp.audits.programme.queries.coverage import (
    Coverage,
    RelationshipLine,
    audits_of,
    clause_coverage,
    clause_editions,
    stage_coverage,
)
from auditapp.audits.programme.queries.programmes import (
    audit_counts,
    dismissals_of,
    programme_by_ref,
    programme_list,
)
from auditapp.audits.programme.queries.proposals import all_proposals, propose_audits

__all__ = [
    "Coverage",
    "RelationshipLine",
    "all_proposals",
    "audit_counts",
    "audits_of",
    "clause_coverage",
    "clause_editions",
    "dismissals_of",
    "programme_by_ref",
    "programme_list",
    "propose_audits",
    "stage_coverage",
]
