"""People in full: roles and what they answer for, training and competence, and when they may be told."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.people import PEOPLE, Somebody, somebodies
from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.people import model
from auditapp.people.competence.queries import Which, narrowed
from auditapp.people.competence_rules import Validity, validity
from auditapp.people.guards import actor
from auditapp.people.organization.rules import coming_holidays
from auditapp.people.persons.queries import dossier, person_by_id
from auditapp.people.queries import library_names
from auditapp.people.rules import Capability, Role
from auditapp.reminders.quiet import queries as quiet
from auditapp.reminders.quiet.labels import clock_words
from auditapp.reminders.quiet.routes import SHOWN_HOLIDAYS
from auditapp.reminders.quiet.rules import away_on, deputy_on, local_day, next_digest

READ = Scope.READ_PEOPLE
INSIDE = (Capability.VIEW_ORGANIZATION,)


class RecordsAsked(Paging):
    """Which records."""

    which: Which = Field(default=Which.ALL)


class Competence(Given):
    """Against which checklist library somebody may audit, and until when; ``basis``: what it rests on."""

    id: UUID
    person: Person | None
    library_key: str
    library: str
    since: date
    expires_on: date | None
    validity: Validity
    basis: str
    page: str


class Training(Given):
    """A course that somebody took."""

    id: UUID
    person: Person | None
    course: str
    taken_on: date
    expires_on: date | None
    validity: Validity
    note: str
    page: str


class RoleHeld(Given):
    """A role; ``relationship`` null: for all of them."""

    role: Role
    relationship: Link | None


class WholePerson(Somebody):
    """A person with roles, what they answer for, and training and competence."""

    zone: str
    roles_held: list[RoleHeld]
    responsibilities: list[str] = Field(
        description="Stages and processes; nobody audits what they answer for."
    )
    competences: list[Competence]
    trainings: list[Training]


class Absence(Given):
    """Days on which somebody is away; ``deputy``: who is told meanwhile, null: the usual one."""

    id: UUID
    first_on: date
    last_on: date
    deputy: Person | None
    note: str


class Holiday(Given):
    """A public holiday."""

    day: date
    name: str


class PersonRhythm(Given):
    """When and how somebody is told. ``work_days``: 0 is Monday; ``channels``: in the order they are tried.

    ``chosen``: by themselves; otherwise the organization's defaults hold. ``stands_in``: who is told today instead.
    """

    person: Person
    zone: str
    chosen: bool
    work_days: list[int]
    starts: str
    ends: str
    digest: str
    next_digest_on: date | None
    budget: int = Field(description="Messages a day.")
    channels: list[str]
    country: str
    subdivision: str
    deputy: Person | None
    away_until: date | None
    stands_in: Person | None
    absences: list[Absence]
    holidays: list[Holiday]
    page: str


def _today() -> date:
    return day_in(actor().zone, clock.now())


def _competences(rows: list[model.Competence]) -> list[Competence]:
    session, today = current_session(), _today()
    names = Names(session, people=people_in(rows, "person_id"))
    titles = dict(library_names(session)) if rows else {}
    return [
        told(
            Competence,
            row,
            person=names.person(row.person_id),
            library=titles.get(row.library_key, row.library_key),
            validity=validity(row.since, row.expires_on, today),
            page=site("persons.show", person_id=row.person_id, _anchor="competence"),
        )
        for row in rows
    ]


def _trainings(rows: list[model.Training]) -> list[Training]:
    today = _today()
    names = Names(current_session(), people=people_in(rows, "person_id"))
    return [
        told(
            Training,
            row,
            person=names.person(row.person_id),
            validity=validity(row.taken_on, row.expires_on, today),
            page=site("persons.show", person_id=row.person_id, _anchor="training"),
        )
        for row in rows
    ]


def _of_active(table: Any, query: RecordsAsked) -> tuple[list[Any], UUID | None]:
    asked = sa.select(table).join(model.Person, model.Person.id == table.person_id).where(model.Person.active)
    asked = narrowed(asked, table.expires_on, query.which, _today())
    rows, cursor = rows_of(current_session(), asked, table.id, query)
    return list(rows), cursor


@get("/competences", scope=READ, gives=listing(Competence), needs=INSIDE, tag=PEOPLE)
def competences(query: RecordsAsked) -> object:
    """Who may audit against which library, and until when."""
    rows, cursor = _of_active(model.Competence, query)
    return page(Competence, _competences(rows), cursor)


@get("/trainings", scope=READ, gives=listing(Training), needs=INSIDE, tag=PEOPLE)
def trainings(query: RecordsAsked) -> object:
    """The courses that active people took."""
    rows, cursor = _of_active(model.Training, query)
    return page(Training, _trainings(rows), cursor)


@get("/people/<uuid:person_id>", scope=READ, gives=WholePerson, needs=INSIDE, tag=PEOPLE)
def person(person_id: UUID) -> object:
    """One person: roles, what they answer for, training and competence."""
    session = current_session()
    row = person_by_id(session, person_id)
    found = dossier(session, row)
    made = WholePerson(
        **dict(somebodies([row])[0]),
        zone=row.zone,
        roles_held=[
            RoleHeld(
                role=one.role,
                relationship=Link(ref=one.ref, name=one.relationship or "") if one.ref else None,
            )
            for one in found.grants
        ],
        responsibilities=sorted(found.responsibilities),
        competences=_competences(list(found.competences)),
        trainings=_trainings(list(found.trainings)),
    )
    return versioned(made, row.version)


@get("/people/<uuid:person_id>/rhythm", scope=READ, gives=PersonRhythm, tag=PEOPLE)
def rhythm(person_id: UUID) -> object:
    """When and how you are told, and when you are away; the system manager reads everybody's."""
    session, now = current_session(), clock.now()
    row = quiet.person_for(session, actor(), person_id)
    found = quiet.rhythm_of(session, row.id, at=now)
    today = local_day(now, found.zone)
    absences = quiet.absences_of(session, row.id, since=today)
    away, digest = away_on(found, today), next_digest(found, now)
    stand_in = deputy_on(found, today) if away else None
    names = Names(session, people=[found.deputy_id, stand_in, *people_in(absences, "deputy_id")])
    return PersonRhythm(
        person=Person(id=row.id, name=row.name),
        zone=found.zone,
        chosen=quiet.chosen_by(session, row.id) is not None,
        work_days=sorted(found.work_days),
        starts=clock_words(found.starts),
        ends=clock_words(found.ends),
        digest=clock_words(found.digest),
        next_digest_on=local_day(digest, found.zone) if digest else None,
        budget=found.budget,
        channels=list(found.channels),
        country=found.country,
        subdivision=found.subdivision,
        deputy=names.person(found.deputy_id),
        away_until=away.last_on if away else None,
        stands_in=names.person(stand_in),
        absences=[told(Absence, one, deputy=names.person(one.deputy_id)) for one in absences],
        holidays=[
            Holiday(day=day, name=name)
            for day, name in coming_holidays(
                found.country, found.subdivision, after=today, most=SHOWN_HOLIDAYS
            )
        ],
        page=site("quiet.show", person_id=None if row.id == actor().person_id else row.id),
    )
