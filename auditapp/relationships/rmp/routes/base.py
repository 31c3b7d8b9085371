"""What the pages of plans share."""

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.people.guards import actor
from auditapp.people.queries import person_names
from auditapp.relationships.model import Relationship
from auditapp.relationships.partners.queries import contacts
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp import queries, service
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.relationships.rmp.rules import (
    FILL_LABELS,
    FILL_TONES,
    OUTCOME_LABELS,
    PLAN_KIND_LABELS,
    SECTIONS,
    STATUS_LABELS,
    STATUS_TONES,
    VersionStatus,
)
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS, STAGES

bp = Blueprint("rmp", __name__, template_folder="../templates")
WORDS: dict[str, Any] = {
    "kind_labels": PLAN_KIND_LABELS,
    "sections": SECTIONS,
    "status_labels": STATUS_LABELS,
    "status_tones": STATUS_TONES,
    "fill_labels": FILL_LABELS,
    "fill_tones": FILL_TONES,
    "outcome_labels": OUTCOME_LABELS,
    "sharing_labels": SHARING_LABELS,
    "stage_labels": STAGE_LABELS,
    "stages": STAGES,
}


def find(plan_ref: str) -> tuple[Plan, Relationship | None]:
    """The plan and its relationship, if the reader may know of them."""
    session = current_session()
    plan = queries.plan_by_ref(session, actor(), plan_ref)
    found = relationship_of(session, actor(), plan.relationship_id) if plan.relationship_id else None
    return plan, found


def writes(plan: Plan) -> bool:
    """Whether the reader may write it."""
    try:
        service.must_write(actor(), plan)
    except Refusal:
        return False
    return True


def own_people() -> list[tuple[str, str]]:
    """Our own people to choose from."""
    return [(str(one), name) for one, name in person_names(current_session())]


def their_people(found: Relationship | None) -> list[tuple[str, str]]:
    """The partner's people to choose from."""
    if found is None:
        return []
    rows = contacts(current_session(), [partner.id for partner in found.partners])
    return [(str(row[0]), row[1]) for row in rows]


def turn_of(plan: Plan, version: PlanVersion | None, waiting: list[str]) -> tuple[str, str]:
    """Whose turn it is, and what comes next, in sentences. ``waiting``: the parties that have not agreed."""
    del plan
    if version is None:
        return _("No version is under way."), _("Begin a new version when something has to change.")
    if version.status is VersionStatus.DRAFT:
        if version.returned:
            return _(
                "Version %(number)s was returned: %(why)s", number=version.number, why=version.returned
            ), _("Change it and submit it again.")
        return _("Version %(number)s is being written.", number=version.number), _(
            "When it is ready it is submitted, and each party is asked to agree."
        )
    if version.status is VersionStatus.SUBMITTED:
        return (
            _(
                "Version %(number)s waits for the agreement of %(who)s.",
                number=version.number,
                who=", ".join(waiting),
            ),
            _("When each party has agreed, it can come into force."),
        )
    if version.status is VersionStatus.AGREED:
        return _("Each party has agreed to version %(number)s.", number=version.number), _(
            "Bring it into force: until then the version before it holds."
        )
    return "", ""
