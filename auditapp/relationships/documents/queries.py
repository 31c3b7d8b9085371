"""Reading documents: what of them somebody may see is decided here."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.documents.model import Document, DocumentReading, DocumentVersion
from auditapp.relationships.documents.rules import STATUS_LABELS, DocumentKind, VersionStatus
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.queries import readable, visible_relationships

REVIEW = "document_review"


def visible_documents(principal: Principal) -> sa.Select[Any]:
    """The documents somebody may see; a contact the shared ones of their relationships that have an approved version."""
    query = sa.select(Document).where(readable(principal, Document.sharing))
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    return query.where(
        Document.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id)),
        Document.withdrawn_on.is_(None),
        # Correlated to the document alone: a query that joins its versions may be narrowed by this as well.
        sa.exists()
        .where(DocumentVersion.document_id == Document.id, DocumentVersion.status == VersionStatus.APPROVED)
        .correlate(Document),
    )


def document_by_ref(session: Session, principal: Principal, ref: str) -> Document:
    """A document by its number. Raises NotFound, also for one that is not to be seen."""
    found: Document | None = session.scalar(
        visible_documents(principal).where(Document.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def versions_of(
    session: Session, principal: Principal, document: Document
) -> Sequence[tuple[DocumentVersion, str, str]]:
    """(version, author, approver), newest first; a contact the approved one alone."""
    author, approver = aliased(Person), aliased(Person)
    query = (
        sa.select(DocumentVersion, author.name, approver.name)
        .join(author, author.id == DocumentVersion.author_id)
        .outerjoin(approver, approver.id == DocumentVersion.approved_by_id)
        .where(DocumentVersion.document_id == document.id)
        .order_by(DocumentVersion.number.desc())
    )
    if not principal.can(Capability.VIEW_ORGANIZATION):
        query = query.where(DocumentVersion.status == VersionStatus.APPROVED)
    return [(row[0], row[1], row[2] or "") for row in session.execute(query)]


def version_of(session: Session, principal: Principal, document: Document, number: int) -> DocumentVersion:
    """One version. Raises NotFound, also for one that is not to be seen."""
    found = next(
        (row[0] for row in versions_of(session, principal, document) if row[0].number == number), None
    )
    if found is None:
        raise NotFound
    return found


def list_documents(
    session: Session,
    principal: Principal,
    *,
    today: date,
    relationship_id: UUID | None = None,
    kind: DocumentKind | None = None,
    clause: str = "",
    show: str = "",
    search: str = "",
    page: int = 1,
) -> Page[Any]:
    """A page of what :func:`wanted_documents` finds. Two statements."""
    query = wanted_documents(
        principal,
        today=today,
        relationship_id=relationship_id,
        kind=kind,
        clause=clause,
        show=show,
        search=search,
    )
    return paginate(session, query, page=page, scalars=False)


def wanted_documents(
    principal: Principal,
    *,
    today: date,
    relationship_id: UUID | None = None,
    kind: DocumentKind | None = None,
    clause: str = "",
    show: str = "",
    search: str = "",
) -> sa.Select[Any]:
    """Rows of (document, owner, relationship number, number and status of the version that counts, review day).

    ``show``: ``review`` (its review is overdue), ``waiting`` (a version waits for approval), ``withdrawn``; ``all``.
    """
    counts = (
        sa.select(
            DocumentVersion.document_id,
            DocumentVersion.number,
            DocumentVersion.status,
            sa.func.row_number()
            .over(
                partition_by=DocumentVersion.document_id,
                order_by=[
                    (DocumentVersion.status == VersionStatus.APPROVED).desc(),
                    DocumentVersion.number.desc(),
                ],
            )
            .label("place"),
        )
    ).subquery()
    query = (
        visible_documents(principal)
        .join(Person, Person.id == Document.owner_id)
        .outerjoin(Relationship, Relationship.id == Document.relationship_id)
        .outerjoin(counts, sa.and_(counts.c.document_id == Document.id, counts.c.place == 1))
        .outerjoin(
            Obligation,
            sa.and_(
                Obligation.key == REVIEW,
                Obligation.state == State.OPEN,
                Obligation.thing_ref == Document.ref,
                Obligation.extra == "",
            ),
        )
        .add_columns(Person.name, Relationship.ref, counts.c.number, counts.c.status, Obligation.due_on)
        .order_by(Document.ref)
    )
    if show != "all":
        gone = Document.withdrawn_on
        query = query.where(gone.is_not(None) if show == "withdrawn" else gone.is_(None))
    if relationship_id is not None:
        query = query.where(Document.relationship_id == relationship_id)
    if kind is not None:
        query = query.where(Document.kind == kind)
    if clause:
        query = query.where(
            (sa.literal(",") + sa.func.replace(Document.clauses, " ", "") + ",").contains(
                f",{clause},", autoescape=True
            )
        )
    if search:
        query = query.where(
            Document.title.icontains(search, autoescape=True)
            | Document.ref.icontains(search, autoescape=True)
        )
    if show == "review":
        query = query.where(Obligation.due_on < today)
    if show == "waiting":
        query = query.where(
            sa.exists().where(
                DocumentVersion.document_id == Document.id, DocumentVersion.status == VersionStatus.IN_REVIEW
            )
        )
    return query


def readers_of(session: Session, version_id: UUID) -> list[tuple[UUID, str]]:
    """Who said that they read a version."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(Person.id, Person.name)
            .join(DocumentReading, DocumentReading.person_id == Person.id)
            .where(DocumentReading.version_id == version_id)
            .order_by(Person.name)
            .limit(200)
        )
    ]


@linkable("document", Text("Document"))
def find_documents(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Documents by number, as far as they may be seen."""
    rows = session.execute(
        visible_documents(principal)
        .outerjoin(
            DocumentVersion,
            sa.and_(
                DocumentVersion.document_id == Document.id, DocumentVersion.status == VersionStatus.APPROVED
            ),
        )
        .add_columns(DocumentVersion.number)
        .where(Document.ref.in_(refs))
    )
    return {
        row[0].ref: Target(
            ref=row[0].ref,
            title=row[0].title,
            endpoint="documents.show",
            values={"document_ref": row[0].ref},
            status=STATUS_LABELS[VersionStatus.APPROVED] if row[1] else STATUS_LABELS[VersionStatus.DRAFT],
        )
        for row in rows
    }
