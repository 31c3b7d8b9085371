"""Reading the people of a relationship, its terms, and who has access."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.people.model import Account, Person, Setting, SignIn
from auditapp.people.rules import Principal
from auditapp.relationships.contacts.model import AccessLink, BreakPoint, CriterionScore, Interdependency
from auditapp.relationships.contacts.rules import CRITERIA_SETTING, Criterion, criteria_from
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import MemberRole

SEATS = ("ser", "owner", "manager")


@dataclass(frozen=True, kw_only=True)
class Someone:
    """Somebody of a relationship. ``party_id``: their partner, ``None`` for our own organization.

    ``roles``: ``ser``, ``owner``, ``manager`` of our side, and values of :class:`MemberRole`.
    """

    person_id: UUID
    name: str
    job_title: str
    party_id: UUID | None
    roles: frozenset[str]


def people_of(session: Session, relationship_id: UUID) -> list[Someone]:
    """The active people of a relationship, both sides, by name: its seats and its members. Two statements."""
    seats = session.execute(
        sa.select(Relationship.ser_id, Relationship.owner_id, Relationship.manager_id).where(
            Relationship.id == relationship_id
        )
    ).first()
    roles: dict[UUID, set[str]] = {}
    for seat, person_id in zip(SEATS, seats or (), strict=False):
        if person_id is not None:
            roles.setdefault(person_id, set()).add(seat)
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.job_title, Person.partner_id, RelationshipMember.role)
        .outerjoin(
            RelationshipMember,
            sa.and_(
                RelationshipMember.person_id == Person.id,
                RelationshipMember.relationship_id == relationship_id,
                RelationshipMember.until.is_(None),
            ),
        )
        .where(
            Person.active, sa.or_(Person.id.in_(roles), RelationshipMember.relationship_id == relationship_id)
        )
        .order_by(Person.name)
    ).all()
    for row in rows:
        if row[4] is not None:
            roles.setdefault(row[0], set()).add(row[4].value)
    seen: dict[UUID, Someone] = {}
    for row in rows:
        seen.setdefault(
            row[0],
            Someone(
                person_id=row[0], name=row[1], job_title=row[2], party_id=row[3], roles=frozenset(roles[row[0]])
            ),
        )  # fmt: skip
    return list(seen.values())


def members_of(session: Session, relationship_id: UUID) -> Sequence[tuple[RelationshipMember, Person]]:
    """Current memberships with their people."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(RelationshipMember, Person)
            .join(Person, Person.id == RelationshipMember.person_id)
            .where(RelationshipMember.relationship_id == relationship_id, RelationshipMember.until.is_(None))
            .order_by(Person.name, RelationshipMember.role)
        )
    ]


def unseeing(session: Session, relationship_id: UUID) -> Sequence[Person]:
    """Active people of the partners who are no members, and so see nothing of this relationship yet."""
    return session.scalars(
        sa.select(Person)
        .join(RelationshipPartner, RelationshipPartner.partner_id == Person.partner_id)
        .where(
            RelationshipPartner.relationship_id == relationship_id,
            Person.active,
            Person.id.not_in(
                sa.select(RelationshipMember.person_id).where(
                    RelationshipMember.relationship_id == relationship_id, RelationshipMember.until.is_(None)
                )
            ),
        )
        .order_by(Person.name)
        .limit(100)
    ).all()


def candidates(session: Session, relationship_id: UUID) -> list[tuple[UUID, str, str]]:
    """(id, name, partner's name) of the active people who may become members: our own and the partners'."""
    partner = aliased(Partner)
    rows = session.execute(
        sa.select(Person.id, Person.name, partner.name)
        .outerjoin(partner, partner.id == Person.partner_id)
        .where(
            Person.active,
            sa.or_(
                Person.partner_id.is_(None),
                Person.partner_id.in_(
                    sa.select(RelationshipPartner.partner_id).where(
                        RelationshipPartner.relationship_id == relationship_id
                    )
                ),
            ),
        )
        .order_by(Person.partner_id.is_(None), Person.name)
        .limit(2000)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a contact has: links that wait, and sign-ins that live."""

    link: AccessLink | None
    sign_in: SignIn | None
    person_id: UUID
    name: str


def access_of(session: Session, relationship_id: UUID, *, at: datetime) -> list[Access]:
    """Links of a relationship that still work, and live sign-ins of its contacts, by name. Two statements."""
    links = session.execute(
        sa.select(AccessLink, Person.name)
        .join(Person, Person.id == AccessLink.person_id)
        .where(
            AccessLink.relationship_id == relationship_id,
            AccessLink.used_at.is_(None),
            AccessLink.revoked_at.is_(None),
            AccessLink.expires_at > at,
        )
        .order_by(Person.name, AccessLink.made_at)
    )
    found = [Access(link=row[0], sign_in=None, person_id=row[0].person_id, name=row[1]) for row in links]
    sign_ins = session.execute(
        sa.select(SignIn, Person.name)
        .join(Person, Person.id == SignIn.person_id)
        .where(
            Person.partner_id.is_not(None),
            Person.id.in_(
                sa.select(RelationshipMember.person_id).where(
                    RelationshipMember.relationship_id == relationship_id, RelationshipMember.until.is_(None)
                )
            ),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > at,
        )
        .order_by(Person.name, SignIn.created_at)
        .limit(200)
    )
    return found + [
        Access(link=None, sign_in=row[0], person_id=row[0].person_id, name=row[1]) for row in sign_ins
    ]


def link_of(
    session: Session, *, secret_digest: str, at: datetime
) -> tuple[AccessLink, Person, Relationship] | None:
    """What a secret opens, if it still does: its person is active and still a member, and the account not disabled."""
    row = session.execute(
        sa.select(AccessLink, Person, Relationship)
        .join(Person, Person.id == AccessLink.person_id)
        .join(Relationship, Relationship.id == AccessLink.relationship_id)
        .join(
            RelationshipMember,
            sa.and_(
                RelationshipMember.person_id == Person.id,
                RelationshipMember.relationship_id == Relationship.id,
                RelationshipMember.until.is_(None),
            ),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            AccessLink.digest == secret_digest,
            AccessLink.used_at.is_(None),
            AccessLink.revoked_at.is_(None),
            AccessLink.expires_at > at,
            Person.active,
            Person.partner_id.is_not(None),
            Account.disabled_at.is_(None),
        )
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def criteria(session: Session) -> tuple[Criterion, ...]:
    """The criteria of segmentation and priority."""
    row = session.get(Setting, CRITERIA_SETTING)
    return criteria_from(row.value if row else None)


def scores_of(session: Session, relationship_id: UUID) -> dict[str, CriterionScore]:
    """How a relationship scores, by criterion."""
    return {
        one.criterion: one
        for one in session.scalars(
            sa.select(CriterionScore).where(CriterionScore.relationship_id == relationship_id)
        )
    }


def break_points(session: Session, relationship_id: UUID) -> Sequence[BreakPoint]:
    """The break points of a relationship, by day."""
    return session.scalars(
        sa.select(BreakPoint).where(BreakPoint.relationship_id == relationship_id).order_by(BreakPoint.on)
    ).all()


def next_break(session: Session, relationship_id: UUID, today: date) -> BreakPoint | None:
    """The next break point."""
    return session.scalars(
        sa.select(BreakPoint)
        .where(BreakPoint.relationship_id == relationship_id, BreakPoint.on >= today)
        .order_by(BreakPoint.on)
        .limit(1)
    ).first()


@dataclass(frozen=True, kw_only=True)
class Lean:
    """An interdependency seen from one relationship: ``leans`` when it leans on the other, else it is leant on."""

    row: Interdependency
    other: Relationship
    leans: bool


def interdependencies(session: Session, principal: Principal, relationship_id: UUID) -> list[Lean]:
    """What a relationship leans on, and what leans on it, of what somebody may see. One statement and the partners."""
    other = aliased(Relationship)
    rows = session.execute(
        sa.select(Interdependency, other)
        .join(
            other,
            sa.or_(
                sa.and_(
                    Interdependency.relationship_id == relationship_id, other.id == Interdependency.other_id
                ),
                sa.and_(
                    Interdependency.other_id == relationship_id, other.id == Interdependency.relationship_id
                ),
            ),
        )
        .where(other.id.in_(visible_relationships(principal).with_only_columns(Relationship.id)))
        .order_by(other.ref)
    )
    return [Lean(row=row[0], other=row[1], leans=row[0].relationship_id == relationship_id) for row in rows]


def roles_in(session: Session, relationship_id: UUID, person_id: UUID) -> set[MemberRole]:
    """What somebody is in a relationship by membership."""
    return set(
        session.scalars(
            sa.select(RelationshipMember.role).where(
                RelationshipMember.relationship_id == relationship_id,
                RelationshipMember.person_id == person_id,
                RelationshipMember.until.is_(None),
            )
        )
    )
