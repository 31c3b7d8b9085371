"""What the verbs of a health check share."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.queries import check_of
from auditapp.relationships.health.rules.life import REFUSALS, STEPS, CheckVerb
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

KEY = "health_check"


def move(check: HealthCheck, verb: CheckVerb) -> None:
    """Take a step of a check's life, or refuse it."""
    check.state = step(STEPS, check.state, verb, REFUSALS[verb])


def must_say(text: str, field: str, refusal: Text) -> str:
    """The text, or a refusal that belongs to its field."""
    if not text.strip():
        raise Invalid(refusal, field=field)
    return text.strip()


def tell(
    session: Session,
    check: HealthCheck,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Record what happened to a check. What somebody answered is never recorded."""
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="health_check", thing_id=check.id,
        thing_ref=check.ref, context_id=check.relationship_id, before=before, after=after,
    )  # fmt: skip


@owns_links("health_check")
def may_link(session: Session, actor: Principal, check_id: UUID) -> tuple[str, UUID | None]:
    """Who may change the links of a check: who runs the relationship."""
    check = check_of(session, actor, check_id)
    must_manage(actor, check.relationship_id)
    return check.ref, check.relationship_id
