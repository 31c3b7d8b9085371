"""The page that brings a rescue file in."""

import hashlib
import io

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.rescue.forms import RescueForm
from auditapp.audits.tablet.rescue.rules import opened
from auditapp.audits.tablet.rescue.service import Landed, land, wanted
from auditapp.audits.tablet.sync.rules import KIND_LABELS, ReceiptState
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Invalid
from auditapp.kit.keeping import Kept, keep_file
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability

STATES = {
    ReceiptState.APPLIED: (lazy_gettext("Taken in"), "done"),
    ReceiptState.SAME: (lazy_gettext("Stood already"), "done"),
    ReceiptState.CONFLICT: (lazy_gettext("Two values met: choose in the walk"), "attention"),
    ReceiptState.REFUSED: (lazy_gettext("Not allowed"), "overdue"),
    ReceiptState.WAITING: (lazy_gettext("Waits for something before it"), "attention"),
    ReceiptState.REUSED: (lazy_gettext("Not taken"), "overdue"),
    ReceiptState.BROKEN: (lazy_gettext("Not readable"), "overdue"),
    ReceiptState.OTHER_PERSON: (lazy_gettext("Not taken"), "overdue"),
}


@bp.get("/tablet/rescue")
@guard(Capability.VIEW_ORGANIZATION)
def rescue() -> ResponseReturnValue:
    """Where a rescue file is brought in."""
    return _page(RescueForm(formdata=None), 200)


@bp.post("/tablet/rescue")
@guard(Capability.VIEW_ORGANIZATION)
def rescue_take() -> ResponseReturnValue:
    """Decrypt and store without the write lock, then apply; the answer is a receipt for each thing."""
    release()
    form = RescueForm()
    if not form.validate():
        return _page(form, 422)
    landed: Landed | None = None
    with form.taking_refusals() as outcome:
        landed = _landed(form.phrase.data or "")
    if not outcome.ok:
        form.phrase.data = ""
        return _page(form, outcome.status)
    return render_template(
        "tablet/landed.html", landed=landed, kinds=KIND_LABELS, states=STATES, State=ReceiptState
    )


def _landed(phrase: str) -> Landed:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(Text("Choose the rescue file first."), field="file")
    data = upload.stream.read()
    found = opened(data, phrase)
    worth = wanted(current_session(), actor=actor(), rescue=found)
    release()
    kept: dict[str, Kept] = {}
    for one in found.pictures:
        if one.sha256 in worth:
            kept[one.sha256] = keep_file(
                _store(), io.BytesIO(one.data), file_name=one.sha256[:12], limit_mb=settings().max_upload_mb
            )
    return land(
        current_session(),
        actor=actor(),
        at=clock.now(),
        rescue=found,
        file_sha256=hashlib.sha256(data).hexdigest(),
        kept=kept,
    )


def _page(form: RescueForm, status: int) -> ResponseReturnValue:
    return render_template(
        "tablet/rescue.html",
        form=form,
        limit=gettext("At most %(most)s MB.", most=settings().max_upload_mb),
    ), status


def _store() -> Store:
    store: Store = current_app.extensions["auditapp_store"]
    return store
