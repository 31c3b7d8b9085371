"""Pages of the steps that a version plans."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice  # type: ignore[attr-defined] # the stubs are a version behind

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import OWN, parties, party_of, people
from auditapp.relationships.exits.forms.strategy import PlanStepForm
from auditapp.relationships.exits.model import ExitPlanStep
from auditapp.relationships.exits.queries.base import people_of
from auditapp.relationships.exits.queries.strategy import plan_of, plan_step
from auditapp.relationships.exits.routes.base import blank, bp, form_page, need, version_here
from auditapp.relationships.exits.rules.content import CountedFrom


def _edit(ref: str, number: int, step_id: UUID | None) -> ResponseReturnValue:
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    session = current_session()
    step: ExitPlanStep | None = plan_step(session, found, step_id) if step_id else None
    form = blank(
        PlanStepForm,
        what=step.what if step else "",
        party=str(step.party_id or OWN) if step else OWN,
        owner=str(step.owner_id or "") if step else "",
        days=step.days if step else None,
        counted_from=(step.counted_from if step else CountedFrom.NOTICE).value,
        premature_days=step.premature_days if step else None,
        continuity=step.continuity if step else False,
        after=str(step.after_id or "") if step else "",
        seen=str(step.version) if step else "",
    )
    form.party.choices = parties(reader)
    form.owner.choices = people(reader, people_of(session, reader.relationship))
    form.after.choices = [SelectChoice("", _l("No other step"))] + [
        SelectChoice(str(one.id), f"{at}. {one.what}")
        for at, one in enumerate(plan_of(session, found), start=1)
        if one.id != step_id
    ]

    def do() -> None:
        service.save_plan_step(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            step=step,
            seen=form.version,
            values=service.StepValues(
                what=form.what.data or "",
                party_id=party_of(form.party.data),
                owner_id=form.owner.data,
                days=form.days.data or 0,
                counted_from=CountedFrom(form.counted_from.data),
                premature_days=form.premature_days.data,
                continuity=bool(form.continuity.data),
                after_id=form.after.data,
            ),
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Change a step") if step else _("Add a step"),
        submit=_("Keep the step") if step else _("Add the step"),
        done=_("The steps are kept."),
        back=url_for("exits.version", ref=ref, number=number, _anchor="steps"),
        back_label=_("Version %(number)s", number=number),
    )


@bp.route("/versions/<int:number>/steps/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def new_plan_step(ref: str, number: int) -> ResponseReturnValue:
    """One more step."""
    return _edit(ref, number, None)


@bp.route("/versions/<int:number>/steps/<uuid:step_id>", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit_plan_step(ref: str, number: int, step_id: UUID) -> ResponseReturnValue:
    """Another text of a step."""
    return _edit(ref, number, step_id)


@bp.post("/versions/<int:number>/steps/<uuid:step_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_plan_step(ref: str, number: int, step_id: UUID) -> ResponseReturnValue:
    """Take a step off the list."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    session = current_session()
    step = plan_step(session, found, step_id)
    what = step.what
    service.remove_plan_step(
        session, actor=actor(), at=clock.now(), strategy=strategy, version=found, step=step
    )
    flash(_("“%(what)s” is taken off the list.", what=what), "success")
    return redirect(url_for("exits.version", ref=ref, number=number, _anchor="steps"))


@bp.post("/versions/<int:number>/steps/<uuid:step_id>/up")
@guard(Capability.VIEW_ORGANIZATION)
def lift_plan_step(ref: str, number: int, step_id: UUID) -> ResponseReturnValue:
    """Before the one above it."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    session = current_session()
    step = plan_step(session, found, step_id)
    service.lift_plan_step(
        session, actor=actor(), at=clock.now(), strategy=strategy, version=found, step=step
    )
    return redirect(url_for("exits.version", ref=ref, number=number, _anchor="steps"))
