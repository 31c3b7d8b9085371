"""Evidence of audits: what there is, where it comes from, and its bytes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.exchange import BINARY, sent
from auditapp.audits.execution.evidence.queries import evidence_of
from auditapp.audits.execution.model import AuditQuestion, Evidence
from auditapp.audits.execution.rules import EvidenceKind
from auditapp.audits.plan.queries import audit_by_ref
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor
from auditapp.people.rules import Capability

READ = Scope.READ_AUDITS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG = "Evidence"


class EvidenceAsked(Paging):
    """Which evidence."""

    kind: EvidenceKind | None = Field(default=None)
    removed: bool = Field(default=False, description="What was taken out, in place of what stands.")


class EvidencePiece(Given):
    """A photo, a file, a link or where a document is held. ``coming``: its bytes are still on a tablet."""

    id: UUID
    kind: EvidenceKind
    title: str
    question: int | None = Field(description="The number of the question that it hangs on.")
    file_name: str
    media_type: str
    size: int
    sha256: str
    address: str
    evidence_date: date | None
    captured_at: datetime | None
    added_at: datetime
    added_by: Person | None
    removed_at: datetime | None
    removed_by: Person | None
    removal_reason: str
    coming: bool
    page: str


def _pieces(ref: str, rows: list[Evidence]) -> list[EvidencePiece]:
    session: Any = current_session()
    wanted = {one.question_id for one in rows if one.question_id}
    numbers: dict[UUID, int] = (
        dict(
            session.execute(
                sa.select(AuditQuestion.id, AuditQuestion.position).where(AuditQuestion.id.in_(wanted))
            ).all()
        )
        if wanted
        else {}
    )
    names = Names(session, people=people_in(rows, "added_by_id", "removed_by_id"))
    return [
        told(
            EvidencePiece,
            row,
            question=numbers.get(row.question_id) if row.question_id else None,
            added_by=names.person(row.added_by_id),
            removed_by=names.person(row.removed_by_id),
            page=site("execution.evidence", ref=ref, evidence_id=row.id),
        )
        for row in rows
    ]


@get("/audits/<ref>/evidence", scope=READ, gives=listing(EvidencePiece), needs=INSIDE, tag=TAG)
def evidence(ref: str, query: EvidenceAsked) -> object:
    """The evidence of an audit."""
    audit = audit_by_ref(current_session(), actor(), ref)
    gone = Evidence.removed_at
    asked = sa.select(Evidence).where(
        Evidence.audit_id == audit.id, gone.is_not(None) if query.removed else gone.is_(None)
    )
    if query.kind is not None:
        asked = asked.where(Evidence.kind == query.kind)
    rows, cursor = rows_of(current_session(), asked, Evidence.id, query)
    return page(EvidencePiece, _pieces(audit.ref, list(rows)), cursor)


@get("/audits/<ref>/evidence/<uuid:evidence_id>", scope=READ, gives=EvidencePiece, needs=INSIDE, tag=TAG)
def evidence_piece(ref: str, evidence_id: UUID) -> object:
    """One piece of evidence."""
    audit = audit_by_ref(current_session(), actor(), ref)
    row = evidence_of(current_session(), audit.id, evidence_id)[0]
    return _pieces(audit.ref, [row])[0]


@get("/audits/<ref>/evidence/<uuid:evidence_id>/file", scope=READ, gives=None, files=(BINARY,), needs=INSIDE, tag=TAG)  # fmt: skip
def evidence_file(ref: str, evidence_id: UUID) -> Response:
    """The bytes as they came; ``sha256`` says whether they are whole."""
    audit = audit_by_ref(current_session(), actor(), ref)
    row = evidence_of(current_session(), audit.id, evidence_id)[0]
    if not row.sha256 or row.coming:
        raise NotFound
    return sent(row.sha256, row.file_name)


@get("/audits/<ref>/evidence/<uuid:evidence_id>/picture", scope=READ, gives=None, files=(BINARY,), needs=INSIDE, tag=TAG)  # fmt: skip
def evidence_picture(ref: str, evidence_id: UUID) -> Response:
    """The picture that pages show, drawn anew without the place where it was taken."""
    audit = audit_by_ref(current_session(), actor(), ref)
    row = evidence_of(current_session(), audit.id, evidence_id)[0]
    if not row.preview_sha256:
        raise NotFound
    return sent(row.preview_sha256)
