"""The audit report as a download."""

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, send_file
from flask_babel import force_locale, gettext

from auditapp.audits.report.content import AuditReport
from auditapp.audits.report.labels import in_language
from auditapp.audits.report.routes.base import audit_of, draft_readers_only
from auditapp.audits.report.routes.pages import draft_of, issued_of
from auditapp.kit.db import release
from auditapp.kit.storage import Store
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability
from auditapp.reports.audit_report.pdf import render

bp = Blueprint("audit_report", __name__, template_folder="templates", url_prefix="/audits")


@bp.get("/<ref>/report/<int(max=9999):revision>/pdf")
@guard(Capability.SIGNED_IN)
def download(ref: str, revision: int) -> Response:
    """An issued revision as PDF/A. It is made once and kept: whoever downloads it gets the same bytes."""
    who = actor()
    row, report = issued_of(who, audit_of(who, ref), revision)
    name, digest = f"{row.number}-{row.revision}.pdf", row.sha256
    release()
    kept = settings().data_dir / "reports" / f"{digest}.pdf"
    if not kept.is_file():
        _keep(kept, _pdf(report))
    return _attached(kept.read_bytes(), name)


@bp.get("/<ref>/report/draft/pdf")
@guard(Capability.SIGNED_IN)
def draft(ref: str) -> Response:
    """The draft as PDF, marked as one; never kept."""
    who = actor()
    audit = audit_of(who, ref)
    draft_readers_only(audit, who)
    report, name = draft_of(audit), f"{audit.ref}-draft.pdf"
    release()
    return _attached(_pdf(report), name)


def _pdf(report: AuditReport) -> bytes:
    store = cast("Store", current_app.extensions["auditapp_store"])

    def photo(sha256: str) -> bytes | None:
        return store.read(sha256) if store.has(sha256) else None

    with force_locale(report.document.language):
        labels = in_language(gettext)
    return render(report, photo, labels=labels)


def _keep(target: Path, data: bytes) -> None:
    """Write a file whole or not at all; two who make it at the same time write the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _attached(data: bytes, name: str) -> Response:
    response = send_file(BytesIO(data), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
