"""What all pages of the plan share: the blueprint, finding the audit, choices of people."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import PLAN, audit_by_ref, person_choices
from auditapp.audits.plan.rules import Policy, may_plan, member_role
from auditapp.audits.rules import KIND_LABELS, MEMBER_LABELS, STATUS_LABELS, STATUS_TONES
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, settings
from auditapp.people.organization.rules import DayOff, days_off
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.rules import STAGE_LABELS

bp = Blueprint("plan", __name__, template_folder="../templates", url_prefix="/audits")


@bp.context_processor
def words() -> dict[str, Any]:
    """The words of audits, for every template of this room."""
    return {
        "status_labels": STATUS_LABELS,
        "status_tones": STATUS_TONES,
        "kind_labels": KIND_LABELS,
        "member_labels": MEMBER_LABELS,
        "stage_labels": STAGE_LABELS,
    }


def find(ref: str) -> Audit:
    """The audit with its plan, if the reader may know of it."""
    return audit_by_ref(current_session(), actor(), ref, load=PLAN)


def policy() -> Policy:
    """Whether expired competence is refused or warned of, as this installation has it."""
    return settings().expired_competence


def plans(audit: Audit, who: Principal) -> bool:
    """Whether somebody may change this audit's plan."""
    return may_plan(
        who, member_role(audit.members, who.person_id), created=audit.created_by_id == who.person_id
    )


def closed_days(audit: Audit) -> list[DayOff]:
    """The weekends and holidays of the organization among the audit's days."""
    found = organization(current_session())
    if found is None or audit.starts_on is None or audit.ends_on is None:
        return []
    return days_off(found.country, found.subdivision, audit.starts_on, audit.ends_on)


def people() -> list[tuple[UUID, str]]:
    """Everybody active, for a select box: name and what they are."""
    return [
        (person_id, f"{name} · {more}" if more else name)
        for person_id, name, more in person_choices(current_session())
    ]
