"""Moving on, going back, deciding not to collaborate, and taking that back."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.lifecycle import queries, service
from auditapp.relationships.lifecycle.forms import BackForm, WhyForm
from auditapp.relationships.lifecycle.routes.base import WORDS, bp, find, places_of
from auditapp.relationships.lifecycle.rules import earlier_stages, must_be_early, next_stage
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGE_LABELS, Stage
from auditapp.relationships.service import must_manage, must_run


def _page(
    found: Relationship,
    form: WhyForm,
    command: Callable[[], object],
    done: Callable[[], str],
    template: str,
    **shown: Any,
) -> ResponseReturnValue:
    """Show the form of a step, or take the step and go back to the path."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                command()
            if outcome.ok:
                flash(done(), "success")
                return redirect(url_for("lifecycle.of_relationship", ref=found.ref))
            status = outcome.status
            found = find(found.ref)
    form.version.data = str(found.version)
    return render_template(template, found=found, form=form, **shown, **WORDS), status


def _common(found: Relationship, form: WhyForm) -> dict[str, Any]:
    return {
        "actor": actor(),
        "at": clock.now(),
        "relationship_id": found.id,
        "version": form.seen,
        "reason": form.reason.data or "",
    }


@bp.route("/<ref>/stages/move", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def move(ref: str) -> ResponseReturnValue:
    """On to the next stage: what is missing, where to get it, or why without."""
    found = find(ref)
    must_manage(actor(), found.id)
    must_run(found)
    to_stage = next_stage(found.stage)
    form = WhyForm() if request.method == "POST" else WhyForm(formdata=None)
    standing = queries.standing_of(current_session(), actor(), found)
    ready = standing.ready[found.stage]
    return _page(
        found,
        form,
        lambda: service.move_on(current_session(), **_common(found, form)),
        lambda: _("%(name)s is now in %(stage)s.", name=found.name, stage=STAGE_LABELS[to_stage]),
        "lifecycle/move.html",
        to_stage=to_stage,
        from_stage=found.stage,
        ready=ready,
        rmp_updated=found.stage in standing.rmp,
        places={one.key: places_of(one, ref) for one in ready.missing},
    )


@bp.route("/<ref>/stages/back", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def back(ref: str) -> ResponseReturnValue:
    """Back to an earlier stage, with a reason."""
    found = find(ref)
    must_manage(actor(), found.id)
    must_run(found)
    stages = earlier_stages(found.stage)
    if not stages:
        raise Refusal(Text("Awareness is the first stage: there is nothing to go back to."))
    form = BackForm() if request.method == "POST" else BackForm(formdata=None, to_stage=stages[0].value)
    form.offer(stages)
    return _page(
        found,
        form,
        lambda: service.go_back(
            current_session(), to_stage=Stage(form.to_stage.data), **_common(found, form)
        ),
        lambda: _(
            "%(name)s is back in %(stage)s.", name=found.name, stage=STAGE_LABELS[Stage(form.to_stage.data)]
        ),
        "lifecycle/back.html",
    )


@bp.route("/<ref>/stages/decline", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def decline(ref: str) -> ResponseReturnValue:
    """Decide not to collaborate, with a reason."""
    found = find(ref)
    must_manage(actor(), found.id)
    must_run(found)
    must_be_early(found.stage)
    form = WhyForm() if request.method == "POST" else WhyForm(formdata=None)
    return _page(
        found,
        form,
        lambda: service.decline(current_session(), **_common(found, form)),
        lambda: _("Decided not to collaborate. The reason is kept, and %(ref)s has ended.", ref=found.ref),
        "lifecycle/decline.html",
    )


@bp.route("/<ref>/stages/reopen", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def reopen(ref: str) -> ResponseReturnValue:
    """Take the decision not to collaborate back."""
    found = find(ref)
    must_manage(actor(), found.id)
    if request.method == "GET" and not queries.may_reopen(current_session(), found):
        raise Refusal(Text("There is no decision not to collaborate here that could be taken back."))
    form = WhyForm() if request.method == "POST" else WhyForm(formdata=None)
    return _page(
        found,
        form,
        lambda: service.reopen(current_session(), **_common(found, form)),
        lambda: _("%(name)s goes on in %(stage)s.", name=found.name, stage=STAGE_LABELS[found.stage]),
        "lifecycle/reopen.html",
    )
