"""What all verbs of exits share: the day, who may, and refusing what is stale."""

from datetime import date
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import ExitStrategy
from auditapp.relationships.model import Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import MemberRole
from auditapp.relationships.service import must_manage, must_run

SPEAKERS = (MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER)


class Versioned(Protocol):
    """A row that two people may change at once."""

    version: int


def fresh(row: Versioned, version: int | None) -> None:
    """Refuse a command that was given on an older state. ``None``: the caller read it just now."""
    if version is not None and version != row.version:
        raise Stale(
            Text("Somebody changed this since you opened the page. Look at it as it is now, and do it again.")
        )


def relationship_for(session: Session, strategy: ExitStrategy) -> Relationship:
    """The relationship of a strategy."""
    return session.get_one(Relationship, strategy.relationship_id)


def may_write(actor: Principal, relationship: Relationship) -> None:
    """Refuse whoever may not manage the relationship, and everybody once it has ended."""
    must_manage(actor, relationship.id)
    must_run(relationship)


def not_later(on: date, today: date, field: str = "on") -> None:
    """Refuse a day that has not come."""
    if on > today:
        raise Invalid(Text("This day has not come yet. Give the day on which it was done."), field=field)


def said(text: str, words: Text, field: str) -> str:
    """The text without blanks around it. Raises Invalid with ``words`` when nothing is left."""
    text = text.strip()
    if not text:
        raise Invalid(words, field=field)
    return text


def partner_ids(session: Session, relationship_id: UUID) -> list[UUID]:
    """The partners of a relationship, in a lasting order."""
    return list(
        session.scalars(
            sa.select(RelationshipPartner.partner_id)
            .where(RelationshipPartner.relationship_id == relationship_id)
            .order_by(RelationshipPartner.partner_id)
        )
    )


def must_speak(session: Session, actor: Principal, relationship: Relationship) -> None:
    """Refuse a contact who does not speak for the partner: SER and relationship manager of the partner do."""
    speaks = session.scalar(
        sa.select(RelationshipMember.id).where(
            RelationshipMember.relationship_id == relationship.id,
            RelationshipMember.person_id == actor.person_id,
            RelationshipMember.role.in_(SPEAKERS),
            RelationshipMember.until.is_(None),
        )
    )
    if actor.partner_id is None or speaks is None:
        raise NotAllowed(
            Text(
                "For the partner speaks who is named as its Senior Executive Responsible or relationship manager "
                "in this relationship. Ask them."
            )
        )


def person_of(
    session: Session, person_id: UUID | None, party_id: UUID | None, *, field: str = "owner"
) -> UUID | None:
    """A person who may stand for a party. Raises Invalid for somebody of another party, or who is not active."""
    if person_id is None:
        return None
    found = session.get(Person, person_id)
    if found is None or not found.active or found.partner_id != party_id:
        raise Invalid(Text("Choose an active person of the party whose it is."), field=field)
    return person_id


def party_in(session: Session, relationship_id: UUID, party_id: UUID | None, *, field: str = "party") -> None:
    """Refuse a party that is not in the relationship."""
    if party_id is not None and party_id not in partner_ids(session, relationship_id):
        raise Invalid(Text("Choose a party of this relationship."), field=field)


def may_decide(actor: Principal, relationship: Relationship) -> None:
    """Let pass its Senior Executive Responsible, and whoever manages the relationship."""
    if actor.person_id == relationship.ser_id and actor.partner_id is None:
        must_run(relationship)
        return
    may_write(actor, relationship)
