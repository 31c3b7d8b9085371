"""The issued reports of audits: their files, the evidence that they name, and its pictures."""

from datetime import date, datetime

from flask import Response

from auditapp.api.declare import get
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Given
from auditapp.api.tokens.rules import Scope
from auditapp.audits.report.queries import require_report_reader, revisions
from auditapp.audits.report.routes.base import audit_of
from auditapp.audits.report.routes.pages import issued_of
from auditapp.audits.report.routes.pages import picture as shown_picture
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.reports.audit_report.routes import download

READ = Scope.READ_AUDITS
TAG = "Audits"
PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png", "image/webp")


class Revision(Given):
    """An issued revision of a report. ``sha256``: of its content."""

    number: str
    revision: int
    reason: str
    issued_at: datetime
    sha256: str
    pdf: str


class Revisions(Given):
    """The issued revisions, the newest first."""

    items: list[Revision]


class Exhibit(Given):
    """A photo, a file, a link, or where a document is held, as a report names it. ``picture``: what it shows of a photo.

    ``sha256``: of the original; ``supports``: the findings and questions that it stands for.
    """

    ref: str
    kind: str
    caption: str
    name: str
    target: str
    sha256: str
    evidence_date: date | None
    added_by: str
    added_at: datetime | None
    supports: list[str]
    picture: str | None


class Exhibits(Given):
    """The exhibits of one revision of a report, in its order."""

    items: list[Exhibit]


@get("/audits/<ref>/reports", scope=READ, gives=Revisions, tag=TAG)
def audit_reports(ref: str) -> object:
    """The issued reports of an audit."""
    session = current_session()
    found = audit_of(actor(), ref)
    require_report_reader(session, found, actor())
    return Revisions(
        items=[
            told(Revision, one, pdf=site("api_v1.audit_report", ref=found.ref, revision=one.revision))
            for one in revisions(session, found.id)
        ]
    )


@get("/audits/<ref>/reports/<int(max=9999):revision>", scope=READ, gives=None, files=(PDF,), tag=TAG)
def audit_report(ref: str, revision: int) -> Response:
    """An issued report as PDF."""
    issued_of(actor(), audit_of(actor(), ref), revision)
    return download(ref=ref, revision=revision)


@get("/audits/<ref>/reports/<int(max=9999):revision>/exhibits", scope=READ, gives=Exhibits, tag=TAG)
def audit_report_exhibits(ref: str, revision: int) -> object:
    """The evidence that an issued report names, with its pictures."""
    found = audit_of(actor(), ref)
    _row, report = issued_of(actor(), found, revision)
    where = {"ref": found.ref, "revision": revision}
    return Exhibits(
        items=[
            told(
                Exhibit,
                one,
                supports=list(one.supports),
                picture=site("api_v1.audit_report_picture", **where, sha256=one.preview_sha256)
                if one.kind == "photo" and one.preview_sha256
                else None,
            )
            for one in report.exhibits
        ]
    )


@get("/audits/<ref>/reports/<int(max=9999):revision>/pictures/<sha256>", scope=READ, gives=None, files=PICTURES, tag=TAG)  # fmt: skip
def audit_report_picture(ref: str, revision: int, sha256: str) -> Response:
    """A picture as a report shows it; revision 0 is the draft."""
    return shown_picture(ref=ref, revision=revision, sha256=sha256)
