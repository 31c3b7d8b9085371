"""Who holds what: from a draft with seats to a due item with people.

Only active people, and no partner's contact where nothing is shared with them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import MemberRole, Priority
from auditapp.reminders.rules import DueItem, Level, Severity
from auditapp.reminders.sources.base import Draft, Holder, Seat, within

ROLES = {
    Role.PROGRAMME_MANAGER: Seat.PROGRAMME_MANAGER,
    Role.SYSTEM_MANAGER: Seat.SYSTEM_MANAGER,
    Role.SER: Seat.SER,
}
MEMBERS = {
    MemberRole.JOINT_TEAM: Seat.JOINT_TEAM,
    MemberRole.PARTNER_SER: Seat.PARTNER_SER,
    MemberRole.PARTNER_MANAGER: Seat.PARTNER_MANAGER,
}
Sitting = dict[tuple[UUID | None, Seat], list[UUID]]


def roles(session: Session) -> Sitting:
    """Who holds a role for all relationships, by seat. One statement."""
    found: Sitting = defaultdict(list)
    for role, person_id in session.execute(
        sa.select(RoleGrant.role, RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.relationship_id.is_(None), RoleGrant.role.in_(ROLES))
        .order_by(Person.name, Person.id)
    ):
        found[None, ROLES[role]].append(person_id)
    return found


@dataclass(kw_only=True)
class Holders:
    """Who sits where in the relationships of some drafts, and who of all of them may be asked."""

    seats: Sitting
    critical: set[UUID] = field(default_factory=set)
    inside: set[UUID] = field(default_factory=set)  # active people of our own
    outside: dict[UUID, UUID] = field(default_factory=dict)  # active contacts -> their partner
    members: set[tuple[UUID, UUID]] = field(default_factory=set)  # (relationship, contact) that take part

    def people(self, draft: Draft, holders: Iterable[Holder | None]) -> tuple[UUID, ...]:
        """The people that some holders stand for, who may be asked about it, each once."""
        found: dict[UUID, None] = {}
        for holder in holders:
            for person_id in self._named(draft, holder):
                if person_id not in draft.barred and self._may(draft, person_id):
                    found[person_id] = None
        return tuple(found)

    def _named(self, draft: Draft, holder: Holder | None) -> Collection[UUID]:
        if holder is None:
            return ()
        if isinstance(holder, Seat):
            here = self.seats.get((draft.relationship_id, holder))
            return here or self.seats.get((None, holder), [])
        return (holder,)

    def _may(self, draft: Draft, person_id: UUID) -> bool:
        if person_id in self.inside:
            return True
        partner_id = self.outside.get(person_id)
        if partner_id is None or (draft.partner_id is not None and draft.partner_id != partner_id):
            return False
        if draft.personal:
            return True
        return draft.shared and (draft.relationship_id, person_id) in self.members

    def item(self, draft: Draft, zone: str) -> DueItem:
        """The due item, with whoever holds it and every level over it, other than its owners."""
        owners = self.people(draft, draft.owners)
        for holder in draft.otherwise:
            owners = owners or self.people(draft, [holder])
        levels = (
            (Level.RELATIONSHIP, (Seat.RELATIONSHIP_OWNER, Seat.RELATIONSHIP_MANAGER)),
            (Level.PROGRAMME, (draft.head_id, Seat.PROGRAMME_MANAGER)),
            (Level.SER, (Seat.SER,)),
            (Level.JOINT_BOARD, (Seat.JOINT_TEAM,)),
        )
        above = {}
        for level, holders in levels:
            asked = tuple(one for one in self.people(draft, holders) if one not in owners)
            if asked:
                above[level] = asked
        severity = draft.severity
        if severity is None:
            severity = Severity.SERIOUS if draft.relationship_id in self.critical else Severity.NORMAL
        return DueItem(
            key=draft.key, kind=draft.kind, ref=draft.ref, title=draft.title, step=draft.step, why=draft.why,
            due_on=draft.due_on, version=draft.version, owners=owners, endpoint=draft.endpoint, args=draft.args,
            thing_kind=draft.thing_kind, thing_id=draft.thing_id, severity=severity, due_at=draft.due_at,
            starts_on=draft.starts_on, zone=draft.zone or zone,
            deputies=tuple(one for one in self.people(draft, draft.deputies) if one not in owners),
            above=above, relationship_id=draft.relationship_id, programme_id=draft.programme_id,
            audit_id=draft.audit_id, shared=draft.shared, leads=draft.leads, held_until=draft.held_until,
            changed_at=draft.changed_at, answers=draft.answers,
        )  # fmt: skip


def holders_of(session: Session, drafts: Collection[Draft], seats: Sitting) -> Holders:
    """Everybody that some drafts may need; ``seats``: of :func:`roles`. Three statements."""
    found = Holders(seats=seats)
    relationship_ids = {draft.relationship_id for draft in drafts if draft.relationship_id is not None}
    wanted: set[UUID] = {person_id for people in seats.values() for person_id in people}
    for row in session.execute(
        sa.select(
            Relationship.id, Relationship.ser_id, Relationship.owner_id, Relationship.manager_id, Relationship.priority
        ).where(within(Relationship.id, relationship_ids))
    ):  # fmt: skip
        for seat, person_id in zip(
            (Seat.SER, Seat.RELATIONSHIP_OWNER, Seat.RELATIONSHIP_MANAGER), row[1:4], strict=True
        ):
            if person_id is not None:
                seats[row[0], seat].append(person_id)
                wanted.add(person_id)
        if row[4] is Priority.CRITICAL:
            found.critical.add(row[0])
    for relationship_id, role, person_id, takes_part in session.execute(
        sa.select(
            RelationshipMember.relationship_id,
            RelationshipMember.role,
            RelationshipMember.person_id,
            RelationshipPartner.partner_id,
        )
        .join(Person, Person.id == RelationshipMember.person_id)
        .outerjoin(
            RelationshipPartner,
            sa.and_(
                RelationshipPartner.relationship_id == RelationshipMember.relationship_id,
                RelationshipPartner.partner_id == Person.partner_id,
            ),
        )
        .where(
            within(RelationshipMember.relationship_id, relationship_ids), RelationshipMember.until.is_(None)
        )
        .order_by(RelationshipMember.added_at, RelationshipMember.id)
    ):
        wanted.add(person_id)
        if takes_part is not None:
            found.members.add((relationship_id, person_id))
        if role in MEMBERS:
            seats[relationship_id, MEMBERS[role]].append(person_id)
    for draft in drafts:
        wanted.update(
            one
            for one in (*draft.owners, *draft.deputies, *draft.otherwise, draft.head_id)
            if isinstance(one, UUID)
        )
    for person_id, partner_id in session.execute(
        sa.select(Person.id, Person.partner_id).where(within(Person.id, wanted), Person.active)
    ):
        if partner_id is None:
            found.inside.add(person_id)
        else:
            found.outside[person_id] = partner_id
    return found
