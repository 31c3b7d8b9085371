"""Plans themselves: begin one, say whose it is, link its sections."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp.model import (
    Plan,
    PlanVersion,
)
from auditapp.relationships.rmp.rules import (
    PlanKind,
    VersionStatus,
)
from auditapp.relationships.rmp.service.base import (
    LONGEST_MONTHS,
    REVIEW,
    must_write,
    tell,
)
from auditapp.relationships.service import must_run


def begin_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    kind: PlanKind,
    title: str,
    relationship_id: UUID | None = None,
    owner_id: UUID | None = None,
    partner_owner_id: UUID | None = None,
    months: int | None = None,
) -> Plan:
    """A new plan with its first draft. One joint and one internal plan for a relationship, one corporate plan in all."""
    if (kind is PlanKind.CORPORATE) != (relationship_id is None):
        raise Invalid(
            Text("A corporate plan is for all relationships; the others are for one."), field="kind"
        )
    plan = Plan(
        id=new_id(), ref="", kind=kind, title=title.strip(), relationship_id=relationship_id, created_at=at
    )
    must_write(actor, plan)
    if relationship_id is not None:
        must_run(relationship_of(session, actor, relationship_id))
    there = session.scalar(
        sa.select(Plan.ref).where(
            Plan.kind == kind,
            Plan.relationship_id == relationship_id if relationship_id else Plan.relationship_id.is_(None),
        )
    )
    if there is not None:
        raise Invalid(
            Text("There is such a plan already: %(ref)s. Begin a new version of it instead.", ref=there),
            field="kind",
        )
    plan.ref = f"RMP-{next_number(session, 'RMP'):02d}"
    _settings(session, plan, title=title, owner_id=owner_id, partner_owner_id=partner_owner_id, months=months)
    session.add(plan)
    session.flush()
    session.add(
        PlanVersion(
            plan_id=plan.id,
            number=1,
            status=VersionStatus.DRAFT,
            created_at=at,
            created_by_id=actor.person_id,
        )
    )
    tell(session, plan, actor=actor, at=at, verb="rmp.begun", after={"kind": kind.value, "title": plan.title})
    return plan


def set_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    plan: Plan,
    version: int,
    title: str,
    owner_id: UUID | None,
    partner_owner_id: UUID | None,
    months: int | None,
    drafts_shared: bool,
) -> None:
    """Change whose plan it is, how often it is reviewed, and whether the partner reads drafts."""
    must_write(actor, plan)
    if plan.version != version:
        raise Stale(Text("Somebody changed this plan since you opened the page. Open it again and look."))
    before = _plain(plan)
    _settings(session, plan, title=title, owner_id=owner_id, partner_owner_id=partner_owner_id, months=months)
    plan.drafts_shared = drafts_shared
    after = _plain(plan)
    if before == after:
        return
    if before["months"] != after["months"]:
        obligations.set_interval(session, key=REVIEW, subject=plan.id, months=months, days=None)
    tell(session, plan, actor=actor, at=at, verb="rmp.set", before=before, after=after)


def _settings(
    session: Session,
    plan: Plan,
    *,
    title: str,
    owner_id: UUID | None,
    partner_owner_id: UUID | None,
    months: int | None,
) -> None:
    if not title.strip():
        raise Invalid(Text("Name the plan."), field="title")
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise Invalid(Text("A review every 1 to %(most)s months.", most=LONGEST_MONTHS), field="months")
    for person_id, ours, field in ((owner_id, True, "owner"), (partner_owner_id, False, "partner_owner")):
        person = session.get(Person, person_id) if person_id else None
        if person_id is not None and (person is None or (person.partner_id is None) is not ours):
            raise Invalid(Text("Choose somebody of that side."), field=field)
    plan.title, plan.owner_id, plan.partner_owner_id, plan.months = (
        title.strip(),
        owner_id,
        partner_owner_id,
        months,
    )


def _plain(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title, "owner_id": str(plan.owner_id or ""),
        "partner_owner_id": str(plan.partner_owner_id or ""), "months": plan.months,
        "drafts_shared": plan.drafts_shared,
    }  # fmt: skip


@owns_links("rmp")
def may_link(session: Session, actor: Principal, plan_id: UUID) -> tuple[str, UUID | None]:
    """Who writes a plan may link its sections."""
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound
    must_write(actor, plan)
    return plan.ref, plan.relationship_id
