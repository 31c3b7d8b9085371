"""Reading persons: the list, and all that a person's page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.fulltext import matching
from auditapp.kit.paging import Page, paginate
from auditapp.people.competence_rules import Validity, validity
from auditapp.people.model import Account, Competence, Person, ProcessResponsibility, RoleGrant, Training
from auditapp.people.queries import partner_names, relationship_names
from auditapp.people.rules import Role


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A line of the list: ``roles`` held anywhere in their order, the worst ``competence``, where from."""

    id: UUID
    name: str
    email: str
    job_title: str
    partner: str | None
    roles: tuple[Role, ...]
    competence: Validity | None


def list_persons(
    session: Session, *, search: str, role: Role | None, active: bool, on: date, page: int
) -> Page[PersonRow]:
    """One page of persons by name. Five statements at most, whatever the size."""
    query = sa.select(Person).where(Person.active.is_(active)).order_by(Person.name, Person.id)
    if search:
        query = query.where(
            Person.name.icontains(search, autoescape=True)
            | Person.email.icontains(search, autoescape=True)
            | Person.job_title.icontains(search, autoescape=True)
            | Person.id.in_(matching("person", search))
        )
    if role is not None:
        query = query.where(Person.id.in_(sa.select(RoleGrant.person_id).where(RoleGrant.role == role)))
    found = paginate(session, query, page=page)
    ids = [person.id for person in found.rows]
    held: dict[UUID, set[Role]] = {}
    for person_id, one in session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(ids))
    ):
        held.setdefault(person_id, set()).add(one)
    stands: dict[UUID, set[Validity]] = {}
    for person_id, since, expires_on in session.execute(
        sa.select(Competence.person_id, Competence.since, Competence.expires_on).where(
            Competence.person_id.in_(ids)
        )
    ):
        stands.setdefault(person_id, set()).add(validity(since, expires_on, on))
    worst = (Validity.EXPIRED, Validity.SOON, Validity.VALID, Validity.LATER)
    partners = dict(partner_names(session)) if any(person.partner_id for person in found.rows) else {}
    rows = [
        PersonRow(
            id=person.id,
            name=person.name,
            email=person.email,
            job_title=person.job_title,
            partner=partners.get(person.partner_id) if person.partner_id else None,
            roles=tuple(one for one in Role if one in held.get(person.id, ())),
            competence=next((one for one in worst if one in stands.get(person.id, ())), None),
        )
        for person in found.rows
    ]
    return Page(rows=rows, number=found.number, per_page=found.per_page, total=found.total)


def person_by_id(session: Session, person_id: UUID) -> Person:
    """A person; raises NotFound. Everybody of the own organization may look at everybody."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role held; ``ref`` and ``relationship`` name the one it is held for, ``None`` for all."""

    id: UUID
    role: Role
    ref: str | None
    relationship: str | None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All that a person's page shows besides the person."""

    partner: str | None
    account: Account | None
    grants: Sequence[Grant]
    responsibilities: frozenset[str]
    competences: Sequence[Competence]
    trainings: Sequence[Training]


def dossier(session: Session, person: Person) -> Dossier:
    """What belongs to one person. At most seven statements."""
    grants = session.execute(
        sa.select(RoleGrant.id, RoleGrant.role, RoleGrant.relationship_id).where(
            RoleGrant.person_id == person.id
        )
    ).all()
    scopes = {grant.relationship_id for grant in grants if grant.relationship_id is not None}
    names = {one: (ref, name) for one, ref, name in relationship_names(session, scopes)} if scopes else {}
    nowhere = (None, None)
    order = list(Role)
    return Dossier(
        partner=dict(partner_names(session)).get(person.partner_id) if person.partner_id else None,
        account=session.get(Account, person.id),
        grants=sorted(
            (
                Grant(id=one.id, role=one.role, ref=ref, relationship=name)
                for one in grants
                for ref, name in (
                    names.get(one.relationship_id, nowhere) if one.relationship_id else nowhere,
                )
            ),
            key=lambda grant: (order.index(grant.role), grant.ref or ""),
        ),
        responsibilities=frozenset(
            session.scalars(
                sa.select(ProcessResponsibility.stage).where(ProcessResponsibility.person_id == person.id)
            )
        ),
        competences=session.scalars(
            sa.select(Competence)
            .where(Competence.person_id == person.id)
            .order_by(Competence.library_key)
            .limit(200)
        ).all(),
        trainings=session.scalars(
            sa.select(Training)
            .where(Training.person_id == person.id)
            .order_by(Training.taken_on.desc())
            .limit(200)
        ).all(),
    )
