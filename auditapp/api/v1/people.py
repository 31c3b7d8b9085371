"""Who the token acts as, people, what is due, and the history."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, holder
from auditapp.api.lists import Names, page, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import MOST_ROWS, ROWS, Asked, Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.overview.history.queries import told_of
from auditapp.people import model
from auditapp.people.guards import actor
from auditapp.people.queries import partner_names, today_of
from auditapp.people.rules import Capability, Role
from auditapp.relationships.queries import relationship_by_ref
from auditapp.reminders.coming.queries import due_for
from auditapp.reminders.coming.rules import Asked as DueWanted
from auditapp.reminders.coming.rules import Period, Show
from auditapp.reminders.ladder.queries import run_ids
from auditapp.reminders.rules import DueItem, Kind, Severity
from auditapp.trail.model import Fact
from auditapp.trail.queries import facts_of

ME, PEOPLE, DUE, HISTORY = "You", "People", "What is due", "History"


class Me(Given):
    """Who the token acts as, and what it is for."""

    person: Person
    email: str
    roles: list[Role]
    token: str
    scopes: list[Scope]
    expires_at: datetime


@get("/me", scope=None, gives=Me, tag=ME)
def me() -> object:
    """Who the token acts as, and what it is for."""
    who, held = actor(), holder()
    return Me(
        person=Person(id=who.person_id, name=who.name),
        email=who.email,
        roles=sorted(who.all_roles),
        token=held.ref,
        scopes=sorted(held.scopes),
        expires_at=held.expires_at,
    )


class PeopleAsked(Paging):
    """Which people."""

    role: Role | None = Field(default=None)
    words: Line = Field(default="", description="In the name or the e-mail address.")


class Somebody(Given):
    """A person."""

    id: UUID
    name: str
    email: str
    job_title: str
    partner: str | None
    active: bool
    roles: list[Role]
    page: str


def somebodies(rows: list[model.Person]) -> list[Somebody]:
    """People as the list shows them. Three statements."""
    session = current_session()
    partners = dict(partner_names(session)) if any(one.partner_id for one in rows) else {}
    held: dict[UUID, set[Role]] = {}
    grants = sa.select(model.RoleGrant.person_id, model.RoleGrant.role)
    for person_id, role in session.execute(
        grants.where(model.RoleGrant.person_id.in_([one.id for one in rows]))
    ):
        held.setdefault(person_id, set()).add(role)
    return [
        told(
            Somebody,
            row,
            partner=partners.get(row.partner_id) if row.partner_id else None,
            roles=sorted(held.get(row.id, ())),
            page=site("persons.show", person_id=row.id),
        )
        for row in rows
    ]


@get(
    "/people",
    scope=Scope.READ_PEOPLE,
    gives=listing(Somebody),
    needs=(Capability.VIEW_ORGANIZATION,),
    tag=PEOPLE,
)
def people(query: PeopleAsked) -> object:
    """The active people."""
    asked = sa.select(model.Person).where(model.Person.active)
    if query.role is not None:
        asked = asked.where(
            model.Person.id.in_(
                sa.select(model.RoleGrant.person_id).where(model.RoleGrant.role == query.role)
            )
        )
    if query.words:
        asked = asked.where(
            model.Person.name.icontains(query.words, autoescape=True)
            | model.Person.email.icontains(query.words, autoescape=True)
        )
    rows, cursor = rows_of(current_session(), asked, model.Person.id, query)
    return page(Somebody, somebodies(list(rows)), cursor)


class Numbered(Asked):
    """Which part of a list that is counted."""

    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS, description="How many rows at most.")
    cursor: int = Field(default=0, ge=0, le=2**53, description="`next_cursor` of the page before.")


class DueAsked(Numbered):
    """What is due, for whom, how far ahead."""

    show: Show = Field(default=Show.MINE)
    days: int = Field(
        default=30, ge=0, le=90, description="How many days ahead; what is overdue always comes."
    )
    kind: Kind | None = Field(default=None)
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")


class DueThing(Given):
    """One thing that is due."""

    key: str
    kind: Kind
    ref: str
    title: str
    step: str
    due_on: date
    due_at: datetime | None
    severity: Severity
    relationship: Link | None
    owners: list[Person]
    reminder: UUID | None = Field(description="The reminder that runs for it; null: it begins later.")
    page: str


@get("/due", scope=Scope.READ_AUDITS, gives=listing(DueThing), tag=DUE)
def due(query: DueAsked) -> object:
    """What is due, the first first."""
    session, who, at = current_session(), actor(), clock.now()
    inside = who.can(Capability.VIEW_ORGANIZATION)
    wanted = DueWanted(
        show=query.show if inside or query.show is not Show.TEAM else Show.MINE,
        period=Period.QUARTER,
        kind=query.kind,
        relationship_id=relationship_by_ref(session, who, query.relationship).id
        if query.relationship
        else None,
    )
    today = today_of(session, at)
    items = [
        one
        for one in due_for(session, who, wanted, at=at, today=today)
        if (one.due_on - today).days <= query.days
    ]
    shown = items[query.cursor : query.cursor + query.limit]
    names = Names(
        session,
        people=[one for item in shown for one in item.owners],
        relationships=[item.relationship_id for item in shown],
    )
    runs = run_ids(session, [one.key for one in shown])
    more = query.cursor + query.limit
    return page(
        DueThing,
        (_due(item, names, runs.get(item.key)) for item in shown),
        more if more < len(items) else None,
    )


def _due(item: DueItem, names: Names, run_id: UUID | None) -> DueThing:
    return told(
        DueThing,
        item,
        step=str(item.step),
        relationship=names.relationship(item.relationship_id),
        owners=[found for one in item.owners if (found := names.person(one))],
        reminder=run_id,
        page=site(item.endpoint, **item.args),
    )


class HistoryAsked(Numbered):
    """Which facts."""

    verb: Line = Field(default="", description="Such as `audit.opened`.")
    thing_kind: Line = Field(default="", description="Such as `audit`.")
    ref: Line = Field(default="", description="The number of a thing.")


class HistoryFact(Given):
    """Something that happened."""

    seq: int
    at: datetime
    verb: str
    thing_kind: str
    thing_ref: str
    sentence: str


@get(
    "/history",
    scope=Scope.READ_HISTORY,
    gives=listing(HistoryFact),
    needs=(Capability.VIEW_TRAIL,),
    tag=HISTORY,
)
def history(query: HistoryAsked) -> object:
    """What happened, the newest first. ``cursor``: only what is older than that number."""
    if not actor().can(Capability.VIEW_TRAIL):
        raise NotAllowed(
            Text("The whole history is read by those who have the role for the whole organization.")
        )
    session = current_session()
    asked = facts_of(thing_kind=query.thing_kind or None)
    if query.cursor:
        asked = asked.where(Fact.seq < query.cursor)
    if query.verb:
        asked = asked.where(Fact.verb == query.verb)
    if query.ref:
        asked = asked.where(Fact.thing_ref == query.ref)
    facts = session.scalars(asked.limit(query.limit + 1)).all()
    shown = facts[: query.limit]
    sentences = {one.seq: str(one.sentence) for one in told_of(session, shown)}
    return page(
        HistoryFact,
        (told(HistoryFact, one, sentence=sentences[one.seq]) for one in shown),
        shown[-1].seq if len(facts) > query.limit else None,
    )
