"""Pages of documents."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept, keep_file
from auditapp.kit.storage import Store
from auditapp.people.guards import actor, guard, settings
from auditapp.people.queries import organization, person_names
from auditapp.people.rules import Capability
from auditapp.relationships.documents import queries, service
from auditapp.relationships.documents.forms import ContentsForm, DocumentForm, ReasonForm
from auditapp.relationships.documents.model import Document
from auditapp.relationships.documents.queries import REVIEW
from auditapp.relationships.documents.rules import (
    KIND_LABELS,
    STATUS_LABELS,
    STATUS_TONES,
    UNDER_WAY,
    DocumentKind,
    VersionStatus,
)
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_by_ref, relationship_of
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import options

bp = Blueprint("documents", __name__, template_folder="../templates")
SEALED = "sandbox; default-src 'none'"
SHOWS = ("", "review", "waiting", "withdrawn")
WORDS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "status_labels": STATUS_LABELS,
    "status_tones": STATUS_TONES,
    "sharing_labels": SHARING_LABELS,
}


def _today() -> Any:
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def _list(found: Relationship | None) -> str:
    show, kind = request.args.get("show", ""), request.args.get("kind", "")
    clause = request.args.get("clause", "").strip()[:20]
    show = show if show in SHOWS and actor().partner_id is None else ""
    return render_template(
        "documents/index.html",
        found=found,
        page=queries.list_documents(
            current_session(),
            actor(),
            today=_today(),
            relationship_id=found.id if found else None,
            kind=DocumentKind(kind) if kind in set(DocumentKind) else None,
            clause=clause,
            show=show,
            search=request.args.get("q", "").strip()[:200],
            page=request.args.get("page", 1, type=int),
        ),
        show=show,
        kind=kind,
        clause=clause,
        today=_today(),
        controls=_controls(found.id if found else None),
        **WORDS,
    )


def _controls(relationship_id: UUID | None) -> bool:
    try:
        service.must_control(actor(), relationship_id)
    except Refusal:
        return False
    return True


@bp.get("/documents/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """All documents: of the management system and of the relationships."""
    return _list(None)


@bp.get("/relationships/<ref>/documents")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The documents of a relationship."""
    return _list(relationship_by_ref(current_session(), actor(), ref))


def find(document_ref: str) -> tuple[Document, Relationship | None]:
    """The thing and its relationship, if the reader may know of them."""
    session = current_session()
    document = queries.document_by_ref(session, actor(), document_ref)
    found = relationship_of(session, actor(), document.relationship_id) if document.relationship_id else None
    return document, found


def sent() -> Kept | None:
    """The file that was sent, checked and kept before the transaction goes on. Raises Invalid, TooLarge."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    release()
    store: Store = current_app.extensions["auditapp_store"]
    return keep_file(store, upload.stream, file_name=upload.filename, limit_mb=settings().max_upload_mb)


def _choices(form: DocumentForm, found: Relationship | None) -> DocumentForm:
    people = options((str(one), name) for one, name in person_names(current_session()))
    form.owner.choices = form.approver.choices = people
    if found is None:
        del form.sharing
    return form


def _values(form: DocumentForm) -> dict[str, Any]:
    return {
        "title": form.title.data or "",
        "kind": DocumentKind(form.kind.data),
        "clauses": form.clauses.data or "",
        "owner_id": UUID(form.owner.data),
        "approver_id": UUID(form.approver.data),
        "review_months": form.review_months.data,
        "sharing": Sharing(form.sharing.data) if "sharing" in form else Sharing.INTERNAL,
    }


@bp.route("/documents/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS, Capability.MANAGE_SETTINGS, Capability.MANAGE_CHECKLISTS)
def new() -> ResponseReturnValue:
    """Add a document: of the system, or of a relationship (``?relationship=R-01``)."""
    session = current_session()
    ref = request.values.get("relationship", "")
    found = relationship_by_ref(session, actor(), ref) if ref else None
    service.must_control(actor(), found.id if found else None)
    status = 200
    if request.method == "GET":
        form = DocumentForm(formdata=None, owner=str(actor().person_id), sharing=Sharing.INTERNAL.value)
        _choices(form, found)
    else:
        form = _choices(DocumentForm(), found)
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                kept = sent()
                made = service.add_document(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    relationship_id=found.id if found else None,
                    contents=service.Contents(
                        kept=kept, url=form.url.data or "", changes=form.changes.data or ""
                    ),
                    **_values(form),
                )
            if outcome.ok:
                flash(
                    _("%(ref)s is added, as a draft. Put it up for approval when it is ready.", ref=made.ref),
                    "success",
                )
                return redirect(url_for("documents.show", document_ref=made.ref))
            status = outcome.status
            found = relationship_by_ref(session, actor(), ref) if ref else None
    return render_template("documents/edit.html", form=form, found=found, document=None, **WORDS), status


@bp.route("/documents/<document_ref>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit(document_ref: str) -> ResponseReturnValue:
    """Change a document's owner, approver, review, readers."""
    document, found = find(document_ref)
    if not _owns(document):
        service.must_control(actor(), document.relationship_id)
    status = 200
    if request.method == "GET":
        form = DocumentForm(
            formdata=None,
            title=document.title,
            kind=document.kind.value,
            clauses=document.clauses,
            owner=str(document.owner_id),
            approver=str(document.approver_id),
            review_months=document.review_months,
            sharing=document.sharing.value,
            version=document.version,
        )
        _choices(form, found)
    else:
        form = _choices(DocumentForm(), found)
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.change_document(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    document=document,
                    version=form.version.data or 0,
                    **_values(form),
                )
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for("documents.show", document_ref=document_ref))
            status = outcome.status
            document, found = find(document_ref)
    return render_template("documents/edit.html", form=form, found=found, document=document, **WORDS), status


def _owns(document: Document) -> bool:
    return document.owner_id == actor().person_id or _controls(document.relationship_id)


def page_of(
    document: Document, found: Relationship | None, forms: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Its page; ``forms``: those that were refused."""
    session = current_session()
    versions = queries.versions_of(session, actor(), document)
    approved = next((row[0] for row in versions if row[0].status is VersionStatus.APPROVED), None)
    under_way = next((row[0] for row in versions if row[0].status in UNDER_WAY), None)
    names = dict(person_names(session)) if actor().partner_id is None else {}
    readers = queries.readers_of(session, approved.id) if approved and actor().partner_id is None else []
    return render_template(
        "documents/show.html",
        document=document,
        found=found,
        versions=versions,
        approved=approved,
        under_way=under_way,
        names=names,
        owns=_owns(document),
        approves=document.approver_id == actor().person_id,
        due=open_one(session, REVIEW, document.id) if actor().partner_id is None else None,
        readers=readers,
        has_read=actor().person_id in {one for one, _name in readers},
        today=_today(),
        links=links_of(session, actor(), "document", [document.id])[document.id],
        forms={"contents": ContentsForm(formdata=None), "reason": ReasonForm(formdata=None)} | (forms or {}),
        **WORDS,
    ), status


@bp.get("/documents/<document_ref>")
@guard(Capability.SIGNED_IN)
def show(document_ref: str) -> ResponseReturnValue:
    """One document with its versions."""
    return page_of(*find(document_ref))
