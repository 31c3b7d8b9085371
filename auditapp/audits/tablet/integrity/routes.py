"""Is this photo or export genuine? The page that holds a file against the trail."""

import hashlib
from typing import IO

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from auditapp.audits.execution.evidence.rules import is_sha256
from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.integrity.forms import GenuineForm
from auditapp.audits.tablet.integrity.queries import Known, known
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability

CHUNK = 1024 * 1024
WHAT = {
    "original": lazy_gettext("The file as it came from the camera"),
    "kept": lazy_gettext("The photo as the tablet scaled it; it is kept byte for byte"),
    "preview": lazy_gettext("The picture that our pages show, drawn anew from the photo"),
    "rescue": lazy_gettext("A rescue file that was brought in"),
    "operation": lazy_gettext("An entry of a tablet"),
}


@bp.get("/tablet/verify")
@guard(Capability.VIEW_ORGANIZATION)
def genuine() -> ResponseReturnValue:
    """Ask for a file or its hash."""
    return _page(GenuineForm(formdata=None), 200)


@bp.post("/tablet/verify")
@guard(Capability.VIEW_ORGANIZATION)
def genuine_answer() -> ResponseReturnValue:
    """What it is, if the reader may know of it; the bytes are hashed and forgotten."""
    release()
    form = GenuineForm()
    if not form.validate():
        return _page(form, 422)
    sha256, found = "", None
    with form.taking_refusals() as outcome:
        sha256 = _asked(form)
        found = known(current_session(), actor(), sha256)
    if not outcome.ok:
        return _page(form, outcome.status)
    form.sha256.data = sha256
    return _page(form, 200, sha256=sha256, found=found)


def _asked(form: GenuineForm) -> str:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return _hash_of(upload.stream)
    typed = "".join((form.sha256.data or "").split()).lower()
    if not typed:
        raise Invalid(Text("Choose a file, or paste its SHA-256."), field="file")
    if not is_sha256(typed):
        raise Invalid(
            Text("A SHA-256 has 64 signs: digits and the letters a to f. Copy it once more."), field="sha256"
        )
    return typed


def _hash_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := stream.read(CHUNK):
        digest.update(part)
    return digest.hexdigest()


def _page(
    form: GenuineForm, status: int, *, sha256: str = "", found: list[Known] | None = None
) -> ResponseReturnValue:
    return render_template(
        "tablet/genuine.html",
        form=form,
        sha256=sha256,
        found=found,
        what=WHAT,
        limit=gettext("At most %(most)s MB.", most=settings().max_upload_mb),
    ), status
