"""Making, changing and repeating an audit's plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditEdition, Programme
from auditapp.audits.plan.queries import (
    candidates,
    ground_of,
)
from auditapp.audits.plan.rules import (
    MOST_MONTHS,
    MemberInput,
    Policy,
    check_dates,
    check_editable,
    check_stages,
    check_team,
    member_role,
)
from auditapp.audits.plan.service.agenda import move_agenda
from auditapp.audits.plan.service.base import (
    about,
    changes,
    check_planner,
    check_version,
    loaded,
    plan_values,
    replan,
    standing_values,
)
from auditapp.audits.plan.service.team import put_team, recheck_team, team_values
from auditapp.audits.rules import AuditKind, MemberRole
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import EditionStatus
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import next_number
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship
from auditapp.trail import service as trail


@dataclass(frozen=True, kw_only=True)
class PlanInput:
    """What a plan holds besides its team, agenda and interviews. ``edition_ids``: the lead library first."""

    title: str
    kind: AuditKind = AuditKind.INTERNAL
    programme_id: UUID | None = None
    edition_ids: Sequence[UUID] = ()
    relationship_ids: Sequence[UUID] = ()
    stages: Sequence[str] = ()
    objectives: str = ""
    scope: str = ""
    criteria: str = ""
    client: str = ""
    methods: str = ""
    places: str = ""
    starts_on: date
    ends_on: date
    repeat_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Resolved:
    """The rows that a plan names."""

    editions: list[Edition]
    relationships: list[Relationship]
    programme: Programme | None
    stages: list[str] = field(default_factory=list)


def create_audit(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    title: str,
    kind: AuditKind = AuditKind.INTERNAL,
    programme_id: UUID | None = None,
    edition_ids: Sequence[UUID] = (),
    relationship_ids: Sequence[UUID] = (),
    stages: Sequence[str] = (),
    objectives: str = "",
    scope: str = "",
    criteria: str = "",
    client: str = "",
    methods: str = "",
    places: str = "",
    starts_on: date,
    ends_on: date,
    repeat_months: int | None = None,
    leader_id: UUID | None = None,
    previous_id: UUID | None = None,
    competence_policy: Policy = "refuse",
) -> Audit:
    """Plan an audit; it is numbered by the year of its first day (``IA-2026-003``).

    Raises NotAllowed without PLAN_AUDITS for all, or for each sampled relationship; Invalid for a field that
    cannot be taken; Refusal when the leader is not able or not independent.
    """
    check_may_create(actor, relationship_ids)
    plan = PlanInput(
        title=title,
        kind=kind,
        programme_id=programme_id,
        edition_ids=edition_ids,
        relationship_ids=relationship_ids,
        stages=stages,
        objectives=objectives,
        scope=scope,
        criteria=criteria,
        client=client,
        methods=methods,
        places=places,
        starts_on=starts_on,
        ends_on=ends_on,
        repeat_months=repeat_months,
    )
    resolved = _resolve(session, plan, kept=frozenset())
    number = next_number(session, f"IA-{starts_on.year}")
    audit = Audit(
        ref=f"IA-{starts_on.year}-{number:03}",
        title=title.strip(),
        intended_on=starts_on,
        previous_id=previous_id,
        created_by_id=actor.person_id,
        created_at=at,
    )
    audit.members = []
    _put(audit, plan, resolved)
    session.add(audit)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.planned",
        **about(audit),
        after=plan_values(audit)
        | standing_values(audit)
        | {"previous": str(previous_id) if previous_id else None},
        personal={"client": audit.client} if audit.client else None,
    )
    if leader_id is not None:
        wanted = [MemberInput(person_id=leader_id, role=MemberRole.LEADER)]
        known = candidates(session, ground_of(audit, at.date()), [leader_id])
        if leader_id not in known:
            raise Invalid(Text("There is no such person."), field="leader_id")
        try:
            checked = check_team(wanted, known, competence_policy)
        except Refusal as refusal:
            raise type(refusal)(refusal.text, field="leader_id") from None
        put_team(audit, checked)
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="audit.team_set",
            **about(audit),
            before={"team": []},
            after={"team": team_values(audit)},
        )
    return audit


def check_may_create(actor: Principal, relationship_ids: Sequence[UUID]) -> None:
    """Raises NotAllowed unless the actor may plan audits of these relationships."""
    if actor.can(Capability.PLAN_AUDITS):
        return
    if relationship_ids and all(actor.can(Capability.PLAN_AUDITS, one) for one in relationship_ids):
        return
    raise NotAllowed(
        Text("Audits are planned by the audit programme manager and by internal auditors. Ask one of them.")
    )


def change_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    plan: PlanInput,
    version: int | None = None,
    competence_policy: Policy = "refuse",
) -> None:
    """Take new plan values. A plan that was sent becomes a new revision, to be sent and answered again.

    Nothing changed: nothing happens. The team is checked again on the new ground. Raises NotAllowed, Stale,
    Invalid, or Refusal (too late, or somebody in the team is not independent of what is audited now).
    """
    loaded(session, audit)
    check_planner(audit, actor)
    if member_role(audit.members, actor.person_id) is not MemberRole.LEADER:
        check_may_create(actor, plan.relationship_ids)  # who plans for one relationship stays with it
    check_editable(audit.status)
    check_version(session, audit, version)
    resolved = _resolve(
        session, plan, kept=frozenset(one.edition_id for one in audit.editions), programme=audit.programme_id
    )
    before, client = plan_values(audit), audit.client
    if audit.starts_on is not None:
        move_agenda(session, audit, plan.starts_on - audit.starts_on, actor.zone)
    first_plan = audit.plan_sent_at is None and audit.plan_revision == 1
    if first_plan and audit.intended_on == audit.starts_on and audit.previous_id is None:
        audit.intended_on = plan.starts_on
    _put(audit, plan, resolved)
    old, new = changes(before, plan_values(audit))
    renamed = audit.client != client
    if not new and not renamed:
        return
    session.flush()
    loaded(session, audit)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.plan_changed",
        **about(audit),
        before=old,
        after=new,
        personal={"client": {"before": client, "after": audit.client}} if renamed else None,
    )
    recheck_team(session, audit, at=at, policy=competence_policy)
    replan(session, audit, actor=actor, at=at)


def _resolve(
    session: Session, plan: PlanInput, *, kept: frozenset[UUID], programme: UUID | None = None
) -> _Resolved:
    """Check the values and find the rows they name. ``kept``: editions the audit has already, retired or not."""
    if not plan.title.strip():
        raise Invalid(Text("Give the audit a title."), field="title")
    if plan.repeat_months is not None and not 1 <= plan.repeat_months <= MOST_MONTHS:
        raise Invalid(
            Text("An audit repeats after 1 to %(most)s months.", most=MOST_MONTHS), field="repeat_months"
        )
    edition_ids = list(dict.fromkeys(plan.edition_ids))
    if not edition_ids:
        raise Invalid(Text("Choose at least one checklist."), field="edition_ids")
    by_id = {one.id: one for one in session.scalars(sa.select(Edition).where(Edition.id.in_(edition_ids)))}
    if set(edition_ids) - set(by_id):
        raise Invalid(Text("One of the checklists is not there any more. Choose again."), field="edition_ids")
    editions = [by_id[one] for one in edition_ids]
    for edition in editions:
        if edition.status is not EditionStatus.RELEASED and edition.id not in kept:
            raise Invalid(
                Text("“%(title)s” is not released, so no audit can use it.", title=edition.title),
                field="edition_ids",
            )
    if len({one.library_key for one in editions}) < len(editions):
        raise Invalid(Text("Choose one edition of each checklist."), field="edition_ids")
    relationships = list(
        session.scalars(
            sa.select(Relationship)
            .where(Relationship.id.in_(plan.relationship_ids))
            .order_by(Relationship.ref)
        )
    )
    if len(relationships) < len(set(plan.relationship_ids)):
        raise Invalid(
            Text("One of the relationships is not there any more. Choose again."), field="relationship_ids"
        )
    found = session.get(Programme, plan.programme_id) if plan.programme_id else None
    if plan.programme_id and found is None:
        raise Invalid(Text("There is no such audit programme."), field="programme_id")
    if found is not None and found.closed_at is not None and found.id != programme:
        raise Invalid(
            Text("The programme %(ref)s is closed. Choose another one.", ref=found.ref), field="programme_id"
        )
    check_dates(plan.starts_on, plan.ends_on, (found.starts_on, found.ends_on) if found else None)
    return _Resolved(
        editions=editions, relationships=relationships, programme=found, stages=check_stages(plan.stages)
    )


def _put(audit: Audit, plan: PlanInput, resolved: _Resolved) -> None:
    audit.title = plan.title.strip()
    audit.kind = plan.kind
    audit.programme_id = resolved.programme.id if resolved.programme else None
    audit.objectives = plan.objectives.strip()
    audit.scope = plan.scope.strip()
    audit.stages = resolved.stages
    audit.criteria = plan.criteria.strip()
    audit.client = plan.client.strip()
    audit.methods = plan.methods.strip()
    audit.places = plan.places.strip()
    audit.starts_on = plan.starts_on
    audit.ends_on = plan.ends_on
    audit.repeat_months = plan.repeat_months
    audit.relationships = resolved.relationships
    _put_editions(audit, resolved.editions)


def _put_editions(audit: Audit, editions: list[Edition]) -> None:
    """The same row keeps its place in the table: replacing it would be a delete and an insert of one key."""
    kept = {one.edition_id: one for one in audit.editions} if audit.editions else {}
    rows = []
    for position, edition in enumerate(editions):
        row = kept.get(edition.id) or AuditEdition(edition_id=edition.id, position=position)
        row.position = position
        row.edition = edition
        rows.append(row)
    audit.editions = rows
