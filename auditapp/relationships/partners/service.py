"""What can be done with partners and relationships: add and change them."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.kit.errors import Invalid, NotFound, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal, Role
from auditapp.people.service import person_ref
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import STAGES, Kind, Priority, Stage
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

SEATS = (
    ("ser_id", Role.SER),
    ("owner_id", Role.RELATIONSHIP_OWNER),
    ("manager_id", Role.RELATIONSHIP_MANAGER),
)


def add_partner(
    session: Session,
    *,
    actor: Principal | None,
    at: datetime,
    name: str,
    sector: str,
    country: str,
    note: str = "",
) -> UUID:
    """A new partner; returns the id. Raises Invalid for a name that is taken. ``actor``: ``None`` in the first run."""
    must_manage(actor)
    name = name.strip()
    _name_free(session, name, None)
    partner_id = new_id()
    session.add(
        Partner(id=partner_id, name=name, sector=sector.strip(), country=country, note=note, created_at=at)
    )
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="partner.added", thing_kind="partner",
        thing_id=partner_id, thing_ref=name, after={"sector": sector, "country": country},
    )  # fmt: skip
    return partner_id


def edit_partner(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    partner_id: UUID,
    version: int,
    name: str,
    sector: str,
    country: str,
    note: str,
    active: bool,
) -> None:
    """Change a partner. Raises Stale when somebody was faster."""
    must_manage(actor)
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise NotFound
    if partner.version != version:
        raise Stale(Text("Somebody changed this partner since you opened the page. Open it again and look."))
    name = name.strip()
    _name_free(session, name, partner_id)
    before = _plain_partner(partner)
    partner.name, partner.sector, partner.country = name, sector.strip(), country
    partner.note, partner.active = note, active
    after = _plain_partner(partner)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="partner.changed", thing_kind="partner",
            thing_id=partner_id, thing_ref=name, before=before, after=after,
        )  # fmt: skip


def add_relationship(
    session: Session,
    *,
    actor: Principal | None,
    at: datetime,
    name: str,
    kind: Kind,
    stage: Stage,
    priority: Priority,
    partner_ids: Collection[UUID],
    purpose: str = "",
    ser_id: UUID | None = None,
    owner_id: UUID | None = None,
    manager_id: UUID | None = None,
    started_on: date | None = None,
) -> Relationship:
    """A new relationship with the next free number; whoever answers for it gets the role that goes with it."""
    must_manage(actor)
    _fits(session, stage=stage, partner_ids=partner_ids, seats=(ser_id, owner_id, manager_id))
    found = Relationship(
        id=new_id(),
        ref=_next_ref(session),
        name=name.strip(),
        kind=kind,
        stage=stage,
        priority=priority,
        purpose=purpose,
        ser_id=ser_id,
        owner_id=owner_id,
        manager_id=manager_id,
        started_on=started_on,
        created_at=at,
    )
    session.add(found)
    session.flush()
    session.add_all(
        RelationshipPartner(relationship_id=found.id, partner_id=one) for one in sorted(set(partner_ids))
    )
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="relationship.added",
        thing_kind="relationship", thing_id=found.id, thing_ref=found.ref, after=_plain(found, partner_ids),
    )  # fmt: skip
    for column, role in SEATS:
        _seat(
            session,
            actor=actor,
            at=at,
            relationship_id=found.id,
            role=role,
            old=None,
            new=getattr(found, column),
        )
    return found


def edit_relationship(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    version: int,
    name: str,
    kind: Kind,
    priority: Priority,
    partner_ids: Collection[UUID],
    purpose: str,
    ser_id: UUID | None,
    owner_id: UUID | None,
    manager_id: UUID | None,
    started_on: date | None,
    ended_on: date | None,
) -> None:
    """Change a relationship. Whoever gives up a seat loses the role that went with it, whoever takes it gets it.

    Its stage is not changed here: it moves on its path, which asks for the outputs of the stage.
    """
    must_manage(actor, relationship_id)
    found = session.get(Relationship, relationship_id)
    if found is None:
        raise NotFound
    if found.version != version:
        raise Stale(
            Text("Somebody changed this relationship since you opened the page. Open it again and look.")
        )
    kept = {found.ser_id, found.owner_id, found.manager_id}
    _fits(
        session,
        stage=found.stage,
        partner_ids=partner_ids,
        seats=[one for one in (ser_id, owner_id, manager_id) if one not in kept],
    )
    if started_on is not None and ended_on is not None and ended_on < started_on:
        raise Invalid(Text("The last day lies before the first. Change one of them."), field="ended_on")
    there = set(
        session.scalars(
            sa.select(RelationshipPartner.partner_id).where(
                RelationshipPartner.relationship_id == relationship_id
            )
        )
    )
    before = _plain(found, there)
    for column, role in SEATS:
        new = {"ser_id": ser_id, "owner_id": owner_id, "manager_id": manager_id}[column]
        _seat(
            session,
            actor=actor,
            at=at,
            relationship_id=relationship_id,
            role=role,
            old=getattr(found, column),
            new=new,
        )
        setattr(found, column, new)
    found.name, found.kind, found.priority = name.strip(), kind, priority
    found.purpose, found.started_on, found.ended_on = purpose, started_on, ended_on
    wanted = set(partner_ids)
    session.execute(
        sa.delete(RelationshipPartner).where(
            RelationshipPartner.relationship_id == relationship_id,
            RelationshipPartner.partner_id.in_(there - wanted),
        )
    )
    session.add_all(
        RelationshipPartner(relationship_id=relationship_id, partner_id=one) for one in sorted(wanted - there)
    )
    # The people of a partner who leaves have no part any more.
    for member in session.scalars(
        sa.select(RelationshipMember).where(
            RelationshipMember.relationship_id == relationship_id,
            RelationshipMember.until.is_(None),
            RelationshipMember.person_id.in_(
                sa.select(Person.id).where(Person.partner_id.in_(there - wanted))
            ),
        )
    ).all():
        member.until = at.date()
        record(
            session, actor_id=actor.person_id, at=at, verb="relationship.member_removed", thing_kind="relationship",
            thing_id=relationship_id, thing_ref=found.ref, context_id=relationship_id,
            before={"role": member.role.value, "person_id": str(member.person_id)},
        )  # fmt: skip
    if there != wanted:
        flag_modified(
            found, "name"
        )  # the partners stand in another table: the version must move all the same
    session.flush()
    session.expire(found, ["partners"])
    after = _plain(found, wanted)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="relationship.changed", thing_kind="relationship",
            thing_id=relationship_id, thing_ref=found.ref, before=before, after=after,
        )  # fmt: skip


def _next_ref(session: Session) -> str:
    """``R-01`` and so on; a number that somebody brought in by hand is stepped over."""
    while True:
        ref = f"R-{next_number(session, 'R'):02d}"
        if session.scalar(sa.select(Relationship.id).where(Relationship.ref == ref)) is None:
            return ref


def _name_free(session: Session, name: str, partner_id: UUID | None) -> None:
    other = session.scalar(sa.select(Partner.id).where(sa.func.lower(Partner.name) == name.lower()))
    if other is not None and other != partner_id:
        raise Invalid(Text("There is a partner named %(name)s already.", name=name), field="name")


def _fits(
    session: Session, *, stage: Stage, partner_ids: Collection[UUID], seats: Collection[UUID | None]
) -> None:
    if stage not in STAGES:
        raise Invalid(Text("A relationship stands in one of the eight stages."), field="stage")
    known = set(session.scalars(sa.select(Partner.id).where(Partner.id.in_(set(partner_ids)))))
    if not partner_ids or known != set(partner_ids):
        raise Invalid(Text("Choose at least one partner."), field="partners")
    wanted = {one for one in seats if one is not None}
    own = set(
        session.scalars(
            sa.select(Person.id).where(Person.id.in_(wanted), Person.active, Person.partner_id.is_(None))
        )
    )
    if own != wanted:
        raise Invalid(
            Text("Only active people of our own organization can answer for a relationship."), field="owner"
        )


def _seat(
    session: Session,
    *,
    actor: Principal | None,
    at: datetime,
    relationship_id: UUID,
    role: Role,
    old: UUID | None,
    new: UUID | None,
) -> None:
    """Pass on the role that goes with a seat; part of changing the relationship, so its owner may do it."""
    if old == new:
        return
    for person_id, gives in ((old, False), (new, True)):
        if person_id is None:
            continue
        mine = sa.select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.relationship_id == relationship_id,
        )
        grant = session.scalar(mine)
        if (grant is not None) == gives:
            continue
        what = {"role": role.value, "relationship_id": str(relationship_id)}
        actor_id = actor.person_id if actor else None
        if grant is None:
            session.add(
                RoleGrant(person_id=person_id, role=role, relationship_id=relationship_id, granted_at=at)
            )
            record(
                session, actor_id=actor_id, at=at, verb="role.granted", thing_kind="person", thing_id=person_id,
                thing_ref=person_ref(person_id), context_id=relationship_id, after=what,
            )  # fmt: skip
        else:
            session.delete(grant)
            record(
                session, actor_id=actor_id, at=at, verb="role.revoked", thing_kind="person", thing_id=person_id,
                thing_ref=person_ref(person_id), context_id=relationship_id, before=what,
            )  # fmt: skip


def _plain_partner(partner: Partner) -> dict[str, object]:
    return {
        "name": partner.name,
        "sector": partner.sector,
        "country": partner.country,
        "note": partner.note,
        "active": partner.active,
    }


def _plain(found: Relationship, partner_ids: Collection[UUID]) -> dict[str, object]:
    return {
        "name": found.name,
        "kind": found.kind.value,
        "stage": found.stage.value,
        "priority": found.priority.value,
        "purpose": found.purpose,
        "partners": sorted(str(one) for one in partner_ids),
        "ser_id": str(found.ser_id or ""),
        "owner_id": str(found.owner_id or ""),
        "manager_id": str(found.manager_id or ""),
        "started_on": found.started_on.isoformat() if found.started_on else "",
        "ended_on": found.ended_on.isoformat() if found.ended_on else "",
    }
