"""The closing page: conclusion, closing meeting, back to the walk, follow-up, completion."""

from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.execution.devices.queries import holding
from auditapp.audits.execution.findings.rules import NONCONFORMITIES
from auditapp.audits.execution.rules import FindingStatus, MeetingKind
from auditapp.audits.model import Audit
from auditapp.audits.report import service
from auditapp.audits.report.forms import ClosingMeetingForm, ConclusionForm, NoteForm, ReasonForm
from auditapp.audits.report.gather import readiness
from auditapp.audits.report.prefill import prefill
from auditapp.audits.report.queries import Material, material, objections, role_in
from auditapp.audits.report.routes.base import audit_of, bp, draft_readers_only, head, tasks, words
from auditapp.audits.report.rules import blockers
from auditapp.audits.rules import TEAM, AuditStatus, MemberRole
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal


def _page(
    who: Principal,
    audit: Audit,
    *,
    form: ConclusionForm | None = None,
    meeting: ClosingMeetingForm | None = None,
    resume: ReasonForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    found = material(current_session(), audit)
    report = service.draft(current_session(), found, at=clock.now())
    kept = found.conclusion
    role = role_in(audit, who)
    shown = form or ConclusionForm.of(
        report.conclusion if kept else prefill(report, objections(current_session(), audit.id)),
        kept.version if kept else None,
    )
    return (
        render_template(
            "report/closing.html",
            **head(audit),
            report=report,
            words=words(),
            form=shown,
            saved=kept,
            meeting=meeting or _meeting_form(who, found),
            unsent=holding(current_session(), audit.id) if audit.status is AuditStatus.IN_PROGRESS else [],
            held=next((each for each in found.meetings if each.kind is MeetingKind.CLOSING), None),
            resume=resume or ReasonForm(formdata=None),
            tasks=tasks(audit, blockers(readiness(found, shown.conclusion()))),
            may_write=role in TEAM and audit.status in {AuditStatus.IN_PROGRESS, AuditStatus.REPORTING},
            leads=role is MemberRole.LEADER,
            nonconformities=any(
                each.status is not FindingStatus.WITHDRAWN and each.grade in NONCONFORMITIES
                for each in found.findings
            ),
        ),
        status,
    )


def _meeting_form(who: Principal, found: Material) -> ClosingMeetingForm:
    """Filled with who sat in the opening meeting: mostly the same people close."""
    opening = next((each for each in found.meetings if each.kind is MeetingKind.OPENING), None)
    closing = next((each for each in found.meetings if each.kind is MeetingKind.CLOSING), None)
    before = closing or opening
    names = before.participants if before else "\n".join(each.person.name for each in found.audit.members)
    local = clock.now().astimezone(ZoneInfo(who.zone)).replace(second=0, microsecond=0, tzinfo=None)
    return ClosingMeetingForm(
        formdata=None, held_at=local, participants=names, notes=closing.notes if closing else ""
    )


@bp.get("/<ref>/closing")
@guard(Capability.SIGNED_IN)
def closing(ref: str) -> ResponseReturnValue:
    """What is concluded, what stands in the way of the report, and the closing meeting."""
    who = actor()
    audit = audit_of(who, ref)
    if audit.issued_at is not None:
        return redirect(url_for("report.show", ref=audit.ref))
    draft_readers_only(audit, who)
    return _page(who, audit)


@bp.post("/<ref>/closing/conclusion")
@guard(Capability.SIGNED_IN)
def save_conclusion(ref: str) -> ResponseReturnValue:
    """Keep the conclusion as it is so far."""
    who = actor()
    audit = audit_of(who, ref)
    draft_readers_only(audit, who)  # a refused form is shown on the draft's page
    form = ConclusionForm()
    if not form.validate():
        return _page(who, audit, form=form, status=422)
    with form.taking_refusals() as outcome:
        service.save_conclusion(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            values=form.conclusion(),
            version=form.seen(),
        )
    if not outcome.ok:
        form.version.data = str(service.conclusion_version(current_session(), audit_of(who, ref)))
        return _page(who, audit_of(who, ref), form=form, status=outcome.status)
    flash(_("The conclusion is saved."), "success")
    return redirect(url_for("report.closing", ref=audit.ref))


@bp.post("/<ref>/closing/meeting")
@guard(Capability.SIGNED_IN)
def closing_meeting(ref: str) -> ResponseReturnValue:
    """The closing meeting was held."""
    who = actor()
    audit = audit_of(who, ref)
    draft_readers_only(audit, who)  # a refused form is shown on the draft's page
    form = ClosingMeetingForm()
    if not form.validate():
        return _page(who, audit, meeting=form, status=422)
    with form.taking_refusals() as outcome:
        service.record_closing_meeting(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            held_at=form.moment(who.zone),
            participants=form.participants.data or "",
            notes=form.notes.data or "",
            override=form.override.data or "",
        )
    if not outcome.ok:
        return _page(who, audit_of(who, ref), meeting=form, status=outcome.status)
    flash(_("The closing meeting is recorded. The report comes next."), "success")
    return redirect(url_for("report.closing", ref=audit.ref))


@bp.post("/<ref>/closing/resume")
@guard(Capability.SIGNED_IN)
def resume(ref: str) -> ResponseReturnValue:
    """Go back to the walk."""
    who = actor()
    audit = audit_of(who, ref)
    draft_readers_only(audit, who)  # a refused form is shown on the draft's page
    form = ReasonForm()
    if not form.validate():
        return _page(who, audit, resume=form, status=422)
    with form.taking_refusals() as outcome:
        service.resume_audit(
            current_session(), actor=who, at=clock.now(), audit=audit, reason=form.reason.data or ""
        )
    if not outcome.ok:
        return _page(who, audit_of(who, ref), resume=form, status=outcome.status)
    flash(_("The audit is open again. A further closing meeting ends it."), "success")
    return redirect(url_for("execution.walk", ref=audit.ref))


@bp.post("/<ref>/follow-up")
@guard(Capability.SIGNED_IN)
def follow_up(ref: str) -> ResponseReturnValue:
    """The follow-up begins."""
    who = actor()
    audit = audit_of(who, ref)
    service.start_follow_up(current_session(), actor=who, at=clock.now(), audit=audit)
    flash(_("The follow-up has begun."), "success")
    return redirect(url_for("report.show", ref=audit.ref))


@bp.post("/<ref>/complete")
@guard(Capability.SIGNED_IN)
def complete(ref: str) -> ResponseReturnValue:
    """The audit is completed."""
    who = actor()
    audit = audit_of(who, ref)
    form = NoteForm()
    if not form.validate():
        raise Invalid(
            Text("This note cannot be kept: it is too long or holds control characters."), field="note"
        )
    service.complete_audit(
        current_session(), actor=who, at=clock.now(), audit=audit, note=form.note.data or ""
    )
    flash(_("The audit is completed."), "success")
    return redirect(url_for("report.show", ref=audit.ref))
