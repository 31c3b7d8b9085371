"""Reading what belongs to actions: their steps, what was asked, who could own one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.model import Action, ActionRequest, ActionStep, Nonconformity
from auditapp.findings.rules.action import RequestKind, RequestStatus
from auditapp.kit.clock import day_in
from auditapp.people.model import Person
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


def possible_owners(session: Session, nc: Nonconformity) -> Owners:
    """Everybody active who could do it, without those who verify it. Two statements."""
    barred = [one for one in (nc.verifier_id, nc.verifier_reviewer_id) if one is not None]
    own = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.active, Person.partner_id.is_(None), Person.id.not_in(barred))
        .order_by(Person.name, Person.id)
    )
    contacts = session.execute(
        sa.select(Person.id, Person.name, Partner.name)
        .join(Partner, Partner.id == Person.partner_id)
        .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
        .where(Person.active, RelationshipPartner.relationship_id == nc.relationship_id)
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


def owned_actions(session: Session, nc_id: UUID) -> list[Action]:
    """The actions of a nonconformity by number."""
    return list(
        session.scalars(sa.select(Action).where(Action.nonconformity_id == nc_id).order_by(Action.number))
    )


def today_of(session: Session, at: datetime) -> date:
    """The organization's day at a moment."""
    return day_in(queries.zone_of(session), at)
