"""Issuing the report, and correcting an issued one by a new revision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import member_role, require_leader
from auditapp.audits.plan.service.base import loaded, standing_values
from auditapp.audits.report import content as c
from auditapp.audits.report.diff import changes
from auditapp.audits.report.gather import (
    conclusion_of,
    degree_rows,
    divergence_rows,
    not_covered_rows,
    readiness,
    report_of,
)
from auditapp.audits.report.model import IssuedReport
from auditapp.audits.report.queries import Material, divergences, issued, material
from auditapp.audits.report.rules import blockers, not_ready
from auditapp.audits.report.service.base import require_status, whole
from auditapp.audits.rules import AuditStatus, AuditVerb, MemberRole, next_status
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, organization
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

CORRECTABLE = frozenset({AuditStatus.ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.COMPLETED})


@dataclass(frozen=True, kw_only=True)
class FindingCorrection:
    """What a correction says about one finding; ``withdrawn`` holds the reason if it is withdrawn."""

    grade: Grade
    statement: str
    evidence: str
    withdrawn: str = ""


def draft(session: Session, found: Material, *, at: datetime) -> c.AuditReport:
    """The report as it would be issued now: no number, no signature, nothing written."""
    document = _document(session, number="", revision=1, at=at)
    return report_of(found, document=document, conclusion=conclusion_of(found.conclusion))


def issue_report(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    statement: str = "",
    read_sha256: str | None = None,
) -> IssuedReport:
    """Freeze, number and sign the report. Only the audit team leader does that.

    ``statement`` says by which act it was signed; ``read_sha256`` is the ``body_sha256`` of the draft that the
    leader read. Raises Refusal with everything that stands in the way, Stale when the draft changed meanwhile.
    """
    whole(session, audit)
    require_leader(member_role(audit.members, actor.person_id))
    status = next_status(audit.status, AuditVerb.ISSUE)
    found = material(session, audit)
    conclusion = conclusion_of(found.conclusion)
    if standing := blockers(readiness(found, conclusion)):
        raise Refusal(not_ready(standing))
    for finding in found.findings:
        if finding.status is FindingStatus.DRAFT:
            finding.status = FindingStatus.ISSUED
    own = organization(session)
    year = day_in(own.zone if own else "UTC", at).year
    number = f"AR-{year}-{next_number(session, f'AR-{year}'):03}"
    report = report_of(
        found,
        document=_document(
            session, number=number, revision=1, at=at, signature=_signature(actor, at, statement)
        ),
        conclusion=conclusion,
    )
    if read_sha256 is not None and report.body_sha256 != read_sha256:
        raise Stale(
            Text("The report changed since you opened this page. Read the draft again, then sign it.")
        )
    before = standing_values(audit)
    audit.status = status
    audit.issued_at = at
    row = _freeze(session, audit, actor, report)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="report.issued",
        thing_kind="report",
        thing_id=row.id,
        thing_ref=number,
        context_id=audit.id,
        before=before,
        after=standing_values(audit) | {"audit": audit.ref, "revision": 1, "sha256": row.sha256},
    )
    return row


def correct_report(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    reason: str,
    conclusion: c.Conclusion,
    findings: Mapping[str, FindingCorrection],
    statement: str = "",
    revision: int | None = None,
) -> IssuedReport:
    """Issue a new revision that says what changed. It builds on the frozen content, not on what the tables say now.

    ``findings`` by number; those left out stay. ``revision``: the one that the correction was written from.
    """
    loaded(session, audit)
    require_leader(member_role(audit.members, actor.person_id))
    require_status(audit, CORRECTABLE)
    last = issued(session, audit.id)
    if revision is not None and revision != last.revision:
        raise Stale(
            Text("A newer revision was issued since you opened this page. Read it, then correct that one.")
        )
    if not reason.strip():
        raise Invalid(Text("Say why the report is corrected; the reason prints in it."), field="reason")
    old = c.AuditReport.from_json(last.content.encode())
    new = _corrected(old, conclusion, findings, _differing(session, audit))
    told = changes(old, new)
    if not told:
        raise Invalid(Text("Nothing was changed, so there is nothing to issue. Change what is wrong first."))
    new = new.with_document(
        replace(
            _document(session, number=last.number, revision=last.revision + 1, at=at),
            organization=old.document.organization,
            language=old.document.language,
            zone=old.document.zone,
            signature=_signature(actor, at, statement),
            reason=reason.strip(),
            supersedes=last.sha256,
            changes=told,
        )
    )
    _correct_rows(session, audit, findings, actor, at)
    row = _freeze(session, audit, actor, new)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="report.corrected",
        thing_kind="report",
        thing_id=row.id,
        thing_ref=row.number,
        context_id=audit.id,
        before={"revision": last.revision, "sha256": last.sha256},
        after={"audit": audit.ref, "revision": row.revision, "sha256": row.sha256, "reason": reason.strip()},
    )
    return row


def _signature(actor: Principal, at: datetime, statement: str) -> c.Signature:
    return c.Signature(name=actor.name, role=MemberRole.LEADER.value, signed_at=at, statement=statement)


def _document(
    session: Session, *, number: str, revision: int, at: datetime, signature: c.Signature | None = None
) -> c.Document:
    own = organization(session)
    head = trail.head(session)
    return c.Document(
        number=number,
        revision=revision,
        organization=own.name if own else "",
        language=own.locale if own else "en",
        zone=own.zone if own else "UTC",
        issued_at=at,
        signature=signature,
        anchor=c.Anchor(seq=head.seq, hash=head.hash) if head else None,
    )


def _freeze(session: Session, audit: Audit, actor: Principal, report: c.AuditReport) -> IssuedReport:
    document = report.document
    row = IssuedReport(
        audit_id=audit.id,
        number=document.number,
        revision=document.revision,
        content=report.to_json().decode(),
        sha256=report.sha256,
        reason=document.reason,
        issued_at=document.issued_at,
        issued_by_id=actor.person_id,
        anchor_seq=document.anchor.seq if document.anchor else 0,
        anchor_hash=document.anchor.hash if document.anchor else "",
    )
    session.add(row)
    session.flush()
    return row


def _corrected(
    old: c.AuditReport,
    conclusion: c.Conclusion,
    corrections: Mapping[str, FindingCorrection],
    differing: tuple[c.Divergence, ...],
) -> c.AuditReport:
    findings = tuple(_corrected_finding(each, corrections.get(each.number)) for each in old.findings)
    standing = {each.number for each in findings if each.status != FindingStatus.WITHDRAWN.value}
    return replace(
        old,
        conclusion=conclusion,
        findings=findings,
        degrees=degree_rows(old.answers, findings, [each.code for each in old.criteria]),
        not_covered=not_covered_rows(old.answers, conclusion),
        divergences=tuple(each for each in differing if each.number in standing),
    )


def _differing(session: Session, audit: Audit) -> tuple[c.Divergence, ...]:
    """The opinions that differ now, not those of the day of issue: a revision tells how it stands."""
    rows = divergences(session, audit.id)
    refs = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(Finding.id, Finding.ref).where(Finding.id.in_([each.finding_id for each in rows]))
        )
    }
    return divergence_rows(rows, refs)


def _corrected_finding(old: c.Finding, correction: FindingCorrection | None) -> c.Finding:
    if correction is None:
        return old
    if not correction.statement.strip() or not correction.evidence.strip():
        raise Invalid(Text("%(ref)s needs a statement and objective evidence.", ref=old.number))
    return replace(
        old,
        grade=correction.grade.value,
        statement=correction.statement,
        evidence=correction.evidence,
        status=FindingStatus.WITHDRAWN.value if correction.withdrawn.strip() else old.status,
        status_reason=correction.withdrawn.strip() or old.status_reason,
    )


def _correct_rows(
    session: Session,
    audit: Audit,
    corrections: Mapping[str, FindingCorrection],
    actor: Principal,
    at: datetime,
) -> None:
    """Bring the findings' rows in line with what the corrected report says."""
    rows = session.scalars(
        sa.select(Finding).where(Finding.audit_id == audit.id, Finding.ref.in_(list(corrections)))
    ).all()
    for row in rows:
        new = corrections[row.ref]
        before = _finding_values(row)
        row.grade = new.grade
        row.statement = new.statement
        row.objective_evidence = new.evidence
        if new.withdrawn.strip():
            row.status = FindingStatus.WITHDRAWN
            row.withdrawn_reason = new.withdrawn.strip()
        after = _finding_values(row)
        if before != after:
            trail.record(
                session,
                actor_id=actor.person_id,
                at=at,
                verb="finding.corrected",
                thing_kind="finding",
                thing_id=row.id,
                thing_ref=row.ref,
                context_id=audit.id,
                before=before,
                after=after,
            )


def _finding_values(row: Finding) -> dict[str, str]:
    return {
        "grade": row.grade.value,
        "status": row.status.value,
        "statement": row.statement,
        "objective_evidence": row.objective_evidence,
        "withdrawn_reason": row.withdrawn_reason,
    }
