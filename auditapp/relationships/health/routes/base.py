"""What the pages of health checks share."""

from datetime import date
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.health import queries
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.queries import InviteLine
from auditapp.relationships.health.rules.life import (
    PROGRESS_LABELS,
    PROGRESS_TONES,
    STATE_LABELS,
    STATE_TONES,
    CheckState,
    Progress,
)
from auditapp.relationships.health.rules.questions import CANNOT_SAY, STEP_LABELS, Step
from auditapp.relationships.health.rules.results import RAG_LABELS, RAG_TONES, TREND_LABELS
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import SHARING_LABELS

bp = Blueprint("health", __name__, template_folder="../templates")
WORDS: dict[str, Any] = {
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "rag_labels": RAG_LABELS,
    "rag_tones": RAG_TONES,
    "trend_labels": TREND_LABELS,
    "progress_labels": PROGRESS_LABELS,
    "progress_tones": PROGRESS_TONES,
    "step_labels": STEP_LABELS,
    "steps": list(Step),
    "cannot_say": CANNOT_SAY,
    "sharing_labels": SHARING_LABELS,
}


def find(check_ref: str) -> tuple[HealthCheck, Relationship]:
    """The check and its relationship, if the reader may know of them."""
    session = current_session()
    check = queries.check_by_ref(session, actor(), check_ref)
    return check, relationship_of(session, actor(), check.relationship_id)


def manages(place: Relationship) -> bool:
    """Whether the reader runs the relationship."""
    return actor().can(Capability.MANAGE_RELATIONSHIPS, place.id)


def today() -> date:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def waiting_for(invites: list[InviteLine]) -> list[InviteLine]:
    """Those who have not answered everything."""
    return [one for one in invites if one.progress is not Progress.ANSWERED]


def turn_of(
    check: HealthCheck, invites: list[InviteLine], mine: InviteLine | None, day: date
) -> tuple[str, str]:
    """Whose turn it is, and what comes next, in sentences. ``mine``: the invitation of whoever reads."""
    if check.state is not CheckState.OPEN:
        return "", ""
    open_still = waiting_for(invites)
    if day > check.closes_on:
        return _("The time to answer is over."), _(
            "Whoever runs the relationship closes it now, or gives more time."
        )
    if mine is not None and mine.progress is not Progress.ANSWERED:
        return _("Your turn: answer the questions."), ""
    if open_still:
        return (
            _("%(count)s people have not answered yet.", count=len(open_still))
            if len(open_still) > 1
            else _("One person has not answered yet."),
            "",
        )
    return _("Everybody has answered."), _("Whoever runs the relationship can close it.")
