"""What can be done with persons: add, change, deactivate, give and take roles, say what they answer for."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Account, Person, ProcessResponsibility, RoleGrant
from auditapp.people.persons.rules import email_fault, role_fault
from auditapp.people.rules import PROCESS_LABELS, Principal, Role, zones
from auditapp.people.service import end_sign_ins, keep_a_manager, must_manage, person_ref
from auditapp.trail.service import record


def add_person(
    session: Session,
    *,
    actor: Principal | None,
    at: datetime,
    name: str,
    email: str,
    job_title: str = "",
    zone: str,
    locale: str = "en",
    partner_id: UUID | None = None,
    roles: Collection[Role] = (),
) -> UUID:
    """A new person with an account that has no password yet; returns the id.

    ``actor`` is ``None`` on the command line and in the first run. ``roles`` are given for all relationships.
    Raises Invalid for an address that is wrong or taken.
    """
    must_manage(actor)
    email = email.strip().lower()
    _particulars_fit(session, email=email, zone=zone, person_id=None)
    person_id = new_id()
    session.add(
        Person(
            id=person_id,
            name=name.strip(),
            email=email,
            job_title=job_title.strip(),
            zone=zone,
            locale=locale,
            partner_id=partner_id,
            created_at=at,
        )
    )
    session.flush()
    session.add(Account(person_id=person_id))
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="person.added", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id), personal={"name": name, "email": email},
        personal_of=person_id,
    )  # fmt: skip
    if partner_id is not None:
        roles = {Role.PARTNER_CONTACT, *roles}
    for role in roles:
        grant_role(session, actor=actor, at=at, person_id=person_id, role=role)
    return person_id


def edit_person(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    person_id: UUID,
    version: int,
    name: str,
    email: str,
    job_title: str,
    zone: str,
    partner_id: UUID | None,
) -> None:
    """Change a person's particulars. ``version`` is the one that was on the page; raises Stale for an older one."""
    must_manage(actor)
    person = _person(session, person_id)
    if person.version != version:
        raise Stale(Text("Somebody changed this person since you opened the page. Open it again and look."))
    email = email.strip().lower()
    _particulars_fit(session, email=email, zone=zone, person_id=person_id)
    before = _plain(person)
    if partner_id != person.partner_id:
        _change_side(session, actor=actor, at=at, person=person, partner_id=partner_id)
    person.name = name.strip()
    person.email = email
    person.job_title = job_title.strip()
    person.zone = zone
    after = _plain(person)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="person.changed", thing_kind="person",
            thing_id=person_id, thing_ref=person_ref(person_id), personal={"before": before, "after": after},
            personal_of=person_id,
        )  # fmt: skip


def deactivate_person(session: Session, *, actor: Principal, at: datetime, person_id: UUID) -> None:
    """Somebody has left: no sign-in any more, in no list of choices; what they did stays. Can be undone."""
    must_manage(actor)
    person = _person(session, person_id)
    if not person.active:
        return
    if person_id == actor.person_id:
        raise Refusal(Text("You cannot deactivate yourself. Ask another system manager."))
    keep_a_manager(session, leaving=person_id)
    person.active = False
    end_sign_ins(session, person_id=person_id, at=at)
    record(
        session, actor_id=actor.person_id, at=at, verb="person.deactivated", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id),
    )  # fmt: skip


def activate_person(session: Session, *, actor: Principal, at: datetime, person_id: UUID) -> None:
    """Undo a deactivation: roles and password are as they were."""
    must_manage(actor)
    person = _person(session, person_id)
    if person.active:
        return
    person.active = True
    record(
        session, actor_id=actor.person_id, at=at, verb="person.activated", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id),
    )  # fmt: skip


def grant_role(
    session: Session,
    *,
    actor: Principal | None,
    at: datetime,
    person_id: UUID,
    role: Role,
    relationship_id: UUID | None = None,
) -> None:
    """Give a role for one relationship, or for all (``None``). One that is held already stays.

    Whether the relationship exists is for the caller to know; the database refuses one that does not.
    """
    must_manage(actor)
    person = _person(session, person_id)
    if (wrong := role_fault(role, partner_id=person.partner_id, relationship_id=relationship_id)) is not None:
        raise Invalid(wrong, field="role")
    held = session.scalar(
        sa.select(RoleGrant.id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.relationship_id == relationship_id
            if relationship_id
            else RoleGrant.relationship_id.is_(None),
        )
    )
    if held is not None:
        return
    session.add(RoleGrant(person_id=person_id, role=role, relationship_id=relationship_id, granted_at=at))
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="role.granted", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id),
        after={"role": role.value, "relationship_id": str(relationship_id) if relationship_id else None},
    )  # fmt: skip


def revoke_role(session: Session, *, actor: Principal, at: datetime, person_id: UUID, grant_id: UUID) -> None:
    """Take a role away. One that is gone already stays so; the last system manager stays one."""
    must_manage(actor)
    grant = session.scalar(
        sa.select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id)
    )
    if grant is None:
        return
    if grant.role is Role.SYSTEM_MANAGER and grant.relationship_id is None:
        keep_a_manager(session, leaving=person_id)
    person = _person(session, person_id)
    if grant.role is Role.PARTNER_CONTACT and person.partner_id is not None:
        raise Refusal(Text("A partner's person stays partner contact. Deactivate the person instead."))
    before = {
        "role": grant.role.value,
        "relationship_id": str(grant.relationship_id) if grant.relationship_id else None,
    }
    session.delete(grant)
    record(
        session, actor_id=actor.person_id, at=at, verb="role.revoked", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id), before=before,
    )  # fmt: skip


def set_responsibilities(
    session: Session, *, actor: Principal, at: datetime, person_id: UUID, stages: Collection[str]
) -> None:
    """Say which stages and processes a person answers for, and so may not audit (ISO 19011 4 e)."""
    must_manage(actor)
    _person(session, person_id)
    wanted = set(stages) & set(PROCESS_LABELS)
    mine = ProcessResponsibility.person_id == person_id
    before = set(session.scalars(sa.select(ProcessResponsibility.stage).where(mine)))
    if before == wanted:
        return
    session.execute(
        sa.delete(ProcessResponsibility).where(mine, ProcessResponsibility.stage.in_(before - wanted))
    )
    session.add_all(
        ProcessResponsibility(person_id=person_id, stage=stage) for stage in sorted(wanted - before)
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="person.responsibilities_set", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id), before=sorted(before), after=sorted(wanted),
    )  # fmt: skip


def _change_side(
    session: Session, *, actor: Principal, at: datetime, person: Person, partner_id: UUID | None
) -> None:
    """From the own organization to a partner or back: roles that do not fit must be taken away by hand first."""
    fits = Role.PARTNER_CONTACT if partner_id is not None else None
    held = set(session.scalars(sa.select(RoleGrant.role).where(RoleGrant.person_id == person.id)))
    if partner_id is not None and held - {Role.PARTNER_CONTACT}:
        raise Invalid(
            Text("Take this person's roles away first: somebody of a partner can only be partner contact."),
            field="partner",
        )
    person.partner_id = partner_id
    session.flush()
    if fits is not None:
        grant_role(session, actor=actor, at=at, person_id=person.id, role=fits)
    elif Role.PARTNER_CONTACT in held:
        session.execute(
            sa.delete(RoleGrant).where(
                RoleGrant.person_id == person.id, RoleGrant.role == Role.PARTNER_CONTACT
            )
        )
        record(
            session, actor_id=actor.person_id, at=at, verb="role.revoked", thing_kind="person",
            thing_id=person.id, thing_ref=person_ref(person.id),
            before={"role": Role.PARTNER_CONTACT.value, "relationship_id": None},
        )  # fmt: skip


def _particulars_fit(session: Session, *, email: str, zone: str, person_id: UUID | None) -> None:
    if (wrong := email_fault(email)) is not None:
        raise Invalid(wrong, field="email")
    if zone not in zones():
        raise Invalid(
            Text("“%(zone)s” is not a time zone; it should look like Europe/London.", zone=zone), field="zone"
        )
    other = session.execute(
        sa.select(Person.id, Person.name, Person.active).where(Person.email == email)
    ).first()
    if other is None or other.id == person_id:
        return
    if not other.active:
        raise Invalid(
            Text(
                "%(name)s had this address and is not active any more. Activate that person instead.",
                name=other.name,
            ),
            field="email",
        )
    raise Invalid(Text("%(name)s has this address already.", name=other.name), field="email")


def _person(session: Session, person_id: UUID) -> Person:
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def _plain(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "email": person.email,
        "job_title": person.job_title,
        "zone": person.zone,
        "partner_id": str(person.partner_id or ""),
    }
