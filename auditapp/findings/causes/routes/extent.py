"""Where else it may occur: plan a check, take it back, record what was found."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.causes import service
from auditapp.findings.causes.forms import ExtentForm, LinkForm, RecordForm, VersionForm
from auditapp.findings.causes.queries import Place, place_of
from auditapp.findings.causes.routes.base import find, head_of, offer, tool, words
from auditapp.findings.causes.rules import require_may_record
from auditapp.findings.life.service.base import allowed
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import ExtentResult, NcVerb
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.post("/nonconformities/<ref>/extent")
@guard(Capability.VIEW_ORGANIZATION)
def add_extent(ref: str) -> ResponseReturnValue:
    """Plan a check somewhere else."""
    nc = find(ref)
    session = current_session()
    allowed(session, nc, NcVerb.ANALYSE, actor=actor())
    form = ExtentForm()
    offer(form, nc)
    if not form.validate():
        return tool(nc, status=422, extent_form=form)
    with form.taking_refusals() as outcome:
        service.add_extent(
            session,
            actor=actor(),
            at=clock.now(),
            nc=nc,
            relationship_id=form.chosen_relationship,
            standard=(form.standard.data or "") if form.clause.data else "",
            clause=form.clause.data or "",
            place=form.place.data or "",
            question=form.question.data or "",
            checker_id=form.chosen_checker,
            due_on=form.due_on.data,
        )
    if not outcome.ok:
        return tool(find(ref), status=outcome.status, extent_form=form)
    flash(_("The check is planned."), "success")
    return redirect(f"{url_for('findings.causes', ref=nc.ref)}#extent")


@bp.post("/nonconformities/<ref>/extent/<uuid:extent_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_extent(ref: str, extent_id: UUID) -> ResponseReturnValue:
    """Take a check back that nobody has made."""
    nc = find(ref)
    service.remove_extent(
        current_session(),
        actor=actor(),
        at=clock.now(),
        nc=nc,
        extent_id=extent_id,
        version=VersionForm().seen,
    )
    flash(_("The check is removed."), "success")
    return redirect(f"{url_for('findings.causes', ref=ref)}#extent")


@bp.route("/nonconformities/<ref>/extent/<uuid:extent_id>", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def record_extent(ref: str, extent_id: UUID) -> ResponseReturnValue:
    """Say what was found there."""
    nc = find(ref)
    check = _recordable(nc, extent_id).check
    form = RecordForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.record_extent(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    nc=nc,
                    extent_id=extent_id,
                    result=ExtentResult(form.result.data),
                    note=form.note.data or "",
                    version=form.seen,
                )
            if outcome.ok:
                flash(_("What was found is recorded."), "success")
                found = form.result.data == ExtentResult.FOUND.value
                return redirect(
                    url_for("findings.record_extent", ref=ref, extent_id=extent_id)
                    if found
                    else f"{url_for('findings.causes', ref=ref)}#extent"
                )
            nc, status = find(ref), outcome.status
        form.version.data = str(nc.version)
    else:
        given = None if check.result is ExtentResult.OPEN else check.result.value
        form = RecordForm(formdata=None, version=str(nc.version), result=given, note=check.note)
    return _record_page(nc, extent_id, form, LinkForm(formdata=None, version=str(nc.version)), status)


@bp.post("/nonconformities/<ref>/extent/<uuid:extent_id>/raised")
@guard(Capability.VIEW_ORGANIZATION)
def link_extent(ref: str, extent_id: UUID) -> ResponseReturnValue:
    """Say which nonconformity was raised there."""
    nc = find(ref)
    check = _recordable(nc, extent_id).check
    form = LinkForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.link_extent(
                current_session(),
                actor=actor(),
                at=clock.now(),
                nc=nc,
                extent_id=extent_id,
                ref=form.ref.data or "",
            )
        if outcome.ok:
            flash(_("Linked."), "success")
            return redirect(f"{url_for('findings.causes', ref=ref)}#extent")
        nc, status = find(ref), outcome.status
        check = place_of(current_session(), nc, extent_id).check
    shown = RecordForm(formdata=None, version=str(nc.version), result=check.result.value, note=check.note)
    return _record_page(nc, extent_id, shown, form, status)


def _recordable(nc: Nonconformity, extent_id: UUID) -> Place:
    session = current_session()
    place = place_of(session, nc, extent_id)
    require_may_record(
        nc.status, queries.parts(session, actor(), nc), checker=place.check.checker_id == actor().person_id
    )
    return place


def _record_page(
    nc: Nonconformity, extent_id: UUID, form: RecordForm, link_form: LinkForm, status: int
) -> ResponseReturnValue:
    session = current_session()
    place = place_of(session, nc, extent_id)
    return render_template(
        "findings/causes/record.html",
        nc=nc,
        standing=head_of(nc),
        place=place,
        requirements=queries.requirements_of(session, [nc.id])[nc.id],
        form=form,
        link_form=link_form,
        **words(),
    ), status
