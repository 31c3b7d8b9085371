"""Reading people."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import (
    Account,
    Competence,
    Counter,
    Organization,
    Person,
    ProcessResponsibility,
    RoleGrant,
    SignIn,
)
from auditapp.people.rules import Principal, Role


def organization(session: Session) -> Organization | None:
    """The organization, or ``None`` while the installation is empty."""
    return session.get(Organization, 1)


def principal_of_sign_in(session: Session, *, token_digest: str, at: datetime) -> Principal | None:
    """Who a sign-in belongs to, if it is still good at that moment. One statement."""
    rows = session.execute(
        sa.select(
            SignIn.id, Person.id, Person.name, Person.email, Person.zone, Person.locale, Person.partner_id,
            Account.theme, RoleGrant.role, RoleGrant.relationship_id,
        )
        .join(Person, Person.id == SignIn.person_id)
        .join(Account, Account.person_id == Person.id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            SignIn.digest == token_digest,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > at,
            Account.disabled_at.is_(None),
            Person.active,
        )
    ).all()
    if not rows:
        return None
    everywhere: set[Role] = set()
    scoped: dict[UUID, set[Role]] = {}
    for row in rows:
        role: Role | None = row[8]  # the outer join may find none
        if role is not None:
            (everywhere if row[9] is None else scoped.setdefault(row[9], set())).add(role)
    first = rows[0]
    return Principal(
        sign_in_id=first[0],
        person_id=first[1],
        name=first[2],
        email=first[3],
        zone=first[4],
        locale=first[5],
        partner_id=first[6],
        theme=first[7],
        roles=frozenset(everywhere),
        scoped={key: frozenset(roles) for key, roles in scoped.items()},
    )


def principal_of_person(session: Session, person_id: UUID) -> Principal | None:
    """A person as somebody who acts, without a sign-in (commands, demonstration, tests)."""
    person = session.get(Person, person_id)
    if person is None:
        return None
    grants = session.execute(
        sa.select(RoleGrant.role, RoleGrant.relationship_id).where(RoleGrant.person_id == person_id)
    ).all()
    scoped: dict[UUID, set[Role]] = {}
    for grant in grants:
        if grant.relationship_id is not None:
            scoped.setdefault(grant.relationship_id, set()).add(grant.role)
    return Principal(
        person_id=person.id,
        name=person.name,
        email=person.email,
        zone=person.zone,
        locale=person.locale,
        partner_id=person.partner_id,
        roles=frozenset(grant.role for grant in grants if grant.relationship_id is None),
        scoped={key: frozenset(roles) for key, roles in scoped.items()},
    )


def next_number(session: Session, series: str) -> int:
    """The next number of a series, counted from 1. Call it inside a writing unit only."""
    counter = session.get(Counter, series)
    if counter is None:
        counter = Counter(series=series, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return counter.last


@dataclass(frozen=True, kw_only=True)
class Duties:
    """What a person answers for: inputs of ``competence_rules.independence_conflicts``."""

    roles_scoped: dict[UUID, set[Role]] = field(default_factory=dict)
    responsibilities: set[str] = field(default_factory=set)


def competences_of(
    session: Session, person_ids: Collection[UUID]
) -> dict[UUID, list[tuple[str, date, date | None]]]:
    """(library key, since, last day) per person, an entry for each one asked for. One statement."""
    found: dict[UUID, list[tuple[str, date, date | None]]] = {person_id: [] for person_id in person_ids}
    rows = session.execute(
        sa.select(Competence.person_id, Competence.library_key, Competence.since, Competence.expires_on)
        .where(Competence.person_id.in_(found))
        .order_by(Competence.library_key)
    )
    for person_id, key, since, expires_on in rows:
        found[person_id].append((key, since, expires_on))
    return found


def duties_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, Duties]:
    """What each person answers for, an entry for each one asked for. Two statements."""
    found = {person_id: Duties() for person_id in person_ids}
    grants = session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.relationship_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(found), RoleGrant.relationship_id.is_not(None)
        )
    )
    for person_id, relationship_id, role in grants:
        if relationship_id is not None:
            found[person_id].roles_scoped.setdefault(relationship_id, set()).add(role)
    stages = session.execute(
        sa.select(ProcessResponsibility.person_id, ProcessResponsibility.stage).where(
            ProcessResponsibility.person_id.in_(found)
        )
    )
    for person_id, stage in stages:
        found[person_id].responsibilities.add(stage)
    return found
