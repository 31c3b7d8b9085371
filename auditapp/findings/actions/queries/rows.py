"""Reading what belongs to actions: their steps, what was asked, who could own one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.model import (
    Action,
    ActionRequest,
    ActionStep,
    Cause,
    EffectivenessCheck,
    Nonconformity,
)
from auditapp.findings.rules.action import UNDONE, RequestKind, RequestStatus
from auditapp.findings.rules.action_impact import ImpactFacts, impact
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Partner, RelationshipPartner

DECIDED = (RequestStatus.GRANTED, RequestStatus.REFUSED)


def open_request(session: Session, action_id: UUID) -> ActionRequest | None:
    """What is asked for and waits for a decision, if anything."""
    return session.scalar(
        sa.select(ActionRequest).where(
            ActionRequest.action_id == action_id, ActionRequest.status == RequestStatus.OPEN
        )
    )


def decided_before(session: Session, action_id: UUID, kind: RequestKind) -> int:
    """How many requests of a kind were granted or refused for an action."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(ActionRequest)
            .where(
                ActionRequest.action_id == action_id,
                ActionRequest.kind == kind,
                ActionRequest.status.in_(DECIDED),
            )
        )
        or 0
    )


def requests_of(session: Session, action_id: UUID) -> list[ActionRequest]:
    """Everything that was ever asked for an action, newest first, at most fifty."""
    return list(
        session.scalars(
            sa.select(ActionRequest)
            .where(ActionRequest.action_id == action_id)
            .order_by(ActionRequest.asked_at.desc(), ActionRequest.id.desc())
            .limit(50)
        )
    )


def steps_of(session: Session, action_ids: Collection[UUID]) -> dict[UUID, list[ActionStep]]:
    """The sub-steps of actions in their order, an entry for each one asked for. One statement."""
    found: dict[UUID, list[ActionStep]] = {one: [] for one in action_ids}
    for row in session.scalars(
        sa.select(ActionStep)
        .where(ActionStep.action_id.in_(action_ids))
        .order_by(ActionStep.action_id, ActionStep.position)
    ):
        found[row.action_id].append(row)
    return found


@dataclass(frozen=True, kw_only=True)
class Owners:
    """Who could own an action: (id, name) of own people, and (id, name, partner) of contacts of the relationship."""

    own: list[tuple[UUID, str]]
    partners: list[tuple[UUID, str, str]]


def possible_owners(session: Session, nc: Nonconformity, principal: Principal) -> Owners:
    """Everybody active who could do it, without those who verify it; a partner's contact knows their own house only.

    Two statements.
    """
    inside = principal.can(Capability.VIEW_ORGANIZATION)
    barred = [one for one in (nc.verifier_id, nc.verifier_reviewer_id) if one is not None]
    own = session.execute(
        sa.select(Person.id, Person.name)
        .where(
            Person.active,
            Person.partner_id.is_(None),
            Person.id.not_in(barred),
            sa.true() if inside else sa.false(),
        )
        .order_by(Person.name, Person.id)
    )
    contacts = session.execute(
        sa.select(Person.id, Person.name, Partner.name)
        .join(Partner, Partner.id == Person.partner_id)
        .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
        .where(
            Person.active,
            RelationshipPartner.relationship_id == nc.relationship_id,
            sa.true() if inside else Partner.id == principal.partner_id,
        )
        .order_by(Partner.name, Person.name, Person.id)
    )
    return Owners(
        own=[(row[0], row[1]) for row in own], partners=[(row[0], row[1], row[2]) for row in contacts]
    )


def partner_takes_part(session: Session, nc: Nonconformity, person: Person) -> bool:
    """Whether a contact's partner is in the relationship that a nonconformity is about."""
    return nc.relationship_id is not None and (
        session.get(RelationshipPartner, (nc.relationship_id, person.partner_id)) is not None
    )


def causes_for_choice(session: Session, nc: Nonconformity) -> list[tuple[UUID, str]]:
    """The causes of the present round that an action can be aimed at, root causes first; at most a hundred."""
    rows = session.execute(
        sa.select(Cause.id, Cause.text)
        .where(Cause.nonconformity_id == nc.id, Cause.round == nc.round)
        .order_by(Cause.root.desc(), Cause.position, Cause.id)
        .limit(100)
    )
    return [(row[0], row[1][:120]) for row in rows]


def impact_of(session: Session, action: Action, nc: Nonconformity, at: datetime) -> list[Text]:
    """What it moves when the extension that is asked for is granted; nothing when none is. Five statements."""
    request = open_request(session, action.id)
    if request is None or request.wanted_on is None:
        return []
    others = session.scalars(
        sa.select(Action.due_on).where(
            Action.nonconformity_id == nc.id, Action.id != action.id, Action.status.in_(UNDONE)
        )
    ).all()
    check_on = session.scalar(
        sa.select(EffectivenessCheck.not_before).where(
            EffectivenessCheck.nonconformity_id == nc.id, EffectivenessCheck.round == nc.round
        )
    )
    decided = session.scalars(
        sa.select(ActionRequest.status).where(
            ActionRequest.action_id == action.id,
            ActionRequest.kind == RequestKind.EXTENSION,
            ActionRequest.status.in_(DECIDED),
        )
    ).all()
    return impact(
        ImpactFacts(
            due=action.due_on,
            first_due=action.first_due_on,
            wanted=request.wanted_on,
            today=today_of(session, at),
            other_dues=others,
            check_on=check_on,
            reply_by=nc.reply_due_on if nc.replied_on is None else None,
            close_by=nc.close_due_on,
            granted=sum(one is RequestStatus.GRANTED for one in decided),
            refused=sum(one is RequestStatus.REFUSED for one in decided),
        )
    )


def today_of(session: Session, at: datetime) -> date:
    """The organization's day at a moment."""
    return day_in(queries.zone_of(session), at)
