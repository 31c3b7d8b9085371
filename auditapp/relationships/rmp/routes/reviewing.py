"""Reviews of a plan, and the eight ticks."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.rmp import service
from auditapp.relationships.rmp.forms import ReviewForm, TickForm
from auditapp.relationships.rmp.routes.base import WORDS, bp, find
from auditapp.relationships.rmp.routes.plans import plan_page
from auditapp.relationships.rmp.rules import PlanKind, ReviewOutcome
from auditapp.relationships.rmp.service.base import REVIEW
from auditapp.relationships.rules import STAGE_LABELS, Stage


@bp.route("/rmp/<plan_ref>/review", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def review(plan_ref: str) -> ResponseReturnValue:
    """Keep a review that was held."""
    session = current_session()
    plan, found = find(plan_ref)
    service.must_write(actor(), plan)
    status = 200
    if request.method == "GET":
        own = organization(session)
        form = ReviewForm(
            formdata=None, held_on=clock.day_in(own.zone if own else "UTC", clock.now()), ours=actor().name
        )
    else:
        form = ReviewForm()
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.log_review(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    plan=plan,
                    held_on=form.held_on.data,  # type: ignore[arg-type] # InputRequired
                    ours=form.ours.data or "",
                    theirs=form.theirs.data or "",
                    outcome=ReviewOutcome(form.outcome.data),
                    changes=form.changes.data or "",
                )
            if outcome.ok:
                due = open_one(session, REVIEW, plan.id)
                flash(
                    _("The review is kept. The next one is due on %(day)s.", day=due.due_on.isoformat())
                    if due
                    else _("The review is kept."),
                    "success",
                )
                return redirect(url_for("rmp.show", plan_ref=plan_ref) + "#reviews")
            status = outcome.status
            plan, found = find(plan_ref)
    return render_template(
        "rmp/review.html",
        form=form,
        plan=plan,
        found=found,
        due=open_one(session, REVIEW, plan.id),
        extras=open_extras(session, REVIEW, plan.id),
        joint=plan.kind is PlanKind.JOINT,
        **WORDS,
    ), status


@bp.post("/rmp/<plan_ref>/stages/<stage>")
@guard(Capability.VIEW_ORGANIZATION)
def tick(plan_ref: str, stage: str) -> ResponseReturnValue:
    """The plan was updated for this stage."""
    plan, found = find(plan_ref)
    if found is None or stage not in set(Stage):
        raise NotFound
    form = TickForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.tick_stage(
                current_session(),
                actor=actor(),
                at=clock.now(),
                relationship_id=found.id,
                stage=Stage(stage),
                note=form.note.data or "",
            )
        if outcome.ok:
            flash(_("Updated for the stage %(stage)s.", stage=STAGE_LABELS[Stage(stage)]), "success")
            return redirect(url_for("rmp.show", plan_ref=plan_ref) + "#stages")
        status = outcome.status
        plan, found = find(plan_ref)
    return plan_page(plan, found, status=status, forms={"tick": form})
