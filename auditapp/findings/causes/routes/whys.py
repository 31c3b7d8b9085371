"""The tool: five whys as a tree, its picture, and when it is done."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.causes import service
from auditapp.findings.causes.forms import CauseForm, CompleteForm, ReworkForm, VersionForm
from auditapp.findings.causes.queries import analysis_of, causes_of, extent_of
from auditapp.findings.causes.routes.base import Tried, find, head_of, tool, words
from auditapp.findings.causes.rules import missing_for_completion
from auditapp.findings.life.service.base import allowed
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import ExtentResult, NcVerb, require_may
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


def _at(ref: str, anchor: str) -> ResponseReturnValue:
    return redirect(f"{url_for('findings.causes', ref=ref)}#{anchor}")


@bp.get("/nonconformities/<ref>/causes")
@guard(Capability.VIEW_ORGANIZATION)
def causes(ref: str) -> ResponseReturnValue:
    """Why it happened, as a tree and as a picture, and where else it may occur."""
    return tool(find(ref))


@bp.post("/nonconformities/<ref>/causes")
@guard(Capability.VIEW_ORGANIZATION)
def add_cause(ref: str) -> ResponseReturnValue:
    """One more answer to “why?”."""
    nc = find(ref)
    session = current_session()
    allowed(session, nc, NcVerb.ANALYSE, actor=actor())
    form = CauseForm()
    under = str(form.asked) if form.asked else "top"
    if not form.validate():
        return tool(nc, status=422, tried=Tried(form=form, kind="add", under=under))
    with form.taking_refusals() as outcome:
        found = service.add_cause(
            session,
            actor=actor(),
            at=clock.now(),
            nc=nc,
            text=form.text.data or "",
            parent_id=form.asked,
            category=form.sorted_as,
            root=bool(form.root.data),
            evidence=form.evidence.data or "",
        )
    if outcome.ok:
        return _at(nc.ref, f"cause-{found.id}")
    return tool(find(ref), status=outcome.status, tried=Tried(form=form, kind="add", under=under))


@bp.post("/nonconformities/<ref>/causes/<uuid:cause_id>")
@guard(Capability.VIEW_ORGANIZATION)
def change_cause(ref: str, cause_id: UUID) -> ResponseReturnValue:
    """Change an answer, mark it as a root cause, sort it."""
    nc = find(ref)
    session = current_session()
    allowed(session, nc, NcVerb.ANALYSE, actor=actor())
    form = CauseForm()
    tried = Tried(form=form, kind="change", under=str(cause_id))
    if not form.validate():
        return tool(nc, status=422, tried=tried)
    with form.taking_refusals() as outcome:
        service.change_cause(
            session,
            actor=actor(),
            at=clock.now(),
            nc=nc,
            cause_id=cause_id,
            text=form.text.data or "",
            category=form.sorted_as,
            root=bool(form.root.data),
            evidence=form.evidence.data or "",
            version=form.seen,
        )
    if outcome.ok:
        return _at(nc.ref, f"cause-{cause_id}")
    return tool(find(ref), status=outcome.status, tried=tried)


@bp.post("/nonconformities/<ref>/causes/<uuid:cause_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_cause(ref: str, cause_id: UUID) -> ResponseReturnValue:
    """Remove an answer and what hangs below it."""
    nc = find(ref)
    session = current_session()
    parent = next((one.parent_id for one in causes_of(session, nc) if one.id == cause_id), None)
    form = VersionForm()
    service.remove_cause(session, actor=actor(), at=clock.now(), nc=nc, cause_id=cause_id, version=form.seen)
    flash(_("Removed."), "success")
    return _at(ref, f"cause-{parent}" if parent else "whys")


@bp.route("/nonconformities/<ref>/complete-cause", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def complete_cause(ref: str) -> ResponseReturnValue:
    """Cause and extent in a few sentences; then the action plan."""
    nc = find(ref)
    session = current_session()
    form = CompleteForm()
    if form.is_submitted():
        require_may(NcVerb.COMPLETE_CAUSE, queries.parts(session, actor(), nc))
        if form.validate():
            with form.taking_refusals() as outcome:
                service.complete_cause(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    nc=nc,
                    cause_summary=form.cause_summary.data or "",
                    extent_summary=form.extent_summary.data or "",
                    version=form.seen,
                )
            if outcome.ok:
                flash(
                    _("Cause and extent of %(ref)s are complete. Next: plan the actions.", ref=nc.ref),
                    "success",
                )
                return redirect(url_for("findings.show", ref=nc.ref))
            return _complete_page(find(ref), form, outcome.status)
        return _complete_page(nc, form, 422)
    allowed(session, nc, NcVerb.COMPLETE_CAUSE, actor=actor())
    form = CompleteForm(
        formdata=None,
        version=str(nc.version),
        cause_summary=nc.cause_summary,
        extent_summary=nc.extent_summary,
    )
    return _complete_page(nc, form, 200)


def _complete_page(nc: Nonconformity, form: CompleteForm, status: int) -> ResponseReturnValue:
    session = current_session()
    form.version.data = str(nc.version)
    places = extent_of(session, nc, round_=nc.round)
    missing = missing_for_completion(
        analysis_of(session, nc, cause_summary="…", extent_summary=nc.extent_summary)
    )
    return render_template(
        "findings/causes/complete.html",
        nc=nc,
        standing=head_of(nc),
        form=form,
        roots=[one for one in causes_of(session, nc, round_=nc.round) if one.root],
        places=places,
        still_open=sum(one.check.result is ExtentResult.OPEN for one in places),
        missing=[text for field, text in missing if not field],
        **words(),
    ), status


@bp.route("/nonconformities/<ref>/rework-cause", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def rework_cause(ref: str) -> ResponseReturnValue:
    """Back from the plan to the cause."""
    nc = find(ref)
    session = current_session()
    form = ReworkForm()
    status = 200
    if form.is_submitted():
        require_may(NcVerb.REWORK_CAUSE, queries.parts(session, actor(), nc))
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.rework_cause(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    nc=nc,
                    reason=form.reason.data or "",
                    version=form.seen,
                )
            if outcome.ok:
                flash(
                    _("Back at the cause of %(ref)s. What was found so far is still there.", ref=nc.ref),
                    "success",
                )
                return redirect(url_for("findings.causes", ref=nc.ref))
            nc, status = find(ref), outcome.status
        form.version.data = str(nc.version)
    else:
        allowed(session, nc, NcVerb.REWORK_CAUSE, actor=actor())
        form = ReworkForm(formdata=None, version=str(nc.version))
    return render_template(
        "findings/causes/rework.html", nc=nc, standing=head_of(nc), form=form, **words()
    ), status
