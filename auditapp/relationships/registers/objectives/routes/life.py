"""An objective is agreed, reached, dropped, taken up again."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.registers.objectives import service
from auditapp.relationships.registers.objectives.forms import AgreeForm, ReasonForm
from auditapp.relationships.registers.objectives.routes.base import bp, find
from auditapp.relationships.registers.objectives.routes.objectives import objective_page
from auditapp.relationships.registers.objectives.rules import State


@bp.post("/objectives/<objective_ref>/agree")
@guard(Capability.SIGNED_IN)
def agree(objective_ref: str) -> ResponseReturnValue:
    """A party agrees."""
    found, place = find(objective_ref)
    form = AgreeForm()
    try:
        party = UUID(request.form["party"]) if request.form.get("party") else None
    except ValueError:
        raise NotFound from None
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.agree(
                current_session(),
                actor=actor(),
                at=clock.now(),
                found=found,
                party_id=party,
                version=form.version.data or 0,
                note=form.note.data or "",
            )
        if outcome.ok:
            flash(
                _("Each party has agreed: %(ref)s holds.", ref=found.ref)
                if found.state is State.AGREED
                else _("Agreed."),
                "success",
            )
            return redirect(url_for("objectives.show", objective_ref=objective_ref))
        status = outcome.status
        found, place = find(objective_ref)
    return objective_page(found, place, status=status, forms={"agree": form})


@bp.post("/objectives/<objective_ref>/settle")
@guard(Capability.SIGNED_IN)
def settle(objective_ref: str) -> ResponseReturnValue:
    """The objective is reached, or dropped."""
    found, place = find(objective_ref)
    form = ReasonForm()
    reached = request.form.get("verb") == "reach"
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            (service.reach if reached else service.drop)(
                current_session(), actor=actor(), at=clock.now(), found=found, reason=form.reason.data or ""
            )
        if outcome.ok:
            flash(_("Reached.") if reached else _("Dropped. The reason stays on record."), "success")
            return redirect(url_for("objectives.show", objective_ref=objective_ref))
        status = outcome.status
        found, place = find(objective_ref)
    return objective_page(found, place, status=status, forms={"reached" if reached else "dropped": form})


@bp.post("/objectives/<objective_ref>/take-up")
@guard(Capability.SIGNED_IN)
def take_up(objective_ref: str) -> ResponseReturnValue:
    """What was settled too soon goes on."""
    found, _place = find(objective_ref)
    service.take_up(current_session(), actor=actor(), at=clock.now(), found=found)
    flash(_("%(ref)s is taken up again.", ref=found.ref), "success")
    return redirect(url_for("objectives.show", objective_ref=objective_ref))
