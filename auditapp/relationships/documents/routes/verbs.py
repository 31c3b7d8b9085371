"""What can be done with documents, each by one button."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.contents import ENDINGS
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.storage import Store
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.documents import queries, service
from auditapp.relationships.documents.forms import ContentsForm, ReasonForm
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.routes.pages import SEALED, bp, find, page_of, sent
from auditapp.shell.forms import BaseForm


def _verb(
    document_ref: str, name: str, form: BaseForm, do: Callable[[Document], object], done: str
) -> ResponseReturnValue:
    document, found = find(document_ref)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            do(document)
        if outcome.ok:
            flash(done, "success")
            return redirect(url_for("documents.show", document_ref=document_ref))
        status = outcome.status
        document, found = find(document_ref)
    return page_of(document, found, {name: form}, status)


def _common(document: Document) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "document": document}


def row_of(document: Document, number: int) -> DocumentVersion:
    """A version by its number, if the reader may see it."""
    return queries.version_of(current_session(), actor(), document, number)


@bp.post("/documents/<document_ref>/versions")
@guard(Capability.VIEW_ORGANIZATION)
def new_version(document_ref: str) -> ResponseReturnValue:
    """Add a version."""
    form = ContentsForm()

    def do(document: Document) -> None:
        del document  # read again below: keeping the file let go of the transaction
        kept = sent()
        service.new_version(
            current_session(),
            contents=service.Contents(kept=kept, url=form.url.data or "", changes=form.changes.data or ""),
            **_common(find(document_ref)[0]),
        )

    return _verb(document_ref, "contents", form, do, _("The version is added, as a draft."))


@bp.post("/documents/<document_ref>/versions/<int:number>/submit")
@guard(Capability.VIEW_ORGANIZATION)
def submit(document_ref: str, number: int) -> ResponseReturnValue:
    """Put a version up for approval."""
    return _verb(
        document_ref, "reason", ReasonForm(),
        lambda document: service.submit(current_session(), row=row_of(document, number), **_common(document)),
        _("Its approver is asked."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/versions/<int:number>/approve")
@guard(Capability.VIEW_ORGANIZATION)
def approve(document_ref: str, number: int) -> ResponseReturnValue:
    """Approve a version."""
    return _verb(
        document_ref, "reason", ReasonForm(),
        lambda document: service.approve(current_session(), row=row_of(document, number), **_common(document)),
        _("Approved. It holds from today; the version before is superseded."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/versions/<int:number>/return")
@guard(Capability.VIEW_ORGANIZATION)
def return_version(document_ref: str, number: int) -> ResponseReturnValue:
    """Send a version back."""
    form = ReasonForm()
    return _verb(
        document_ref, "reason", form,
        lambda document: service.return_version(
            current_session(), row=row_of(document, number), reason=form.reason.data or "", **_common(document)
        ),
        _("Returned to its owner."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/versions/<int:number>/withdraw")
@guard(Capability.VIEW_ORGANIZATION)
def withdraw_version(document_ref: str, number: int) -> ResponseReturnValue:
    """Withdraw a version."""
    form = ReasonForm()
    return _verb(
        document_ref, "reason", form,
        lambda document: service.withdraw_version(
            current_session(), row=row_of(document, number), reason=form.reason.data or "", **_common(document)
        ),
        _("Withdrawn. It can still be read under its number."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/withdraw")
@guard(Capability.VIEW_ORGANIZATION)
def withdraw(document_ref: str) -> ResponseReturnValue:
    """Take the document out of use."""
    form = ReasonForm()
    return _verb(
        document_ref, "reason", form,
        lambda document: service.withdraw_document(
            current_session(), reason=form.reason.data or "", **_common(document)
        ),
        _("Out of use. It can be brought back at any time."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/bring-back")
@guard(Capability.VIEW_ORGANIZATION)
def bring_back(document_ref: str) -> ResponseReturnValue:
    """Bring it back into use."""
    return _verb(
        document_ref, "reason", ReasonForm(),
        lambda document: service.bring_back(current_session(), **_common(document)),
        _("In use again."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/reviewed")
@guard(Capability.VIEW_ORGANIZATION)
def reviewed(document_ref: str) -> ResponseReturnValue:
    """It was reviewed and holds."""
    form = ReasonForm()
    return _verb(
        document_ref, "reason", form,
        lambda document: service.reviewed(current_session(), note=form.reason.data or "", **_common(document)),
        _("Reviewed. The next day is counted from the one intended."),
    )  # fmt: skip


@bp.post("/documents/<document_ref>/versions/<int:number>/read")
@guard(Capability.SIGNED_IN)
def read(document_ref: str, number: int) -> ResponseReturnValue:
    """I have read it."""
    return _verb(
        document_ref, "reason", ReasonForm(),
        lambda document: service.read(current_session(), row=row_of(document, number), **_common(document)),
        _("Written down: you have read it."),
    )  # fmt: skip


@bp.get("/documents/<document_ref>/versions/<int:number>/file")
@guard(Capability.SIGNED_IN)
def download(document_ref: str, number: int) -> ResponseReturnValue:
    """The bytes of a version, as a download and never to be shown in the page."""
    document, _found = find(document_ref)
    row = row_of(document, number)
    if not row.sha256:
        raise NotFound
    store: Store = current_app.extensions["auditapp_store"]
    response = send_file(
        store.path(row.sha256),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=f"{document.ref} v{row.number}.{ENDINGS.get(row.media_type, 'bin')}",
        etag=False,
    )
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = "private, no-store"
    return response
