"""Reading nonconformities and actions. What somebody may see of them is decided here and nowhere else."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.plan.queries import RUNS_A_RELATIONSHIP, visible_audits
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Action, ExtentCheck, Nonconformity, NonconformityRequirement
from auditapp.findings.rules.nonconformity import STATUS_LABELS
from auditapp.findings.rules.parts import Involved, Part, answered_by, parts_of
from auditapp.findings.rules.policy import SETTING, Policy
from auditapp.kit import workdays
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Setting
from auditapp.people.queries import organization
from auditapp.people.rules import CAPABILITIES, Capability, Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship
from auditapp.trail.model import Fact
from auditapp.trail.queries import facts_of, parsed


def visible_nonconformities(principal: Principal) -> sa.Select[Any]:
    """The nonconformities somebody may see, to be narrowed and ordered further.

    With VIEW_AUDITS for all: every one. Otherwise those somebody has a part in (raised, responsible, deputy,
    verifier, reviewer, owner of an action, checker of the extent), those of audits and relationships that are
    theirs. A partner's contact: none, see :func:`visible_actions`.
    """
    query = sa.select(Nonconformity)
    if not principal.can(Capability.VIEW_ORGANIZATION):
        return query.where(sa.false())
    if principal.can(Capability.VIEW_AUDITS):
        return query
    me = principal.person_id
    run = sa.select(Relationship.id).where(
        sa.or_(Relationship.owner_id == me, Relationship.manager_id == me, Relationship.ser_id == me)
    )
    scoped = [
        relationship_id
        for relationship_id, roles in principal.scoped.items()
        if roles & RUNS_A_RELATIONSHIP or any(Capability.VIEW_AUDITS in CAPABILITIES[role] for role in roles)
    ]
    ways = [
        Nonconformity.raised_by_id == me,
        Nonconformity.responsible_id == me,
        Nonconformity.deputy_id == me,
        Nonconformity.verifier_id == me,
        Nonconformity.verifier_reviewer_id == me,
        Nonconformity.id.in_(
            sa.select(Action.nonconformity_id).where(sa.or_(Action.owner_id == me, Action.deputy_id == me))
        ),
        Nonconformity.id.in_(sa.select(ExtentCheck.nonconformity_id).where(ExtentCheck.checker_id == me)),
        Nonconformity.audit_id.in_(visible_audits(principal).with_only_columns(Audit.id)),
        Nonconformity.relationship_id.in_(run),
    ]
    if principal.roles & RUNS_A_RELATIONSHIP:  # held for all relationships
        ways.append(Nonconformity.relationship_id.is_not(None))
    elif scoped:
        ways.append(Nonconformity.relationship_id.in_(scoped))
    return query.where(sa.or_(*ways))


def visible_actions(principal: Principal) -> sa.Select[Any]:
    """The actions somebody may see: those of visible nonconformities; for a partner's contact only their own."""
    query = sa.select(Action)
    if principal.can(Capability.VIEW_ORGANIZATION):
        if principal.can(Capability.VIEW_AUDITS):
            return query
        seen = visible_nonconformities(principal).with_only_columns(Nonconformity.id)
        return query.where(Action.nonconformity_id.in_(seen))
    return query.where(
        sa.or_(Action.owner_id == principal.person_id, Action.deputy_id == principal.person_id)
    )


def nonconformity_by_ref(session: Session, principal: Principal, ref: str) -> Nonconformity:
    """A nonconformity by its number. Raises NotFound, also for one that is not to be seen."""
    wanted = ref.replace("\0", "").upper()
    found: Nonconformity | None = session.scalar(
        visible_nonconformities(principal).where(Nonconformity.ref == wanted)
    )
    if found is None:
        raise NotFound
    return found


@linkable("nonconformity", Text("Nonconformity"))
def find_nonconformities(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """The nonconformities among some numbers that somebody may see, for links. One statement."""
    found: Iterable[Nonconformity] = session.scalars(
        visible_nonconformities(principal).where(Nonconformity.ref.in_(refs))
    )
    return {
        nc.ref: Target(
            ref=nc.ref,
            title=nc.title,
            endpoint="findings.show",
            values={"ref": nc.ref},
            status=STATUS_LABELS[nc.status],
        )
        for nc in found
    }


def action_by_ref(session: Session, principal: Principal, ref: str) -> tuple[Action, Nonconformity]:
    """An action by its number, and the nonconformity it belongs to (which the person need not be allowed to see).

    Raises NotFound, also for one that is not to be seen.
    """
    wanted = ref.replace("\0", "").upper()
    action: Action | None = session.scalar(visible_actions(principal).where(Action.ref == wanted))
    if action is None:
        raise NotFound
    return action, session.get_one(Nonconformity, action.nonconformity_id)


def leader_of(session: Session, audit_id: UUID | None) -> UUID | None:
    """Who leads the audit that a nonconformity comes from."""
    if audit_id is None:
        return None
    return session.scalar(
        sa.select(AuditMember.person_id).where(
            AuditMember.audit_id == audit_id, AuditMember.role == MemberRole.LEADER
        )
    )


def involved_in(session: Session, nc: Nonconformity, action: Action | None = None) -> Involved:
    """Who has to do with a nonconformity; with ``action``, owners are those of the action. At most four statements.

    Without it they are those of every action that was not cancelled.
    """
    ser_id = (
        session.scalar(sa.select(Relationship.ser_id).where(Relationship.id == nc.relationship_id))
        if nc.relationship_id
        else None
    )
    rows: Collection[Any]
    reassigned = session.scalars(
        facts_of(context_id=nc.id)
        .with_only_columns(Fact.before)
        .where(Fact.verb == "nonconformity.reassigned")
        .order_by(None)
    )
    if action is not None:
        rows = [(action.owner_id, action.deputy_id, action.worked_ids)]
    else:
        rows = session.execute(
            sa.select(Action.owner_id, Action.deputy_id, Action.worked_ids).where(
                Action.nonconformity_id == nc.id, Action.cancelled_at.is_(None)
            )
        ).all()
    return Involved(
        raiser_id=nc.raised_by_id,
        issuer_id=nc.issued_by_id,
        responsible_id=nc.responsible_id,
        deputy_id=nc.deputy_id,
        verifier_id=nc.verifier_id,
        leader_id=leader_of(session, nc.audit_id),
        relationship_id=nc.relationship_id,
        relationship_ser_id=ser_id,
        owner_ids={row[0] for row in rows},
        stand_in_ids={row[1] for row in rows if row[1] is not None},
        worker_ids={UUID(one) for row in rows for one in row[2]},
        former_ids={UUID(one) for before in reassigned for one in answered_by(parsed(before) or {})},
    )


def parts(
    session: Session, principal: Principal, nc: Nonconformity, action: Action | None = None
) -> frozenset[Part]:
    """The parts somebody has in a nonconformity, or in one of its actions."""
    return parts_of(principal, involved_in(session, nc, action))


def policy(session: Session) -> Policy:
    """How long each step may take here."""
    row = session.get(Setting, SETTING)
    return Policy.from_json(row.value if row else None)


def working_days(session: Session) -> Callable[[date, int], date]:
    """The day so many working days after a day, in the organization's country."""
    own = organization(session)
    country, subdivision = (own.country, own.subdivision) if own else ("GB", "")
    return lambda day, count: workdays.after(day, count, country=country, subdivision=subdivision)


def zone_of(session: Session) -> str:
    """The organization's zone: the days of due dates are its days."""
    own = organization(session)
    return own.zone if own else "UTC"


def requirements_of(session: Session, nc_ids: Collection[UUID]) -> dict[UUID, list[NonconformityRequirement]]:
    """The requirements of nonconformities, in order. One statement."""
    found: dict[UUID, list[NonconformityRequirement]] = {one: [] for one in nc_ids}
    for row in session.scalars(
        sa.select(NonconformityRequirement)
        .where(NonconformityRequirement.nonconformity_id.in_(nc_ids))
        .order_by(NonconformityRequirement.nonconformity_id, NonconformityRequirement.position)
    ):
        found[row.nonconformity_id].append(row)
    return found
