"""What all verbs of the plan share: loading, versions, the plan as JSON for the trail, going back to planning."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import PLAN
from auditapp.audits.plan.rules import member_role, require_planner
from auditapp.audits.rules import AuditVerb, next_status
from auditapp.kit.errors import Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.trail import service as trail
from auditapp.trail.queries import facts_of

LOADED = frozenset({"members", "relationships", "editions", "programme"})


def loaded(session: Session, audit: Audit) -> Audit:
    """The same audit with team, relationships, editions and programme loaded."""
    if LOADED & sa.inspect(audit).unloaded:
        session.flush()
        session.scalars(
            sa.select(Audit)
            .where(Audit.id == audit.id)
            .options(*PLAN)
            .execution_options(populate_existing=True)
        ).one()
    return audit


def about(audit: Audit) -> dict[str, Any]:
    """How the trail names an audit."""
    return {"thing_kind": "audit", "thing_id": audit.id, "thing_ref": audit.ref, "context_id": audit.id}


def check_version(session: Session, audit: Audit, version: int | None) -> None:
    """Raises Stale, naming who was faster, when the page was made from an older version. ``None``: no page."""
    if version is None or version == audit.version:
        return
    fact = session.scalars(facts_of(context_id=audit.id).limit(1)).first()
    who = session.get(Person, fact.actor_id) if fact is not None and fact.actor_id is not None else None
    raise Stale(
        Text(
            "%(name)s changed this audit since you opened the page. Look at what is new on the audit’s page, "
            "then do it again; what you typed into a form is still there.",
            name=who.name if who else Text("Somebody"),
        )
    )


def check_planner(audit: Audit, actor: Principal) -> None:
    """Raises NotAllowed unless the actor may change this plan."""
    require_planner(
        actor, member_role(audit.members, actor.person_id), created=audit.created_by_id == actor.person_id
    )


def touch(audit: Audit) -> None:
    """Count the audit's version up although only rows around it changed."""
    flag_modified(audit, "title")


def plan_values(audit: Audit) -> dict[str, Any]:
    """The plan as JSON values: what facts compare and what a replay gives back.

    Without the audit client, mostly somebody's name: it goes into the personal part of a fact.
    """
    return {
        "title": audit.title,
        "kind": audit.kind.value,
        "programme": str(audit.programme_id) if audit.programme_id else None,
        "objectives": audit.objectives,
        "scope": audit.scope,
        "stages": list(audit.stages),
        "criteria": audit.criteria,
        "methods": audit.methods,
        "places": audit.places,
        "starts_on": audit.starts_on.isoformat() if audit.starts_on else None,
        "ends_on": audit.ends_on.isoformat() if audit.ends_on else None,
        "repeat_months": audit.repeat_months,
        "editions": [str(one.edition_id) for one in audit.editions],
        "relationships": sorted(str(one.id) for one in audit.relationships),
    }


def standing_values(audit: Audit) -> dict[str, Any]:
    """How the audit stands, as JSON values."""
    return {"status": audit.status.value, "revision": audit.plan_revision}


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, of both."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}


def replan(session: Session, audit: Audit, *, actor: Principal, at: datetime) -> None:
    """A plan that was sent and then changed is a new revision: it is sent and answered again."""
    if audit.plan_sent_at is None:
        return
    before = standing_values(audit)
    audit.status = next_status(audit.status, AuditVerb.REPLAN)
    audit.plan_revision += 1
    audit.plan_sent_at = None
    audit.agreed_at = None
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.replanned",
        **about(audit),
        before=before,
        after=standing_values(audit),
    )
