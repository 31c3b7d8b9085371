"""Reading the report: the draft, the issued one, older revisions, and its pictures."""

from io import BytesIO
from typing import cast

from flask import Response, current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit
from auditapp.audits.report import service
from auditapp.audits.report.content import AuditReport, Exhibit
from auditapp.audits.report.labels import CODE_OF_FIELD
from auditapp.audits.report.model import IssuedReport
from auditapp.audits.report.prefill import prefill
from auditapp.audits.report.queries import (
    has_preview,
    issued,
    material,
    objections,
    require_report_reader,
    revisions,
    role_in,
)
from auditapp.audits.report.routes.base import audit_of, bp, draft_readers_only, head, words
from auditapp.audits.report.rules import STAGES, may_complete_at_once
from auditapp.audits.report.service import CORRECTABLE
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.storage import Store
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal

_RANKS = {grade.value: rank for rank, grade in enumerate(Grade)}


def draft_of(audit: Audit) -> AuditReport:
    """The report as it would be issued now."""
    found = material(current_session(), audit)
    report = service.draft(current_session(), found, at=clock.now())
    if found.conclusion:
        return report
    return report.with_conclusion(prefill(report, objections(current_session(), audit.id)))


def issued_of(who: Principal, audit: Audit, revision: int | None = None) -> tuple[IssuedReport, AuditReport]:
    """A revision and its content, for somebody who may read it."""
    require_report_reader(current_session(), audit, who)
    row = issued(current_session(), audit.id, revision)
    return row, AuditReport.from_json(row.content.encode())


def _page(who: Principal, audit: Audit, report: AuditReport, row: IssuedReport | None) -> str:
    listed = revisions(current_session(), audit.id)
    live = [each for each in report.findings if each.status != FindingStatus.WITHDRAWN]
    role = role_in(audit, who)
    closes = role is MemberRole.LEADER or who.can(Capability.MANAGE_PROGRAMME)
    return render_template(
        "report/show.html",
        **head(audit),
        report=report,
        row=row,
        revisions=listed,
        newest=listed[0].revision if listed else 0,
        words=words(),
        findings=sorted(
            report.findings, key=lambda each: (each.status == FindingStatus.WITHDRAWN, _RANKS[each.grade])
        ),
        counts=[(grade, sum(each.grade == grade for each in live)) for grade in Grade],
        sections=_sections(report),
        shots=_shots(report),
        code_of_field=CODE_OF_FIELD,
        leads=role is MemberRole.LEADER,
        may_correct=role is MemberRole.LEADER and row is not None and audit.status in CORRECTABLE,
        may_follow_up=closes and audit.status is AuditStatus.ISSUED,
        may_complete=closes
        and (
            audit.status is AuditStatus.FOLLOW_UP
            or (
                audit.status is AuditStatus.ISSUED
                and may_complete_at_once(Grade(each.grade) for each in live)
            )
        ),
    )


def _sections(report: AuditReport) -> list[tuple[str, list[object]]]:
    found: dict[str, list[object]] = {}
    for row in report.answers:
        found.setdefault(row.stage, []).append(row)
    order = [stage.value for stage in STAGES if stage in found] + sorted(found.keys() - set(STAGES))
    return [(stage, found[stage]) for stage in order]


def _shots(report: AuditReport) -> dict[str, list[Exhibit]]:
    """The photos of each finding, by its number."""
    photos = {each.ref: each for each in report.exhibits if each.preview_sha256}
    return {each.number: [photos[ref] for ref in each.exhibits if ref in photos] for each in report.findings}


@bp.get("/<ref>/report")
@guard(Capability.SIGNED_IN)
def show(ref: str) -> ResponseReturnValue:
    """The newest issued report; before there is one, the draft for those who may read it."""
    who = actor()
    audit = audit_of(who, ref)
    if audit.issued_at is None:
        draft_readers_only(audit, who)
        return redirect(url_for("report.draft", ref=audit.ref))
    row, report = issued_of(who, audit)
    return _page(who, audit, report, row)


@bp.get("/<ref>/report/<int(max=9999):revision>")
@guard(Capability.SIGNED_IN)
def revision(ref: str, revision: int) -> ResponseReturnValue:
    """One revision; an older one says which replaced it."""
    who = actor()
    audit = audit_of(who, ref)
    row, report = issued_of(who, audit, revision)
    return _page(who, audit, report, row)


@bp.get("/<ref>/report/draft")
@guard(Capability.SIGNED_IN)
def draft(ref: str) -> ResponseReturnValue:
    """The report as it would be issued now."""
    who = actor()
    audit = audit_of(who, ref)
    if audit.issued_at is not None:
        return redirect(url_for("report.show", ref=audit.ref))
    draft_readers_only(audit, who)
    return _page(who, audit, draft_of(audit), None)


@bp.get("/<ref>/report/<int(max=9999):revision>/pictures/<sha256>")
@guard(Capability.SIGNED_IN)
def picture(ref: str, revision: int, sha256: str) -> Response:
    """A display copy that a report shows; revision 0 is the draft. Originals are not given out here."""
    who = actor()
    audit = audit_of(who, ref)
    if revision:
        report = issued_of(who, audit, revision)[1]
        shown = sha256 in {each.preview_sha256 for each in report.exhibits if each.kind == "photo"} - {""}
    else:
        draft_readers_only(audit, who)
        shown = has_preview(current_session(), audit.id, sha256)
    store = cast("Store", current_app.extensions["auditapp_store"])
    if not shown or not store.has(sha256):
        raise NotFound
    data = store.read(sha256)
    kind = "image/webp" if data[8:12] == b"WEBP" else "image/png" if data[:4] == b"\x89PNG" else "image/jpeg"
    response = send_file(BytesIO(data), mimetype=kind, etag=sha256, max_age=0)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
