"""The rules of an audit's plan in one place. Pure."""

from auditapp.audits.plan.rules.access import (
    MemberLike,
    may_plan,
    member_role,
    require_leader,
    require_planner,
    require_team,
)
from auditapp.audits.plan.rules.agreement import is_agreed, standing
from auditapp.audits.plan.rules.plan import (
    ADJUSTABLE,
    EDITABLE,
    MOST_MONTHS,
    PlanFacts,
    add_months,
    check_dates,
    check_editable,
    check_sendable,
    check_stages,
    missing_for_sending,
    stages_in_scope,
)
from auditapp.audits.plan.rules.preview import AgendaLine, Preview, preview, proposed_agenda
from auditapp.audits.plan.rules.team import (
    Candidate,
    Checked,
    MemberInput,
    Policy,
    check_team,
    conflict_words,
    lacking,
)
from auditapp.audits.plan.rules.turn import Turn, TurnFacts, whose_turn

__all__ = [
    "ADJUSTABLE",
    "EDITABLE",
    "MOST_MONTHS",
    "AgendaLine",
    "Candidate",
    "Checked",
    "MemberInput",
    "MemberLike",
    "PlanFacts",
    "Policy",
    "Preview",
    "Turn",
    "TurnFacts",
    "add_months",
    "check_dates",
    "check_editable",
    "check_sendable",
    "check_stages",
    "check_team",
    "conflict_words",
    "is_agreed",
    "lacking",
    "may_plan",
    "member_role",
    "missing_for_sending",
    "preview",
    "proposed_agenda",
    "require_leader",
    "require_planner",
    "require_team",
    "stages_in_scope",
    "standing",
    "whose_turn",
]
