"""The ladder of a relationship as it is now: what was set, and the default for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.contacts.queries import people_of
from auditapp.relationships.issues.model import IssueHolder, IssueLadder
from auditapp.relationships.issues.rules.clock import Calendar, Party
from auditapp.relationships.issues.rules.ladder import (
    DEFAULT_ANSWER_DAYS,
    Expiry,
    Holder,
    Level,
    Severity,
    limits_from,
    zone_of_country,
)
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import MemberRole

Parties = list[tuple[UUID | None, str]]
_M = MemberRole
# Who of the partner stands on a level when nobody is named: the first of these roles that somebody has.
_BY_ROLE: Mapping[Level, tuple[MemberRole, ...]] = {
    Level.OPERATIONAL: (_M.CONTACT, _M.JOINT_TEAM, _M.PARTNER_MANAGER),
    Level.MANAGEMENT: (_M.PARTNER_MANAGER, _M.JOINT_TEAM),
    Level.EXECUTIVE: (_M.PARTNER_SER,),
    Level.FINAL: (),
}


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """A relationship's ladder. ``holders`` by level and partner id (``None``: our own); ``version`` 0: all default."""

    limits: dict[Level, dict[Severity, int]]
    expiry: Expiry
    answer_days: int
    own: Calendar
    partners: dict[UUID, Calendar]
    own_zone: str
    zones: dict[str, str]
    version: int
    holders: dict[tuple[Level, UUID | None], Holder] = field(default_factory=dict)
    named: frozenset[tuple[Level, UUID | None]] = frozenset()

    def calendars(self, partner_id: UUID | None) -> dict[Party, Calendar]:
        """Whose days count for an issue with a partner."""
        partner = self.partners.get(partner_id, self.own) if partner_id is not None else self.own
        return {Party.OWN: self.own, Party.PARTNER: partner}

    def holder(self, level: Level, party_id: UUID | None) -> Holder:
        """Who stands for a party on a level; an empty one when nobody is named."""
        return self.holders.get((level, party_id), Holder())


def ladder_of(session: Session, relationship: Relationship) -> Ladder:
    """The ladder of a relationship. At most five statements."""
    row = session.get(IssueLadder, relationship.id)
    own = organization(session)
    zones: dict[str, str] = dict(row.zones) if row is not None else {}
    own_zone = row.own_zone if row is not None else ""
    holders, named = _holders(session, relationship)
    return Ladder(
        limits=limits_from(row.limits if row is not None else None),
        expiry=row.expiry if row is not None else Expiry.MOVE,
        answer_days=row.answer_days if row is not None else DEFAULT_ANSWER_DAYS,
        own=Calendar(
            zone=own_zone or (own.zone if own else "UTC"),
            country=own.country if own else "GB",
            subdivision=own.subdivision if own else "",
        ),
        partners={
            partner.id: Calendar(
                zone=zones.get(str(partner.id)) or zone_of_country(partner.country), country=partner.country
            )
            for partner in relationship.partners
        },
        own_zone=own_zone,
        zones=zones,
        version=row.version if row is not None else 0,
        holders=holders,
        named=named,
    )


def _holders(
    session: Session, relationship: Relationship
) -> tuple[dict[tuple[Level, UUID | None], Holder], frozenset[tuple[Level, UUID | None]]]:
    rows = session.scalars(sa.select(IssueHolder).where(IssueHolder.relationship_id == relationship.id)).all()
    seats = {
        Level.OPERATIONAL: relationship.manager_id,
        Level.MANAGEMENT: relationship.owner_id or relationship.manager_id,
        Level.EXECUTIVE: relationship.ser_id,
    }
    people = people_of(session, relationship.id)
    wanted = {row.person_id for row in rows} | set(seats.values())
    names = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(Person.id, Person.name).where(Person.id.in_(one for one in wanted if one is not None))
        )
    }
    found: dict[tuple[Level, UUID | None], Holder] = {
        (level, None): Holder(person_id=str(person_id), name=names[person_id])
        for level, person_id in seats.items()
        if person_id is not None
    }
    for partner in relationship.partners:
        for level, roles in _BY_ROLE.items():
            for role in roles:
                first = next(
                    (one for one in people if one.party_id == partner.id and role in one.roles), None
                )
                if first is not None:
                    found[level, partner.id] = Holder(person_id=str(first.person_id), name=first.name)
                    break
    for row in rows:
        found[Level(row.level), row.party_id] = Holder(
            person_id=str(row.person_id or ""),
            name=names.get(row.person_id, row.name) if row.person_id is not None else row.name,
        )
    return found, frozenset((Level(row.level), row.party_id) for row in rows)


def parties_of(session: Session, principal: Principal, relationship: Relationship) -> Parties:
    """(id, name) of our own organization (``None``), and of the partners that the reader may know of. One statement."""
    own = organization(session)
    mine = principal.partner_id
    return [(None, own.name if own else "")] + [
        (one.id, one.name) for one in relationship.partners if mine is None or one.id == mine
    ]


def possible_holders(
    session: Session, relationship: Relationship, ladder: Ladder
) -> dict[UUID | None, list[tuple[str, str]]]:
    """(person id, name) that can be named for each party: our active people, the partners' people in it."""
    own = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.active, Person.partner_id.is_(None))
        .order_by(Person.name, Person.id)
        .limit(2000)
    )
    found: dict[UUID | None, list[tuple[str, str]]] = {None: [(str(row[0]), row[1]) for row in own]}
    people = people_of(session, relationship.id)
    for partner in relationship.partners:
        found[partner.id] = [(str(one.person_id), one.name) for one in people if one.party_id == partner.id]
    # Who is named stays on offer, even if they have left since.
    for key in ladder.named:
        one = ladder.holders[key]
        offered = found.get(key[1])
        if one.person_id and offered is not None and one.person_id not in dict(offered):
            offered.append((one.person_id, one.name))
    return found
