"""Sending and answering the plan; postponing, new dates, cancelling; planning the next one."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Audit
from auditapp.audits.plan import service
from auditapp.audits.plan.forms import (
    AnswerForm,
    DatesForm,
    ReasonForm,
    RepeatForm,
    SettleForm,
    SpokenForm,
    number_or_none,
    uuid_or_none,
)
from auditapp.audits.plan.routes.base import bp, find, policy
from auditapp.audits.plan.routes.page import page
from auditapp.audits.plan.rules import add_months
from auditapp.audits.rules import AuditStatus, AuditVerb, MemberRole, next_status
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


def _back(audit: Audit) -> ResponseReturnValue:
    return redirect(url_for("plan.show", ref=audit.ref))


@bp.post("/<ref>/send")
@guard(Capability.VIEW_ORGANIZATION)
def send(ref: str) -> ResponseReturnValue:
    """Send the plan to the auditees."""
    audit = find(ref)
    service.send_plan(
        current_session(),
        actor=actor(),
        at=clock.now(),
        audit=audit,
        version=number_or_none(request.form.get("version")),
        competence_policy=policy(),
    )
    flash(_("The plan is sent. The auditees find it on their home pages and answer there."), "success")
    return _back(audit)


@bp.post("/<ref>/answer")
@guard(Capability.SIGNED_IN)
def answer(ref: str) -> ResponseReturnValue:
    """An auditee agrees or objects."""
    audit = find(ref)
    form = AnswerForm()
    if not form.validate():
        return page(audit, answer_form=form), 422
    with form.taking_refusals() as outcome:
        service.answer_plan(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            agreed=form.agreed.data == "yes",
            reason=form.reason.data or "",
            revision=form.seen,
        )
    if not outcome.ok:
        audit = find(ref)
        form.revision.data = str(audit.plan_revision)
        return page(audit, answer_form=form), outcome.status
    if audit.status is AuditStatus.SCHEDULED:
        flash(_("Everybody has agreed: %(ref)s is scheduled.", ref=audit.ref), "success")
    else:
        flash(_("Your answer is recorded. Thank you."), "success")
    return _back(audit)


@bp.get("/<ref>/answer/<uuid:person_id>")
@guard(Capability.VIEW_ORGANIZATION)
def spoken(ref: str, person_id: UUID) -> str:
    """A form for an answer given by word of mouth."""
    audit = find(ref)
    service.check_planner(audit, actor())
    form = SpokenForm(formdata=None, revision=str(audit.plan_revision), person_id=str(person_id))
    return _spoken_page(audit, form)


def _spoken_page(audit: Audit, form: SpokenForm) -> str:
    wanted = form.person_id.data
    names = [
        one.person.name
        for one in audit.members
        if one.role is MemberRole.AUDITEE and str(one.person_id) == wanted
    ]
    if not names:
        abort(404)
    return render_template("plan/spoken.html", audit=audit, form=form, name=names[0])


@bp.post("/<ref>/answer/<uuid:person_id>")
@guard(Capability.VIEW_ORGANIZATION)
def record_spoken(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Write down an answer given by word of mouth."""
    audit = find(ref)
    service.check_planner(audit, actor())
    form = SpokenForm()
    form.person_id.data = str(person_id)
    if not form.validate():
        return _spoken_page(audit, form), 422
    with form.taking_refusals() as outcome:
        service.answer_plan(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            agreed=form.agreed.data == "yes",
            reason=form.reason.data or "",
            person_id=person_id,
            revision=form.seen,
        )
    if not outcome.ok:
        return _spoken_page(find(ref), form), outcome.status
    flash(_("The answer is recorded."), "success")
    return _back(audit)


@bp.post("/<ref>/settle")
@guard(Capability.VIEW_ORGANIZATION)
def settle(ref: str) -> ResponseReturnValue:
    """Write down how an objection was settled."""
    audit = find(ref)
    form = SettleForm()
    if not form.validate():
        return page(audit, settle_form=form), 422
    with form.taking_refusals() as outcome:
        service.settle_objection(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            answer_id=_id(form.answer_id.data),
            how=form.how.data or "",
        )
    if not outcome.ok:
        return page(find(ref), settle_form=form), outcome.status
    flash(_("The objection is settled; both sides of it stay on record."), "success")
    return _back(audit)


def _id(value: str | None) -> UUID:
    try:
        found = uuid_or_none(value)
    except ValueError:
        found = None
    if found is None:
        abort(404)
    return found


@bp.get("/<ref>/postpone")
@guard(Capability.VIEW_ORGANIZATION)
def ask_postpone(ref: str) -> str:
    """Ask why it is postponed."""
    return _reason_page(find(ref), AuditVerb.POSTPONE)


@bp.get("/<ref>/cancel")
@guard(Capability.VIEW_ORGANIZATION)
def ask_cancel(ref: str) -> str:
    """Ask why it is cancelled."""
    return _reason_page(find(ref), AuditVerb.CANCEL)


def _reason_page(audit: Audit, verb: AuditVerb, form: ReasonForm | None = None) -> str:
    service.check_planner(audit, actor())
    if form is None:
        next_status(audit.status, verb)  # a page for what cannot be done would be a trap
    shown = form or ReasonForm(formdata=None, version=str(audit.version))
    return render_template("plan/reason.html", audit=audit, form=shown, verb=verb, Verb=AuditVerb)


@bp.post("/<ref>/postpone")
@guard(Capability.VIEW_ORGANIZATION)
def postpone(ref: str) -> ResponseReturnValue:
    """Put the audit off."""
    return _with_reason(ref, AuditVerb.POSTPONE, service.postpone, _("%(ref)s is postponed."))


@bp.post("/<ref>/cancel")
@guard(Capability.VIEW_ORGANIZATION)
def cancel(ref: str) -> ResponseReturnValue:
    """Cancel the audit for good."""
    return _with_reason(ref, AuditVerb.CANCEL, service.cancel, _("%(ref)s is cancelled."))


def _with_reason(ref: str, verb: AuditVerb, command: Callable[..., object], done: str) -> ResponseReturnValue:
    audit = find(ref)
    form = ReasonForm()
    if not form.validate():
        return _reason_page(audit, verb, form), 422
    with form.taking_refusals() as outcome:
        command(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            reason=form.reason.data or "",
            version=form.seen,
        )
    if not outcome.ok:
        return _refused(ref, verb, form, outcome.status)
    flash(done % {"ref": audit.ref}, "success")
    return _back(audit)


def _refused(ref: str, verb: AuditVerb, form: ReasonForm, status: int) -> ResponseReturnValue:
    audit = find(ref)
    form.version.data = str(audit.version)
    return _reason_page(audit, verb, form), status


@bp.get("/<ref>/reschedule")
@guard(Capability.VIEW_ORGANIZATION)
def new_dates(ref: str) -> str:
    """New dates for a postponed audit."""
    audit = find(ref)
    service.check_planner(audit, actor())
    next_status(audit.status, AuditVerb.RESCHEDULE)
    form = DatesForm(formdata=None, version=str(audit.version))
    return render_template("plan/dates.html", audit=audit, form=form)


@bp.post("/<ref>/reschedule")
@guard(Capability.VIEW_ORGANIZATION)
def reschedule(ref: str) -> ResponseReturnValue:
    """Take the new dates."""
    audit = find(ref)
    form = DatesForm()
    first, last = form.starts_on.data, form.ends_on.data
    if not form.validate() or first is None or last is None:
        return render_template("plan/dates.html", audit=audit, form=form), 422
    with form.taking_refusals() as outcome:
        service.reschedule(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            starts_on=first,
            ends_on=last,
            version=form.seen,
        )
    if not outcome.ok:
        audit = find(ref)
        form.version.data = str(audit.version)
        return render_template("plan/dates.html", audit=audit, form=form), outcome.status
    flash(_("%(ref)s has new dates. Send the plan again.", ref=audit.ref), "success")
    return _back(audit)


@bp.get("/<ref>/repeat")
@guard(Capability.PLAN_AUDITS)
def ask_repeat(ref: str) -> str:
    """Ask when the next one comes."""
    audit = find(ref)
    return _repeat_page(audit, RepeatForm(formdata=None, months=audit.repeat_months or 12))


def _repeat_page(audit: Audit, form: RepeatForm) -> str:
    base = audit.intended_on or audit.starts_on
    months = form.months.data
    usual = add_months(base, months) if base and months and not form.months.errors else None
    return render_template(
        "plan/repeat.html",
        audit=audit,
        form=form,
        base=base,
        usual=usual,
        today=clock.day_in(actor().zone, clock.now()),
    )


@bp.post("/<ref>/repeat")
@guard(Capability.PLAN_AUDITS)
def repeat(ref: str) -> ResponseReturnValue:
    """Plan the next one from this one."""
    audit = find(ref)
    form = RepeatForm()
    if not form.validate():
        return _repeat_page(audit, form), 422
    with form.taking_refusals() as outcome:
        new, left_out = service.repeat_audit(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            months=form.months.data,
            competence_policy=policy(),
        )
    if not outcome.ok:
        return _repeat_page(find(ref), form), outcome.status
    flash(_("%(ref)s is planned as the next one. No answers were copied.", ref=new.ref), "success")
    if left_out:
        flash(
            _("Not in the new team, because they cannot take part: %(names)s.", names=", ".join(left_out)),
            "warning",
        )
    return redirect(url_for("plan.show", ref=new.ref))
