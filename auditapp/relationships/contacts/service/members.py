"""Who is in a relationship, on either side."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.people.service import end_sign_ins
from auditapp.relationships.contacts.model import AccessLink
from auditapp.relationships.model import RelationshipMember, RelationshipPartner
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import MemberRole
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

PARTNERS_ONLY = frozenset({MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER, MemberRole.CONTACT})


def add_member(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    role: MemberRole,
    note: str = "",
) -> RelationshipMember:
    """Somebody becomes a member. From then on a partner's contact sees what is shared of this relationship.

    One partner has one SER and one manager in a relationship: the one before stays a contact. The same again is a
    silent success.
    """
    must_manage(actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    person = session.get(Person, person_id)
    if person is None or not person.active:
        raise Invalid(Text("Choose somebody who is active."), field="person")
    if person.partner_id is None:
        if role in PARTNERS_ONLY:
            raise Invalid(Text("This is a part of the partner's people. Choose one of them."), field="person")
    elif session.get(RelationshipPartner, (relationship_id, person.partner_id)) is None:
        raise Invalid(Text("Their organization does not take part in this relationship."), field="person")
    if role in {MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER}:
        _step_back(session, actor=actor, at=at, relationship_id=relationship_id, person=person, role=role)
    there = session.scalar(
        sa.select(RelationshipMember).where(
            RelationshipMember.relationship_id == relationship_id,
            RelationshipMember.person_id == person_id,
            RelationshipMember.role == role,
        )
    )
    if there is not None and there.until is None:
        return there
    if there is None:
        there = RelationshipMember(
            relationship_id=relationship_id, person_id=person_id, role=role, added_at=at
        )
        session.add(there)
    there.until, there.note, there.added_at = None, note.strip()[:200], at
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.member_added", thing_kind="relationship",
        thing_id=relationship_id, thing_ref=found.ref, context_id=relationship_id,
        after={"role": role.value, "person_id": str(person_id)},
    )  # fmt: skip
    return there


def _step_back(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person: Person,
    role: MemberRole,
) -> None:
    """Whoever held the part for the same partner becomes a contact."""
    for before in session.scalars(
        sa.select(RelationshipMember)
        .join(Person, Person.id == RelationshipMember.person_id)
        .where(
            RelationshipMember.relationship_id == relationship_id,
            RelationshipMember.role == role,
            RelationshipMember.until.is_(None),
            RelationshipMember.person_id != person.id,
            Person.partner_id == person.partner_id,
        )
    ).all():
        before.until = at.date()
        session.flush()
        add_member(
            session, actor=actor, at=at, relationship_id=relationship_id, person_id=before.person_id,
            role=MemberRole.CONTACT,
        )  # fmt: skip


def end_member(session: Session, *, actor: Principal, at: datetime, member_id: UUID, on: date) -> None:
    """Somebody is no longer a member in this part. A contact left without any part loses access at once."""
    member = session.get(RelationshipMember, member_id)
    if member is None:
        raise NotFound
    must_manage(actor, member.relationship_id)
    found = relationship_of(session, actor, member.relationship_id)
    if member.until is not None:
        return
    member.until = on
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.member_removed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        before={"role": member.role.value, "person_id": str(member.person_id)},
    )  # fmt: skip
    person = session.get_one(Person, member.person_id)
    left = session.scalar(
        sa.select(sa.func.count())
        .select_from(RelationshipMember)
        .where(RelationshipMember.person_id == person.id, RelationshipMember.until.is_(None))
    )
    if person.partner_id is not None:
        session.execute(
            sa.update(AccessLink)
            .where(
                AccessLink.person_id == person.id,
                AccessLink.relationship_id == found.id,
                AccessLink.used_at.is_(None),
                AccessLink.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
        if not left:
            end_sign_ins(session, person_id=person.id, at=at)
