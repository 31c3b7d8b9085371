"""A plan as a file."""

from io import BytesIO

from flask import Blueprint, Response, send_file
from flask_babel import get_locale

from auditapp.kit.db import current_session, release
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp import queries
from auditapp.reports.rmp_document import pdf, word
from auditapp.reports.rmp_document.content import PlanDocument
from auditapp.reports.rmp_document.gather import document_of

bp = Blueprint("rmp_document", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _document(plan_ref: str, number: int) -> PlanDocument:
    session = current_session()
    plan = queries.plan_by_ref(session, actor(), plan_ref)
    version = queries.version_of(session, actor(), plan, number)
    found = relationship_of(session, actor(), plan.relationship_id) if plan.relationship_id else None
    made = document_of(
        session, actor(), plan=plan, version=version, found=found, language=str(get_locale() or "en")[:2]
    )
    release()
    return made


def _sent(data: bytes, mimetype: str, name: str) -> Response:
    response = send_file(BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/rmp/<plan_ref>/versions/<int(max=9999):number>/pdf")
@guard(Capability.SIGNED_IN)
def as_pdf(plan_ref: str, number: int) -> Response:
    """A version as PDF/A; for a partner's contact the shared part."""
    document = _document(plan_ref, number)
    return _sent(pdf.render(document), "application/pdf", f"{document.file_name}.pdf")


@bp.get("/rmp/<plan_ref>/versions/<int(max=9999):number>/word")
@guard(Capability.SIGNED_IN)
def as_word(plan_ref: str, number: int) -> Response:
    """A version as a Word file; for a partner's contact the shared part."""
    document = _document(plan_ref, number)
    return _sent(word.render(document), DOCX, f"{document.file_name}.docx")
