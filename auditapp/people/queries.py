"""Reading people."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.orm import UTCDateTime
from auditapp.people.model import (
    Account,
    Competence,
    Counter,
    Organization,
    PasswordLink,
    Person,
    ProcessResponsibility,
    RoleGrant,
    Setting,
    SignIn,
    SignInAttempt,
)
from auditapp.people.rules import Principal, Role

# Rooms above this one, known here by the foreign keys that point to them: only their names are read.
_PARTNER = sa.table("partner", sa.column("id", sa.Uuid()), sa.column("name", sa.String()))
_RELATIONSHIP = sa.table(
    "relationship", sa.column("id", sa.Uuid()), sa.column("ref", sa.String()), sa.column("name", sa.String())
)
_EDITION = sa.table(
    "checklist_edition", sa.column("library_key", sa.String()), sa.column("title", sa.String())
)
_NOTICE = sa.table(
    "notice",
    sa.column("person_id", sa.Uuid()),
    sa.column("not_before", UTCDateTime()),
    sa.column("read_at", UTCDateTime()),
    sa.column("cancelled_at", UTCDateTime()),
)
MOST_NAMES = 2000  # so many choices are offered at most
MOST_UNREAD = 100  # counted so far: more is "99+"


_UNREAD = (
    sa.select(sa.func.count())
    .select_from(
        sa.select(sa.literal(1))
        .select_from(_NOTICE)
        .where(
            _NOTICE.c.person_id == SignIn.person_id,
            _NOTICE.c.read_at.is_(None),
            _NOTICE.c.cancelled_at.is_(None),
            _NOTICE.c.not_before <= sa.bindparam("at"),
        )
        .limit(MOST_UNREAD)
        .correlate(SignIn)
        .subquery()
    )
    .scalar_subquery()
)

# Built once and sent past the ORM: every request asks it.
_SIGNED_IN = (
    sa.select(
        SignIn.id,
        Person.id,
        Person.name,
        Person.email,
        Person.zone,
        Person.locale,
        Person.partner_id,
        Account.theme,
        RoleGrant.role,
        RoleGrant.relationship_id,
        _UNREAD.label("unread"),
    )
    .join(Person, Person.id == SignIn.person_id)
    .join(Account, Account.person_id == Person.id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        SignIn.digest == sa.bindparam("digest"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > sa.bindparam("at"),
        Account.disabled_at.is_(None),
        Person.active,
    )
)


def organization(session: Session) -> Organization | None:
    """The organization, or ``None`` while the installation is empty."""
    return session.get(Organization, 1)


def principal_of_sign_in(session: Session, *, token_digest: str, at: datetime) -> Principal | None:
    """Who a sign-in belongs to, if it is still good at that moment. One statement."""
    rows = session.connection().execute(_SIGNED_IN, {"digest": token_digest, "at": at}).all()
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
        unread=first[10],
        roles=frozenset(everywhere),
        scoped={key: frozenset(roles) for key, roles in scoped.items()},
    )


def principal_of_person(session: Session, person_id: UUID) -> Principal | None:
    """A person as somebody who acts, without a sign-in (commands, demonstration, tests)."""
    person = session.get(Person, person_id)
    return None if person is None else principals_of(session, [person])[person.id]


def principals_of(session: Session, people: Sequence[Person]) -> dict[UUID, Principal]:
    """These people as :func:`principal_of_person` gives each. One statement."""
    held: dict[UUID, list[tuple[Role, UUID | None]]] = {one.id: [] for one in people}
    grants = sa.select(RoleGrant.person_id, RoleGrant.role, RoleGrant.relationship_id)
    for person_id, role, relationship_id in session.execute(grants.where(RoleGrant.person_id.in_(held))):
        held[person_id].append((role, relationship_id))
    return {one.id: _principal(one, held[one.id]) for one in people}


def _principal(person: Person, grants: Sequence[tuple[Role, UUID | None]]) -> Principal:
    scoped: dict[UUID, set[Role]] = {}
    for role, relationship_id in grants:
        if relationship_id is not None:
            scoped.setdefault(relationship_id, set()).add(role)
    return Principal(
        person_id=person.id,
        name=person.name,
        email=person.email,
        zone=person.zone,
        locale=person.locale,
        partner_id=person.partner_id,
        roles=frozenset(role for role, relationship_id in grants if relationship_id is None),
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


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What a password is checked against, as plain values; ``usable`` while person and account are active."""

    person_id: UUID
    name: str
    email: str
    password_hash: str
    usable: bool


def credential_of(session: Session, email: str) -> Credential | None:
    """The credential of an account by its e-mail address, or ``None``."""
    row = session.execute(
        sa.select(
            Person.id, Person.name, Person.email, Account.password_hash, Person.active, Account.disabled_at
        )
        .join(Account, Account.person_id == Person.id)
        .where(Person.email == email.strip().lower())
    ).first()
    if row is None:
        return None
    return Credential(
        person_id=row[0], name=row[1], email=row[2], password_hash=row[3], usable=row[4] and row[5] is None
    )


def paused_until(session: Session, *, key: str, at: datetime, limit: int, minutes: int) -> datetime | None:
    """When credentials under a throttling key are looked at again, or ``None`` when they are now."""
    pause = timedelta(minutes=minutes)
    moments = session.scalars(
        sa.select(SignInAttempt.at)
        .where(SignInAttempt.key == key, SignInAttempt.at > at - pause)
        .order_by(SignInAttempt.at.desc())
        .limit(limit)
    ).all()
    return moments[-1] + pause if len(moments) == limit else None


def person_of_link(session: Session, *, secret_digest: str, at: datetime) -> UUID | None:
    """Whose password a one-time link sets, if it is still good at that moment."""
    return session.scalar(
        sa.select(PasswordLink.person_id)
        .join(Person, Person.id == PasswordLink.person_id)
        .join(Account, Account.person_id == Person.id)
        .where(
            PasswordLink.digest == secret_digest,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > at,
            Person.active,
            Account.disabled_at.is_(None),
        )
    )


def name_and_email(session: Session, person_id: UUID) -> tuple[str, str]:
    """A person's name and address."""
    row = session.execute(sa.select(Person.name, Person.email).where(Person.id == person_id)).one()
    return row[0], row[1]


def sign_ins_of(session: Session, person_id: UUID, at: datetime) -> list[SignIn]:
    """A person's sign-ins that are good now, newest first, at most fifty."""
    return list(
        session.scalars(
            sa.select(SignIn)
            .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
            .order_by(SignIn.created_at.desc())
            .limit(50)
        )
    )


def demonstration_accounts(session: Session) -> dict[str, object] | None:
    """``{"password": …, "accounts": [{"name", "email", "role"}]}`` to try a demonstration with, or ``None``."""
    found = organization(session)
    if found is None or not found.demonstration:
        return None
    kept = session.get(Setting, "demonstration")
    return kept.value if kept is not None and isinstance(kept.value, dict) else None


def today_of(session: Session, at: datetime) -> date:
    """The organization's day at a moment."""
    own = organization(session)
    return day_in(own.zone if own else "UTC", at)


def names_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people by id. One statement, none when there is nobody to name."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def partner_names(session: Session) -> list[tuple[UUID, str]]:
    """(id, name) of the partners, by name."""
    rows = session.execute(
        sa.select(_PARTNER.c.id, _PARTNER.c.name).order_by(_PARTNER.c.name).limit(MOST_NAMES)
    )
    return [(row[0], row[1]) for row in rows]


def relationship_names(session: Session, ids: Collection[UUID] | None = None) -> list[tuple[UUID, str, str]]:
    """(id, number, name) of the relationships, all or those asked for, by number."""
    query = sa.select(_RELATIONSHIP.c.id, _RELATIONSHIP.c.ref, _RELATIONSHIP.c.name).order_by(
        _RELATIONSHIP.c.ref
    )
    if ids is not None:
        query = query.where(_RELATIONSHIP.c.id.in_(ids))
    return [(row[0], row[1], row[2]) for row in session.execute(query.limit(MOST_NAMES))]


def person_names(session: Session, *, own_only: bool = True) -> list[tuple[UUID, str]]:
    """(id, name) of active persons by name, for choices; of the own organization only unless told otherwise."""
    query = (
        sa.select(Person.id, Person.name)
        .where(Person.active)
        .order_by(Person.name, Person.id)
        .limit(MOST_NAMES)
    )
    if own_only:
        query = query.where(Person.partner_id.is_(None))
    return [(row[0], row[1]) for row in session.execute(query)]


def library_names(session: Session) -> list[tuple[str, str]]:
    """(key, title) of the checklist libraries, by title."""
    rows = session.execute(
        sa.select(_EDITION.c.library_key, sa.func.max(_EDITION.c.title).label("title"))
        .group_by(_EDITION.c.library_key)
        .order_by("title")
        .limit(MOST_NAMES)
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, kw_only=True)
class AccountLine:
    """A line of ``auditapp user list``."""

    email: str
    name: str
    state: str
    roles: frozenset[Role]


def account_lines(session: Session, *, everybody: bool) -> list[AccountLine]:
    """Every account with its state: active, no password yet, disabled, not active. Two statements."""
    query = (
        sa.select(
            Person.id, Person.email, Person.name, Person.active, Account.disabled_at, Account.password_hash
        )
        .join(Account, Account.person_id == Person.id)
        .order_by(Person.email)
    )
    if not everybody:
        query = query.where(Person.active)
    held: dict[UUID, set[Role]] = {}
    for person_id, role in session.execute(sa.select(RoleGrant.person_id, RoleGrant.role)):
        held.setdefault(person_id, set()).add(role)
    return [
        AccountLine(
            email=row.email,
            name=row.name,
            state="not active"
            if not row.active
            else "disabled"
            if row.disabled_at
            else "active"
            if row.password_hash
            else "no password yet",
            roles=frozenset(held.get(row.id, ())),
        )
        for row in session.execute(query)
    ]


def person_id_by_email(session: Session, email: str) -> UUID | None:
    """Who has an e-mail address, if anybody."""
    return session.scalar(sa.select(Person.id).where(Person.email == email.strip().lower()))
