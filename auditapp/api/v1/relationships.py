"""Relationships with their stages, partners and people."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships import model
from auditapp.relationships.contacts.queries import people_of
from auditapp.relationships.lifecycle.queries import passage_page
from auditapp.relationships.partners.queries import duties
from auditapp.relationships.queries import (
    partner_by_id,
    relationship_by_ref,
    visible_partners,
    visible_relationships,
)
from auditapp.relationships.rules import Kind, Priority, Stage

TAG = "Relationships"
READ = Scope.READ_RELATIONSHIPS


class RelationshipsAsked(Paging):
    """Which relationships."""

    stage: Stage | None = Field(default=None, description="In this stage.")
    priority: Priority | None = Field(default=None)
    words: Line = Field(default="", description="In the number or the name.")


class Relationship(Given):
    """A relationship in a list."""

    ref: str
    name: str
    kind: Kind
    stage: Stage
    priority: Priority
    started_on: date | None
    ended_on: date | None
    owner: Person | None
    page: str


class Partner(Given):
    """A partner."""

    id: UUID
    name: str
    sector: str
    country: str
    active: bool
    page: str


class Duty(Given):
    """Who has which role."""

    role: str
    person: Person


class WholeRelationship(Relationship):
    """A relationship with its partners and who answers for it."""

    purpose: str
    priority_reason: str
    segment: str
    contract_starts_on: date | None
    contract_ends_on: date | None
    notice_days: int | None
    partners: list[Partner]
    duties: list[Duty]


class Contact(Given):
    """Somebody in a relationship, of our own organization or of a partner."""

    person: Person
    job_title: str
    partner_id: UUID | None
    roles: list[str]


class Contacts(Given):
    """Who is who in a relationship."""

    items: list[Contact]


class Passage(Given):
    """A passage from one stage to another."""

    kind: str
    from_stage: Stage
    to_stage: Stage
    at: datetime
    by: Person | None
    reason: str
    missing: list[str]


class Passages(Given):
    """The newest passages."""

    items: list[Passage]


@get("/relationships", scope=READ, gives=listing(Relationship), tag=TAG)
def relationships(query: RelationshipsAsked) -> object:
    """The relationships that you may see."""
    session = current_session()
    asked = visible_relationships(actor())
    if query.stage is not None:
        asked = asked.where(model.Relationship.stage == query.stage)
    if query.priority is not None:
        asked = asked.where(model.Relationship.priority == query.priority)
    if query.words:
        asked = asked.where(
            model.Relationship.ref.icontains(query.words, autoescape=True)
            | model.Relationship.name.icontains(query.words, autoescape=True)
        )
    rows, cursor = rows_of(session, asked, model.Relationship.id, query)
    names = Names(session, people=people_in(rows, "owner_id"))
    return page(
        Relationship,
        (
            told(Relationship, row, owner=names.person(row.owner_id), page=site("dossier.show", ref=row.ref))
            for row in rows
        ),
        cursor,
    )


@get("/relationships/<ref>", scope=READ, gives=WholeRelationship, tag=TAG, ref="Its number, such as R-01.")
def relationship(ref: str) -> object:
    """One relationship."""
    session = current_session()
    row = relationship_by_ref(session, actor(), ref)
    names = Names(session, people=[row.owner_id])
    seen = session.scalars(
        visible_partners(actor()).where(model.Partner.id.in_([one.id for one in row.partners]))
    ).all()
    return versioned(
        told(
            WholeRelationship,
            row,
            owner=names.person(row.owner_id),
            page=site("dossier.show", ref=row.ref),
            partners=[_partner(one) for one in seen],
            duties=[
                Duty(role=one.role.value, person=Person(id=one.person_id, name=one.name))
                for one in duties(session, row)
            ],
        ),
        row.version,
    )


@get("/relationships/<ref>/contacts", scope=READ, gives=Contacts, tag=TAG)
def contacts(ref: str) -> object:
    """Who is who in a relationship."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    return Contacts(
        items=[
            Contact(
                person=Person(id=one.person_id, name=one.name),
                job_title=one.job_title,
                partner_id=one.party_id,
                roles=sorted(one.roles),
            )
            for one in people_of(session, found.id)
        ]
    )


@get(
    "/relationships/<ref>/stages", scope=READ, gives=Passages, needs=(Capability.VIEW_ORGANIZATION,), tag=TAG
)
def stages(ref: str) -> object:
    """How a relationship went from stage to stage: the newest passages."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    rows = passage_page(session, found.id, page=1).rows
    names = Names(session, people=people_in([one[0] for one in rows], "by_id"))
    return Passages(
        items=[
            told(
                Passage,
                row,
                kind=row.kind.value,
                by=names.person(row.by_id),
                missing=[str(one) for one in row.missing or ()],
            )
            for row, *_rest in rows
        ]
    )


@get("/partners", scope=READ, gives=listing(Partner), tag=TAG)
def partners(query: Paging) -> object:
    """The partners that you may see."""
    rows, cursor = rows_of(current_session(), visible_partners(actor()), model.Partner.id, query)
    return page(Partner, map(_partner, rows), cursor)


@get("/partners/<uuid:partner_id>", scope=READ, gives=Partner, tag=TAG)
def partner(partner_id: UUID) -> object:
    """One partner."""
    row = partner_by_id(current_session(), actor(), partner_id)
    return versioned(_partner(row), row.version)


def _partner(row: model.Partner) -> Partner:
    return told(Partner, row, page=site("relationships.partner", partner_id=row.id))
