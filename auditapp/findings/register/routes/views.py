"""Keeping views of a register: save, rename, share, remove."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings.blueprint import bp
from auditapp.findings.register.forms import ViewForm
from auditapp.findings.register.queries.views import choices, own_view, views_of
from auditapp.findings.register.routes.base import ENDPOINTS, address, chips
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import query, read_query
from auditapp.findings.register.service import views as service
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability

NONCONFORMITIES = {"register": Register.NONCONFORMITIES.value}
ACTIONS = {"register": Register.ACTIONS.value}


@bp.get("/nonconformities/views", defaults=NONCONFORMITIES)
@bp.get("/actions/views", defaults=ACTIONS)
@guard(Capability.VIEW_ORGANIZATION)
def views(register: str) -> ResponseReturnValue:
    """One's views of a register; with what the address asks for: the form that keeps it."""
    which = Register(register)
    asked = query(read_query(which, request.query_string.decode("utf-8", "replace")))
    form = ViewForm(formdata=None, asked=asked) if request.query_string else None
    return _page(which, form, 200)


@bp.post("/nonconformities/views", defaults=NONCONFORMITIES)
@bp.post("/actions/views", defaults=ACTIONS)
@guard(Capability.VIEW_ORGANIZATION)
def save_view(register: str) -> ResponseReturnValue:
    """Keep a view."""
    which = Register(register)
    form = ViewForm()
    if not form.validate():
        return _page(which, form, 422)
    with form.taking_refusals() as outcome:
        view = service.save_view(
            current_session(),
            actor=actor(),
            at=clock.now(),
            register=which,
            name=form.name.data or "",
            asked=form.asked.data or "",
            shared=form.shared.data,
        )
    if not outcome.ok:
        return _page(which, form, outcome.status)
    flash(_("The view “%(name)s” is kept: it stands above the register.", name=view.name), "success")
    return redirect(address(read_query(which, view.query)))


@bp.post("/nonconformities/views/<uuid:view_id>", defaults=NONCONFORMITIES)
@bp.post("/actions/views/<uuid:view_id>", defaults=ACTIONS)
@guard(Capability.VIEW_ORGANIZATION)
def change_view(register: str, view_id: UUID) -> ResponseReturnValue:
    """Another name, shared or not."""
    which = Register(register)
    view = own_view(current_session(), actor(), view_id)
    form = ViewForm()
    if not form.validate():
        return _page(which, None, 422, wrong=(view_id, form))
    with form.taking_refusals() as outcome:
        service.change_view(
            current_session(),
            actor=actor(),
            at=clock.now(),
            view=view,
            name=form.name.data or "",
            shared=form.shared.data,
        )
    if not outcome.ok:
        return _page(which, None, outcome.status, wrong=(view_id, form))
    flash(_("The view “%(name)s” is changed.", name=view.name), "success")
    return redirect(url_for("findings.views", register=which.value))


@bp.post("/nonconformities/views/<uuid:view_id>/remove", defaults=NONCONFORMITIES)
@bp.post("/actions/views/<uuid:view_id>/remove", defaults=ACTIONS)
@guard(Capability.VIEW_ORGANIZATION)
def remove_view(register: str, view_id: UUID) -> ResponseReturnValue:
    """Forget a view; the rows it showed are untouched."""
    view = own_view(current_session(), actor(), view_id)
    name = view.name
    service.remove_view(current_session(), actor=actor(), at=clock.now(), view=view)
    flash(_("The view “%(name)s” is removed. What it showed is untouched.", name=name), "success")
    return redirect(url_for("findings.views", register=Register(register).value))


def _page(
    which: Register, form: ViewForm | None, status: int, *, wrong: tuple[UUID, ViewForm] | None = None
) -> ResponseReturnValue:
    session = current_session()
    saved = views_of(session, actor(), which)
    asked = read_query(which, form.asked.data or "") if form is not None else None
    return (
        render_template(
            "findings/register/views.html",
            register=which,
            register_url=url_for(ENDPOINTS[which]),
            form=form,
            asked_chips=chips(asked, choices(session, actor(), asked)) if asked else [],
            own=[
                (
                    one,
                    wrong[1]
                    if wrong is not None and wrong[0] == one.id
                    else ViewForm(formdata=None, name=one.name, shared=one.shared, prefix=""),
                )
                for one in saved
                if not one.owner
            ],
            others=[one for one in saved if one.owner],
            url_of=lambda view: address(read_query(which, view.query)),
        ),
        status,
    )
