"""Documents with their versions and files."""

from datetime import date, datetime
from typing import Any, Literal

from flask import Response, current_app, send_file
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability
from auditapp.relationships.documents import model
from auditapp.relationships.documents.queries import (
    document_by_ref,
    version_of,
    versions_of,
    wanted_documents,
)
from auditapp.relationships.documents.rules import DocumentKind

DOCUMENTS = "Documents"
BINARY = "application/octet-stream"


class DocumentsAsked(Paging):
    """Which documents."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    kind: DocumentKind | None = Field(default=None)
    clause: Line = Field(default="", description="Those that name exactly this clause.")
    show: Literal["all", "review", "waiting", "withdrawn"] = Field(
        default="all",
        description="`review`: the review is overdue; `waiting`: a version waits for approval. For people of the organization.",
    )
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
    if query.show != "all" and not actor().can(Capability.VIEW_ORGANIZATION):
        raise Invalid(Text("Only people of the organization itself can ask by this."), field="query.show")
    asked = wanted_documents(
        actor(),
        today=today_of(current_session(), clock.now()),
        kind=query.kind,
        clause=query.clause,
        show=query.show,
        search=query.words,
    )
    asked = of_relationship(asked, query.relationship, model.Document.relationship_id)
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
