"""Who hears of a fact, and where it can be looked at."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember, AuditRelationship
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Action
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship
from auditapp.reminders.news.rules import NEWS, Circle
from auditapp.trail.model import Fact

MOST = 200  # facts in one look; the next look goes on


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who hears of a fact, what it is about, and its page."""

    people: frozenset[UUID]
    ref: str
    title: str
    on: date | None
    endpoint: str
    args: Mapping[str, str]
    relationship_id: UUID | None = None


def facts_after(session: Session, seq: int) -> Sequence[Fact]:
    """Facts that are told, after that one, the oldest first."""
    return session.scalars(
        sa.select(Fact).where(Fact.seq > seq, Fact.verb.in_(NEWS)).order_by(Fact.seq).limit(MOST)
    ).all()


def told_of(session: Session, fact: Fact) -> Told | None:
    """Who hears of it. At most three statements; such facts are few."""
    found = _CIRCLES[NEWS[fact.verb].circle](session, fact)
    if found is None:
        return None
    people = session.scalars(
        sa.select(Person.id).where(Person.id.in_(found.people - {fact.actor_id}), Person.active)
    )
    return Told(
        people=frozenset(people), ref=found.ref, title=found.title, on=found.on, endpoint=found.endpoint,
        args=found.args, relationship_id=found.relationship_id,
    )  # fmt: skip


def _action(session: Session, fact: Fact) -> Told | None:
    row = session.get(Action, UUID(fact.thing_id))
    if row is None:
        return None
    return Told(
        people=frozenset(one for one in (row.owner_id, row.deputy_id) if one is not None), ref=row.ref,
        title=row.title, on=row.due_on, endpoint="findings.action", args={"ref": row.ref},
    )  # fmt: skip


def _members(session: Session, audit_id: UUID, *roles: MemberRole) -> frozenset[UUID]:
    query = sa.select(AuditMember.person_id).where(AuditMember.audit_id == audit_id)
    return frozenset(session.scalars(query.where(AuditMember.role.in_(roles)) if roles else query))


def _audit(session: Session, fact: Fact) -> Told | None:
    row = session.get(Audit, UUID(fact.thing_id))
    if row is None:
        return None
    return Told(
        people=_members(session, row.id), ref=row.ref, title=row.title, on=row.starts_on, endpoint="plan.show",
        args={"ref": row.ref},
    )  # fmt: skip


def _auditees(session: Session, fact: Fact) -> Told | None:
    row = session.get(Audit, fact.context_id) if fact.context_id is not None else None
    if row is None:
        return None
    runs = session.execute(
        sa.select(Relationship.owner_id, Relationship.manager_id)
        .join(AuditRelationship, AuditRelationship.relationship_id == Relationship.id)
        .where(AuditRelationship.audit_id == row.id)
    )
    people = {one for pair in runs for one in pair if one is not None}
    return Told(
        people=frozenset(people) | _members(session, row.id, MemberRole.AUDITEE), ref=row.ref, title=row.title,
        on=row.ends_on, endpoint="report.show", args={"ref": row.ref},
    )  # fmt: skip


def _relationship(session: Session, fact: Fact) -> Told | None:
    row = session.get(Relationship, fact.context_id) if fact.context_id is not None else None
    if row is None:
        return None
    return Told(
        people=frozenset(one for one in (row.owner_id, row.manager_id, row.ser_id) if one is not None),
        ref=fact.thing_ref, title=row.name, on=None, endpoint="exits.of_relationship", args={"ref": row.ref},
        relationship_id=row.id,
    )  # fmt: skip


def _review(session: Session, fact: Fact) -> Told | None:
    """Reviews stand above this room: their facts name whom they are told to, and what they are called."""
    del session
    said = json.loads(fact.after or "{}")
    people = said.get("tell", ())
    return Told(
        people=frozenset(UUID(one) for one in people), ref=fact.thing_ref, title=str(said.get("title", "")),
        on=date.fromisoformat(said["planned_on"]) if "planned_on" in said else None,
        endpoint="management_review.show", args={"ref": fact.thing_ref},
    ) if people else None  # fmt: skip


_CIRCLES: Mapping[Circle, Callable[[Session, Fact], Told | None]] = {
    Circle.ACTION_OWNER: _action,
    Circle.AUDIT_MEMBERS: _audit,
    Circle.AUDITEES: _auditees,
    Circle.RELATIONSHIP: _relationship,
    Circle.REVIEW: _review,
}
