"""Documents with their versions and files, and relationship management plans."""

from datetime import date, datetime
from typing import Any

from flask import Response, current_app, send_file
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.storage import Store
from auditapp.people.guards import actor
from auditapp.relationships.documents import model
from auditapp.relationships.documents.queries import (
    document_by_ref,
    version_of,
    versions_of,
    visible_documents,
)
from auditapp.relationships.documents.rules import DocumentKind
from auditapp.relationships.rmp import model as rmp
from auditapp.relationships.rmp.queries import plan_by_ref, sections_of, standing_versions, visible_plans
from auditapp.relationships.rmp.rules import PlanKind

DOCUMENTS, PLANS = "Documents", "Relationship management plans"
BINARY = "application/octet-stream"


class DocumentsAsked(Paging):
    """Which documents."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    kind: DocumentKind | None = Field(default=None)
    words: Line = Field(default="", description="In the number or the title.")


class Document(Given):
    """A document."""

    ref: str
    title: str
    kind: DocumentKind
    relationship: Link | None
    clauses: str
    owner: Person | None
    approver: Person | None
    review_months: int | None
    created_at: datetime
    withdrawn_on: date | None
    page: str


class Version(Given):
    """A version of a document. ``file``: where its bytes are, or null; ``url``: where it is kept elsewhere."""

    number: int
    status: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    url: str
    changes: str
    made_at: datetime
    approved_on: date | None
    ended_on: date | None
    file: str | None


class WholeDocument(Document):
    """A document with its versions."""

    versions: list[Version]


def _document(shape: type[Any], row: model.Document, names: Names, **more: Any) -> Any:
    return told(
        shape,
        row,
        relationship=names.relationship(row.relationship_id),
        owner=names.person(row.owner_id),
        approver=names.person(row.approver_id),
        page=site("documents.show", document_ref=row.ref),
        **more,
    )


@get("/documents", scope=Scope.READ_DOCUMENTS, gives=listing(Document), tag=DOCUMENTS)
def documents(query: DocumentsAsked) -> object:
    """The documents that you may see, of the management system and of relationships."""
    asked = of_relationship(visible_documents(actor()), query.relationship, model.Document.relationship_id)
    if query.kind is not None:
        asked = asked.where(model.Document.kind == query.kind)
    if query.words:
        asked = asked.where(
            model.Document.ref.icontains(query.words, autoescape=True)
            | model.Document.title.icontains(query.words, autoescape=True)
        )
    rows, cursor = rows_of(current_session(), asked, model.Document.id, query)
    names = Names(
        current_session(),
        people=people_in(rows, "owner_id", "approver_id"),
        relationships=[one.relationship_id for one in rows],
    )
    return page(Document, (_document(Document, row, names) for row in rows), cursor)


@get("/documents/<ref>", scope=Scope.READ_DOCUMENTS, gives=WholeDocument, tag=DOCUMENTS)
def document(ref: str) -> object:
    """One document with its versions."""
    session = current_session()
    row = document_by_ref(session, actor(), ref)
    names = Names(session, people=[row.owner_id, row.approver_id], relationships=[row.relationship_id])
    versions = [
        told(
            Version,
            one,
            status=one.status.value,
            file=site("api_v1.document_file", ref=row.ref, number=one.number) if one.sha256 else None,
        )
        for one, *_people in versions_of(session, actor(), row)
    ]
    return versioned(_document(WholeDocument, row, names, versions=versions), row.version)


@get("/documents/<ref>/versions/<int(max=9999):number>/file", scope=Scope.READ_DOCUMENTS, gives=None, files=(BINARY,), tag=DOCUMENTS)  # fmt: skip
def document_file(ref: str, number: int) -> Response:
    """The bytes of a version."""
    session = current_session()
    row = document_by_ref(session, actor(), ref)
    version = version_of(session, actor(), row, number)
    if not version.sha256:
        raise NotFound
    store: Store = current_app.extensions["auditapp_store"]
    return send_file(
        store.path(version.sha256),
        mimetype=BINARY,
        as_attachment=True,
        download_name=version.file_name,
        etag=False,
    )


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
    """A section of a plan, in Markdown."""

    key: str
    text: str
    owner: Person | None
    changed_at: datetime


class WholePlan(Plan):
    """A plan with the sections of that version, as far as you may read them."""

    sections: list[Section]


def _plan(shape: type[Any], row: rmp.Plan, counts: rmp.PlanVersion | None, names: Names, **more: Any) -> Any:
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


@get("/plans", scope=Scope.READ_RELATIONSHIPS, gives=listing(Plan), tag=PLANS)
def plans(query: PlansAsked) -> object:
    """The relationship management plans that you may see."""
    session = current_session()
    asked = of_relationship(visible_plans(actor()), query.relationship, rmp.Plan.relationship_id)
    if query.kind is not None:
        asked = asked.where(rmp.Plan.kind == query.kind)
    rows, cursor = rows_of(session, asked, rmp.Plan.id, query)
    counts = standing_versions(session, actor(), [row.id for row in rows])
    names = Names(
        session, people=people_in(rows, "owner_id"), relationships=[one.relationship_id for one in rows]
    )
    return page(Plan, (_plan(Plan, row, counts.get(row.id), names) for row in rows), cursor)


@get("/plans/<ref>", scope=Scope.READ_RELATIONSHIPS, gives=WholePlan, tag=PLANS)
def plan(ref: str) -> object:
    """One plan with its sections."""
    session = current_session()
    row = plan_by_ref(session, actor(), ref)
    counts = standing_versions(session, actor(), [row.id]).get(row.id)
    found = sections_of(session, actor(), counts.id) if counts else {}
    names = Names(
        session,
        people=[row.owner_id, *people_in(found.values(), "owner_id")],
        relationships=[row.relationship_id],
    )
    sections = [told(Section, one, owner=names.person(one.owner_id)) for one in found.values()]
    return versioned(_plan(WholePlan, row, counts, names, sections=sections), row.version)
