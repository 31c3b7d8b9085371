"""What the verbs of a plan share."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp.model import (
    Plan,
    PlanVersion,
)
from auditapp.relationships.rmp.queries import (
    open_version,
)
from auditapp.relationships.rmp.rules import (
    REFUSALS,
    STEPS,
    VersionStatus,
    VersionVerb,
)
from auditapp.relationships.service import must_manage, must_run
from auditapp.trail.service import record

REVIEW = "rmp_review"
EXTRA_DAYS = 14  # days that an extra review has
LONGEST_MONTHS = 36


def must_write(actor: Principal, plan: Plan) -> None:
    """Refuse whoever may not write a plan: who runs the relationship; of a corporate one the system manager or SER."""
    if plan.relationship_id is not None:
        must_manage(actor, plan.relationship_id)
    elif not actor.can(Capability.MANAGE_SETTINGS) and Role.SER not in actor.roles:
        raise NotAllowed(
            Text("The corporate plan is written by the system manager and the Senior Executive Responsible.")
        )


def must_go_on(session: Session, actor: Principal, plan: Plan) -> None:
    """Refuse what adds to a relationship that has ended."""
    if plan.relationship_id is not None:
        must_run(relationship_of(session, actor, plan.relationship_id))


def tell(
    session: Session,
    plan: Plan,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Record what happened to a plan."""
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="rmp", thing_id=plan.id,
        thing_ref=plan.ref, context_id=plan.relationship_id, before=before, after=after,
    )  # fmt: skip


def move(version: PlanVersion, verb: VersionVerb) -> VersionStatus:
    """Take a step of a version's life, or refuse it."""
    version.status = step(STEPS, version.status, verb, REFUSALS[verb])
    return version.status


def under_way(session: Session, plan: Plan, verb: VersionVerb) -> PlanVersion:
    """The version under way; refuses the verb when there is none."""
    found = open_version(session, plan.id)
    if found is None:
        raise Refusal(REFUSALS[verb])
    return found


def may_agree_for_own(actor: Principal, relationship: Relationship | None) -> bool:
    """Whether somebody may agree for our own organization: the SER, the relationship owner, or the system manager."""
    if actor.partner_id is not None:
        return False
    if actor.can(Capability.MANAGE_SETTINGS) or Role.SER in actor.roles:
        return True
    return relationship is not None and actor.person_id in {relationship.ser_id, relationship.owner_id}
