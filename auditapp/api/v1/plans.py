"""Relationship management plans as they stand, with their versions, agreements and reviews."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.linked import LinkedRecord, linked
from auditapp.api.v1.registers import of_relationship
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.rules import Shown
from auditapp.relationships.rmp import model, queries
from auditapp.relationships.rmp.rules import OPEN, SECTIONS, PlanKind, ReviewOutcome, VersionStatus
from auditapp.relationships.rules import Sharing, Stage

READ = Scope.READ_RELATIONSHIPS
TAG = "Relationship management plans"


class PlansAsked(Paging):
    """Which plans."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    kind: PlanKind | None = Field(default=None)


class Plan(Given):
    """A relationship management plan, and the version that counts: the one in force, else the one under way."""

    ref: str
    title: str
    kind: PlanKind
    relationship: Link | None
    owner: Person | None
    months: int | None
    number: int | None
    status: str | None
    in_force_on: date | None
    page: str


class Section(Given):
    """A section of a plan, in Markdown, with the records behind it. ``comments``: how many you may read."""

    key: str
    number: int
    title: str
    text: str
    owner: Person | None
    changed_at: datetime
    changed_by: Person | None
    sharing: Sharing | None = Field(description="For our own people.")
    comments: int
    links: list[LinkedRecord]


class PlanVersion(Given):
    """A version of a plan. ``reason``: why it was begun, for our own people."""

    number: int
    status: VersionStatus
    reason: str
    created_at: datetime
    submitted_at: datetime | None
    in_force_on: date | None
    superseded_on: date | None
    pdf: str
    word: str


class PlanAgreement(Given):
    """The agreement of a party to the version under way. Not ``counts``: to an earlier text of it."""

    party: str
    by: str
    at: datetime
    counts: bool
    on_behalf: bool
    note: str


class PlanReview(Given):
    """A review as it was held. ``changes`` are told to our own people."""

    version: int
    held_on: date
    ours: str
    theirs: str
    outcome: ReviewOutcome
    changes: str
    intended_on: date | None


class PlanTick(Given):
    """The plan was updated for a stage."""

    stage: Stage
    at: datetime
    by: str
    note: str


class WholePlan(Plan):
    """A plan with the sections of that version, as far as you may read them."""

    partner_owner: Person | None
    sections: list[Section]
    missing: list[str] = Field(description="Keys of sections that nobody wrote, for our own people.")
    versions: list[PlanVersion]
    agreements: list[PlanAgreement]
    awaited: list[str] = Field(description="The parties whose agreement is awaited now.")
    reviews: list[PlanReview] = Field(description="The twelve newest.")
    ticks: list[PlanTick] = Field(description="For which stages it was updated, for our own people.")


class PlanAsked(Asked):
    """Which version."""

    version: int | None = Field(default=None, ge=1, le=9999, description="Left out: the one that counts.")


def _plan(
    shape: type[Any], row: model.Plan, counts: model.PlanVersion | None, names: Names, **more: Any
) -> Any:
    return told(
        shape,
        row,
        relationship=names.relationship(row.relationship_id),
        owner=names.person(row.owner_id),
        number=counts.number if counts else None,
        status=counts.status.value if counts else None,
        in_force_on=counts.in_force_on if counts else None,
        page=site("rmp.show", plan_ref=row.ref),
        **more,
    )


@get("/plans", scope=READ, gives=listing(Plan), tag=TAG)
def plans(query: PlansAsked) -> object:
    """The relationship management plans that you may see."""
    session = current_session()
    asked = of_relationship(queries.visible_plans(actor()), query.relationship, model.Plan.relationship_id)
    if query.kind is not None:
        asked = asked.where(model.Plan.kind == query.kind)
    rows, cursor = rows_of(session, asked, model.Plan.id, query)
    counts = queries.standing_versions(session, actor(), [row.id for row in rows])
    names = Names(
        session, people=people_in(rows, "owner_id"), relationships=[one.relationship_id for one in rows]
    )
    return page(Plan, (_plan(Plan, row, counts.get(row.id), names) for row in rows), cursor)


def section_told(
    row: model.PlanSection, names: Names, links: list[Shown], comments: int, *, inside: bool
) -> Section:
    """A section as it is given."""
    return told(
        Section,
        row,
        number=list(SECTIONS).index(row.key) + 1,
        title=str(SECTIONS[row.key].title),
        owner=names.person(row.owner_id),
        changed_by=names.person(row.changed_by_id),
        sharing=row.sharing if inside else None,
        comments=comments,
        links=linked(one for one in links if one.slot == row.key),
    )


def _agreed(row: model.Plan, under_way: model.PlanVersion | None) -> tuple[list[PlanAgreement], list[str]]:
    """(what the parties said to the version under way, who has not yet)."""
    if under_way is None or under_way.status is VersionStatus.DRAFT:
        return [], []
    session = current_session()
    own = organization(session)
    parties = {one: name or (own.name if own else "") for one, name in queries.parties_of(session, row)}
    given = queries.approvals_of(session, under_way.id)
    counting = {one.party_id for one, _by in given if one.content_hash == under_way.content_hash}
    return (
        [
            told(
                PlanAgreement,
                one,
                party=parties.get(one.party_id, ""),
                by=by,
                at=one.agreed_at,
                counts=one.content_hash == under_way.content_hash,
            )
            for one, by in given
        ],
        [name for party, name in parties.items() if party not in counting],
    )


@get("/plans/<ref>", scope=READ, gives=WholePlan, tag=TAG, ref="Its number, such as RMP-01.")
def plan(ref: str, query: PlanAsked) -> object:
    """One plan with the sections of a version, its versions, who agreed, and its reviews."""
    session, inside = current_session(), actor().partner_id is None
    row = queries.plan_by_ref(session, actor(), ref)
    if query.version is None:
        counts = queries.standing_versions(session, actor(), [row.id]).get(row.id)
    else:
        counts = queries.version_of(session, actor(), row, query.version)
    versions = queries.versions_of(session, actor(), row)
    found = queries.sections_of(session, actor(), counts.id) if counts else {}
    links = links_of(session, actor(), "rmp", [row.id])[row.id]
    said = [one.key for one, _name in queries.comments_of(session, actor(), row.id)]
    names = Names(
        session,
        people=[row.owner_id, row.partner_owner_id, *people_in(found.values(), "owner_id", "changed_by_id")],
        relationships=[row.relationship_id],
    )
    agreements, awaited = _agreed(row, next((one for one in versions if one.status in OPEN), None))
    made = _plan(
        WholePlan,
        row,
        counts,
        names,
        partner_owner=names.person(row.partner_owner_id) if inside else None,
        sections=[
            section_told(found[key], names, links, said.count(key), inside=inside)
            for key in SECTIONS
            if key in found
        ],
        missing=[key for key in SECTIONS if key not in found or not found[key].text] if inside else [],
        versions=[
            told(
                PlanVersion,
                one,
                reason=one.reason if inside else "",
                pdf=site("api_v1.plan_pdf", ref=row.ref, number=one.number),
                word=site("api_v1.plan_word", ref=row.ref, number=one.number),
            )
            for one in versions
        ],
        agreements=agreements,
        awaited=awaited,
        reviews=[
            told(PlanReview, one, version=number, changes=one.changes if inside else "")
            for one, number in queries.reviews_of(session, row.id, page=1).rows
        ],
        ticks=[told(PlanTick, one, by=by) for one, by in queries.ticks_of(session, row.id).values()]
        if inside
        else [],
    )
    return versioned(made, row.version)
