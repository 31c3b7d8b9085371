"""Reading actions: their rows, how one stands for somebody, and the list of whoever carries them out."""

from auditapp.findings.actions.queries.mine import (
    Asked,
    MyAction,
    my_actions_page,
    my_group_counts,
    requests_to_decide,
)
from auditapp.findings.actions.queries.rows import (
    Owners,
    causes_for_choice,
    decided_before,
    impact_of,
    open_request,
    partner_takes_part,
    possible_owners,
    requests_of,
    steps_of,
    today_of,
)
from auditapp.findings.actions.queries.standing import ActionStanding, action_standing

__all__ = [
    "ActionStanding",
    "Asked",
    "MyAction",
    "Owners",
    "action_standing",
    "causes_for_choice",
    "decided_before",
    "impact_of",
    "my_actions_page",
    "my_group_counts",
    "open_request",
    "partner_takes_part",
    "possible_owners",
    "requests_of",
    "requests_to_decide",
    "steps_of",
    "today_of",
]
