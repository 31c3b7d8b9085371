"""All files of a nonconformity or an action, one of them, its bytes; removing and bringing back."""

from io import BytesIO
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.forms import RemoveForm
from auditapp.findings.exchange.queries import file_by_id, files_page, may_now
from auditapp.findings.exchange.routes.place import Place, of, of_action, of_nonconformity
from auditapp.findings.exchange.rules import safe_link
from auditapp.findings.exchange.service import remove_file, restore_file
from auditapp.findings.exchange.service.base import allowed_attach
from auditapp.kit import clock
from auditapp.kit.contents import ENDINGS
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.storage import Store
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability

# Whatever a browser makes of the bytes, it may do nothing with them.
SEALED = "sandbox; default-src 'none'"
PRIVATE = "private, no-store"


@bp.get("/nonconformities/<ref>/files")
@guard(Capability.VIEW_ORGANIZATION)
def nonconformity_files(ref: str) -> ResponseReturnValue:
    """All files of a nonconformity and its actions."""
    return _index(of_nonconformity(ref))


@bp.get("/actions/<ref>/files")
@guard(Capability.SIGNED_IN)
def action_files(ref: str) -> ResponseReturnValue:
    """All files of an action, as far as the reader may see them."""
    return _index(of_action(ref))


@bp.get("/nonconformities/files/<uuid:file_id>")
@guard(Capability.SIGNED_IN)
def download_file(file_id: UUID) -> ResponseReturnValue:
    """The original bytes, as a download and never to be shown in the page."""
    one, _nc, _action = file_by_id(current_session(), actor(), file_id)
    if not one.sha256:
        raise NotFound
    name = f"{one.title[:80] or one.sha256[:12]}.{ENDINGS.get(one.media_type, 'bin')}"
    return _sealed(
        send_file(
            _store().path(one.sha256),
            mimetype=one.media_type,
            as_attachment=True,
            download_name=name,
            etag=False,
        )
    )


@bp.get("/nonconformities/files/<uuid:file_id>/picture")
@guard(Capability.SIGNED_IN)
def file_picture(file_id: UUID) -> ResponseReturnValue:
    """The picture drawn anew: the only bytes of a file that a page shows."""
    one, _nc, _action = file_by_id(current_session(), actor(), file_id)
    if not one.preview_sha256:
        raise NotFound
    return _sealed(
        send_file(BytesIO(_store().read(one.preview_sha256)), mimetype=one.preview_type, etag=False)
    )


@bp.get("/nonconformities/files/<uuid:file_id>/about")
@guard(Capability.SIGNED_IN)
def case_file(file_id: UUID) -> ResponseReturnValue:
    """One file: what it shows, who added it, its hash."""
    return _file_page(file_id, RemoveForm(formdata=None), 200)


@bp.post("/nonconformities/files/<uuid:file_id>/remove")
@guard(Capability.SIGNED_IN)
def remove_case_file(file_id: UUID) -> ResponseReturnValue:
    """Take it out, with a reason."""
    session = current_session()
    one, nc, action = file_by_id(session, actor(), file_id)
    allowed_attach(session, nc, action, actor=actor())
    form = RemoveForm()
    if not form.validate():
        return _file_page(file_id, form, 422)
    with form.taking_refusals() as outcome:
        remove_file(session, actor=actor(), at=clock.now(), file=one, reason=form.reason.data or "")
    if not outcome.ok:
        return _file_page(file_id, form, outcome.status)
    place = of(nc, action)
    if not place.own:
        flash(gettext("Removed."), "success")
        return redirect(place.url("show") + "#files")
    flash(gettext("Removed. It stays in the store and can be brought back."), "success")
    return redirect(url_for("findings.case_file", file_id=file_id))


@bp.post("/nonconformities/files/<uuid:file_id>/restore")
@guard(Capability.SIGNED_IN)
def restore_case_file(file_id: UUID) -> ResponseReturnValue:
    """Bring it back."""
    session = current_session()
    one, _nc, _action = file_by_id(session, actor(), file_id)
    restore_file(session, actor=actor(), at=clock.now(), file=one)
    flash(gettext("It is back."), "success")
    return redirect(url_for("findings.case_file", file_id=file_id))


def _index(place: Place) -> ResponseReturnValue:
    session = current_session()
    removed = place.own and request.args.get("show") == "removed"
    return render_template(
        "findings/exchange/files.html",
        page=files_page(
            session,
            actor(),
            place.nc,
            place.action,
            page=request.args.get("page", 1, type=int),
            removed=removed,
        ),
        removed=removed,
        may_attach=may_now(session, actor(), place.nc, place.action)[1],
        **place.words,
    )


def _file_page(file_id: UUID, form: RemoveForm, status: int) -> ResponseReturnValue:
    session = current_session()
    one, nc, action = file_by_id(session, actor(), file_id)
    place = of(nc, action)
    names = names_of(session, [one.added_by_id, one.removed_by_id])
    may = may_now(session, actor(), nc, action)[1] and (place.own or one.added_by_id == actor().person_id)
    return render_template(
        "findings/exchange/file.html",
        one=one,
        is_link=safe_link(one.address),
        added_by=names.get(one.added_by_id, ""),
        removed_by=names.get(one.removed_by_id, "") if one.removed_by_id else "",
        may_attach=may,
        form=form,
        **place.words,
    ), status


def _sealed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = PRIVATE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _store() -> Store:
    store: Store = current_app.extensions["auditapp_store"]
    return store
