"""Visits of the body."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.certification import queries, service
from auditapp.relationships.certification.forms import ReasonForm, VisitForm
from auditapp.relationships.certification.routes.base import bp, common, verb_page
from auditapp.relationships.certification.rules import SCHEME_LABELS, VISIT_LABELS, VisitKind


@bp.route("/<ref>/visits/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def new_visit(ref: str) -> ResponseReturnValue:
    """A visit is agreed, or was held already."""
    session = current_session()
    found = queries.certificate_by_ref(session, actor(), ref)
    form = VisitForm() if request.method == "POST" else VisitForm(formdata=None)
    if request.method == "GET":
        parts = queries.parts_of(session, [found.id])[found.id]
        stage_1 = any(one.kind is VisitKind.STAGE_1 and one.cancelled_on is None for one in parts.visits)
        on_the_way = VisitKind.STAGE_2 if stage_1 else VisitKind.STAGE_1
        form.kind.data = (VisitKind.SURVEILLANCE if parts.decisions else on_the_way).value
    return verb_page(
        form,
        lambda: service.plan_visit(session, actor=actor(), at=clock.now(), ref=ref, visit=form.visit()),
        version=lambda: 0,
        done=_("The visit is entered."),
        to=lambda: url_for("certification.show", ref=ref),
        title=_("Enter a visit of the body"),
        button=_("Enter it"),
        back=(f"{ref} {SCHEME_LABELS[found.scheme]}", url_for("certification.show", ref=ref)),
    )


@bp.route("/visits/<uuid:visit_id>", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def visit(visit_id: UUID) -> ResponseReturnValue:
    """Other days, or: it was held."""
    session = current_session()
    row = queries.visit_by_id(session, actor(), visit_id)
    found = queries.certificate_of(session, actor(), row.certificate_id)
    form = VisitForm() if request.method == "POST" else VisitForm(formdata=None, obj=row)
    if request.method == "GET":
        form.kind.data = row.kind.value
    return verb_page(
        form,
        lambda: service.change_visit(session, visit_id=visit_id, visit=form.visit(), **common(form)),
        version=lambda: queries.visit_by_id(session, actor(), visit_id).version,
        done=_("The visit is kept."),
        to=lambda: url_for("certification.show", ref=found.ref),
        title=_("%(kind)s of %(ref)s", kind=VISIT_LABELS[row.kind], ref=found.ref),
        button=_("Keep it"),
        back=(f"{found.ref} {SCHEME_LABELS[found.scheme]}", url_for("certification.show", ref=found.ref)),
    )


@bp.route("/visits/<uuid:visit_id>/cancel", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def cancel_visit(visit_id: UUID) -> ResponseReturnValue:
    """It does not take place."""
    session = current_session()
    row = queries.visit_by_id(session, actor(), visit_id)
    found = queries.certificate_of(session, actor(), row.certificate_id)
    form = ReasonForm() if request.method == "POST" else ReasonForm(formdata=None)
    return verb_page(
        form,
        lambda: service.cancel_visit(
            session, visit_id=visit_id, reason=form.reason.data or "", **common(form)
        ),
        version=lambda: queries.visit_by_id(session, actor(), visit_id).version,
        done=_("The visit is cancelled."),
        to=lambda: url_for("certification.show", ref=found.ref),
        title=_("Cancel: %(kind)s of %(ref)s", kind=VISIT_LABELS[row.kind], ref=found.ref),
        button=_("Cancel the visit"),
        back=(f"{found.ref} {SCHEME_LABELS[found.scheme]}", url_for("certification.show", ref=found.ref)),
        danger=True,
    )
