"""Reading audits and their plans."""

from auditapp.audits.plan.queries.access import (
    PLAN,
    RUNS_A_RELATIONSHIP,
    audit_by_ref,
    member_role_of,
    series_of,
    visible_audits,
)
from auditapp.audits.plan.queries.lists import (
    View,
    Wanted,
    audit_list,
    person_choices,
    programme_choices,
    relationship_choices,
    view_counts,
    years,
)
from auditapp.audits.plan.queries.parts import (
    answers_to_plan,
    follower_of,
    interviews_of,
    names_of,
    sessions_of,
)
from auditapp.audits.plan.queries.team import Ground, auditor_ids, candidates, ground_of

__all__ = [
    "PLAN",
    "RUNS_A_RELATIONSHIP",
    "Ground",
    "View",
    "Wanted",
    "answers_to_plan",
    "audit_by_ref",
    "audit_list",
    "auditor_ids",
    "candidates",
    "follower_of",
    "ground_of",
    "interviews_of",
    "member_role_of",
    "names_of",
    "person_choices",
    "programme_choices",
    "relationship_choices",
    "series_of",
    "sessions_of",
    "view_counts",
    "visible_audits",
    "years",
]
