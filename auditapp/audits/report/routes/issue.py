"""Issuing the report, and correcting an issued one."""

from typing import cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import require_leader
from auditapp.audits.report import service
from auditapp.audits.report.content import AuditReport
from auditapp.audits.report.forms import CorrectionForm, SignatureForm, correction_form
from auditapp.audits.report.gather import readiness
from auditapp.audits.report.queries import issued, material, role_in
from auditapp.audits.report.routes.base import (
    audit_of,
    bp,
    draft_readers_only,
    head,
    signed,
    signs_by_password,
    tasks,
    words,
)
from auditapp.audits.report.rules import blockers
from auditapp.audits.rules import AuditVerb, MemberRole, next_status
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal


def _issue_page(
    who: Principal, audit: Audit, form: SignatureForm | None = None, status: int = 200
) -> ResponseReturnValue:
    found = material(current_session(), audit)
    report = service.draft(current_session(), found, at=clock.now())
    if form is None:
        form = SignatureForm(formdata=None, read_sha256=report.body_sha256)
    elif form.read_sha256.data != report.body_sha256:  # it changed meanwhile: to be read and ticked again
        form.read_sha256.data = report.body_sha256
        form.confirmed.data = False
    return (
        render_template(
            "report/issue.html",
            **head(audit),
            report=report,
            words=words(),
            form=form,
            tasks=tasks(audit, blockers(readiness(found, report.conclusion))),
            leads=role_in(audit, who) is MemberRole.LEADER,
            by_password=signs_by_password(who),
        ),
        status,
    )


@bp.get("/<ref>/report/issue")
@guard(Capability.SIGNED_IN)
def issue(ref: str) -> ResponseReturnValue:
    """Where the leader signs, or reads what stands in the way."""
    who = actor()
    audit = audit_of(who, ref)
    if audit.issued_at is not None:
        return redirect(url_for("report.show", ref=audit.ref))
    draft_readers_only(audit, who)
    return _issue_page(who, audit)


@bp.post("/<ref>/report/issue")
@guard(Capability.SIGNED_IN)
def issue_post(ref: str) -> ResponseReturnValue:
    """Sign and issue."""
    who = actor()
    audit = audit_of(who, ref)
    require_leader(role_in(audit, who))
    next_status(audit.status, AuditVerb.ISSUE)
    form = SignatureForm()
    if not form.validate():
        return _issue_page(who, audit, form, 422)
    statement = signed(form, who)
    audit = audit_of(who, ref)
    if statement is None:
        return _issue_page(who, audit, form, 422)
    with form.taking_refusals() as outcome:
        row = service.issue_report(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            statement=statement,
            read_sha256=form.read_sha256.data or "",
        )
    if not outcome.ok:
        return _issue_page(who, audit_of(who, ref), form, outcome.status)
    flash(_("Report %(number)s is issued.", number=row.number), "success")
    return redirect(url_for("report.show", ref=ref))


def _correct_page(
    who: Principal, audit: Audit, old: AuditReport, form: CorrectionForm, status: int = 200
) -> ResponseReturnValue:
    return (
        render_template(
            "report/correct.html",
            **head(audit),
            report=old,
            words=words(),
            form=form,
            by_password=signs_by_password(who),
        ),
        status,
    )


@bp.get("/<ref>/report/correct")
@guard(Capability.SIGNED_IN)
def correct(ref: str) -> ResponseReturnValue:
    """Where the leader corrects an issued report."""
    who = actor()
    audit = audit_of(who, ref)
    require_leader(role_in(audit, who))
    old = AuditReport.from_json(issued(current_session(), audit.id).content.encode())
    form = cast("CorrectionForm", correction_form(old.findings).of(old.conclusion, old.document.revision))
    return _correct_page(who, audit, old, form)


@bp.post("/<ref>/report/correct")
@guard(Capability.SIGNED_IN)
def correct_post(ref: str) -> ResponseReturnValue:
    """Sign and issue the new revision."""
    who = actor()
    audit = audit_of(who, ref)
    require_leader(role_in(audit, who))
    old = AuditReport.from_json(issued(current_session(), audit.id).content.encode())
    form = correction_form(old.findings)()
    if not form.validate():
        return _correct_page(who, audit, old, form, 422)
    statement = signed(form, who)
    audit = audit_of(who, ref)
    if statement is None:
        return _correct_page(who, audit, old, form, 422)
    with form.taking_refusals() as outcome:
        row = service.correct_report(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            reason=form.reason.data or "",
            conclusion=form.conclusion(),
            findings=form.corrections(old.findings),
            statement=statement,
            revision=form.seen(),
        )
    if not outcome.ok:
        return _correct_page(who, audit_of(who, ref), old, form, outcome.status)
    flash(
        _("Revision %(revision)s of report %(number)s is issued.", revision=row.revision, number=row.number),
        "success",
    )
    return redirect(url_for("report.show", ref=ref))
