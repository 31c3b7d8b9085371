"""The page of one action, and the list of whoever carries actions out."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from auditapp.findings.actions.queries import (
    action_standing,
    my_actions_page,
    my_group_counts,
    requests_of,
    requests_to_decide,
    steps_of,
    today_of,
)
from auditapp.findings.actions.routes.base import WORDS, find
from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.queries import panel
from auditapp.findings.rules.action import ACTION_STATUS_LABELS, ACTION_TONES
from auditapp.findings.rules.action_turn import GROUP_LABELS
from auditapp.findings.verification.queries import tries_of, waiting_for
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.actions.queries import list_actions
from auditapp.relationships.actions.rules import standing


@bp.get("/actions/<ref>")
@guard(Capability.SIGNED_IN)
def action(ref: str) -> ResponseReturnValue:
    """One action: what is to be done, by whom, until when, what was asked and said."""
    session = current_session()
    found, nc = find(ref)
    own = actor().can(Capability.VIEW_ORGANIZATION)
    doing = {found.owner_id, found.deputy_id}  # what somebody asked who had it before stays in our own house
    return render_template(
        "findings/page/action.html",
        standing=action_standing(session, actor(), found, nc, clock.now()),
        action=found,
        nc=nc,
        steps=steps_of(session, [found.id])[found.id],
        requests=[one for one in requests_of(session, found.id) if own or one.asked_by_id in doing],
        tries=tries_of(session, nc, found),
        panel=panel(session, actor(), nc, found),
        **WORDS,
    )


@bp.get("/actions/mine")
@guard(Capability.SIGNED_IN)
def my_actions() -> ResponseReturnValue:
    """What somebody carries out, decides and verifies, the most urgent first, each with one big step."""
    session = current_session()
    at = clock.now()
    today = today_of(session, at)
    own = actor().can(Capability.VIEW_ORGANIZATION)
    return render_template(
        "findings/page/action_mine.html",
        page=my_actions_page(session, actor(), today, page=request.args.get("page", 1, type=int)),
        counts=my_group_counts(session, actor(), today),
        groups=GROUP_LABELS,
        decide=requests_to_decide(session, actor(), today),
        verify=waiting_for(session, actor(), at) if own else [],
        own=own,
        joint=list_actions(
            session, actor(), today=today, mine=True, page=request.args.get("joint", 1, type=int)
        ),
        joint_standing=lambda one: standing(one.status, one.due_on, today),
        today=today,
        labels=ACTION_STATUS_LABELS,
        tones=ACTION_TONES,
        **WORDS,
    )
