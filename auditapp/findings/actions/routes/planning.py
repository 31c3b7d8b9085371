"""Planning actions: propose, change, give to somebody else, another date, steps."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings import queries
from auditapp.findings.actions import service
from auditapp.findings.actions.forms import ActionForm, DueForm, ReassignForm, StepsForm, people
from auditapp.findings.actions.queries import causes_for_choice, possible_owners, steps_of
from auditapp.findings.actions.routes.base import WORDS, common, verb_page
from auditapp.findings.blueprint import bp
from auditapp.findings.life.queries import standing_of
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import ActionKind, ActionPriority, ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb, next_status, require_may
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.route("/nonconformities/<ref>/actions/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def propose_action(ref: str) -> ResponseReturnValue:
    """Plan an action of a nonconformity."""
    session = current_session()
    nc = queries.nonconformity_by_ref(session, actor(), ref)
    require_may(NcVerb.PROPOSE_ACTION, queries.parts(session, actor(), nc))
    status = 200
    if request.method == "GET":
        next_status(nc.status, NcVerb.PROPOSE_ACTION)
        early = nc.status is NcStatus.CONTAINMENT
        form = ActionForm(
            formdata=None,
            version=str(nc.version),
            kind=(ActionKind.CORRECTION if early else ActionKind.CORRECTIVE).value,
        )
        form.cause_id.data = request.args.get("cause", "")
        form.offer(possible_owners(session, nc, actor()), causes_for_choice(session, nc))
    else:
        form = ActionForm()
        form.offer(possible_owners(session, nc, actor()), causes_for_choice(session, nc))
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                action = service.propose_action(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    nc=nc,
                    owner_id=form.owner_id.data,
                    deputy_id=form.deputy_id.data,
                    due_on=form.due_on.data,  # type: ignore[arg-type] # InputRequired
                    steps=(form.steps.data or "").splitlines(),
                    version=form.seen,
                    **_contents(form),
                )
            if outcome.ok:
                flash(
                    _("%(ref)s is proposed. Its owner accepts it, or says why not.", ref=action.ref),
                    "success",
                )
                return redirect(url_for("findings.show", ref=nc.ref) + "#actions")
            nc = queries.nonconformity_by_ref(session, actor(), ref)
            status = outcome.status
            form.version.data = str(nc.version)
    standing = standing_of(session, actor(), nc, clock.now())
    return render_template(
        "findings/actions/propose.html", standing=standing, nc=nc, form=form, **WORDS
    ), status


@bp.route("/actions/<ref>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit_action(ref: str) -> ResponseReturnValue:
    """Change what an action says."""

    def offer(action: Action, nc: Nonconformity, form: ActionForm) -> None:
        del action
        form.offer(possible_owners(current_session(), nc, actor()), causes_for_choice(current_session(), nc))
        del form.owner_id, form.deputy_id, form.steps
        if nc.status is NcStatus.IMPLEMENTING:
            del form.due_on

    def fill(action: Action, form: ActionForm) -> None:
        form.title.data = action.title
        form.kind.data = action.kind.value
        form.priority.data = action.priority.value
        form.cause_id.data = action.cause_id
        form.description.data = action.description
        form.expected.data = action.expected
        form.evidence_wanted.data = action.evidence_wanted
        if "due_on" in form:
            form.due_on.data = action.due_on

    def do(action: Action, form: ActionForm) -> None:
        due_on = form.due_on.data if "due_on" in form else None
        service.edit_action(current_session(), due_on=due_on, **_contents(form), **common(action, form))

    return verb_page(
        ref,
        ActionVerb.EDIT,
        ActionForm,
        do,
        _("The action is changed."),
        title=_("Change the action"),
        submit=_("Save the action"),
        offer=offer,
        fill=fill,
    )


@bp.route("/actions/<ref>/reassign", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def reassign_action(ref: str) -> ResponseReturnValue:
    """Give it to somebody else, or change the deputy."""

    def offer(action: Action, nc: Nonconformity, form: ReassignForm) -> None:
        del action
        owners = possible_owners(current_session(), nc, actor())
        form.owner_id.choices = people(owners, _("Choose"))
        form.deputy_id.choices = people(owners, _("Nobody"))

    def fill(action: Action, form: ReassignForm) -> None:
        form.owner_id.data, form.deputy_id.data = action.owner_id, action.deputy_id

    return verb_page(
        ref,
        ActionVerb.REASSIGN,
        ReassignForm,
        lambda action, form: service.reassign_action(
            current_session(),
            owner_id=form.owner_id.data,
            deputy_id=form.deputy_id.data,
            reason=form.reason.data or "",
            **common(action, form),
        ),
        _("It is given on."),
        title=_("Give it to somebody else"),
        submit=_("Give it on"),
        leads=lambda _action, _nc: [
            _("A new owner has to accept it first. What was done so far stays on record.")
        ],
        offer=offer,
        fill=fill,
    )


@bp.route("/actions/<ref>/due", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def change_due(ref: str) -> ResponseReturnValue:
    """Another due date."""

    def do(action: Action, form: DueForm) -> None:
        assert form.due_on.data is not None  # noqa: S101 - InputRequired
        service.change_due(
            current_session(),
            due_on=form.due_on.data,
            reason=form.reason.data or "",
            **common(action, form),
        )

    def fill(action: Action, form: DueForm) -> None:
        form.due_on.data = action.due_on

    return verb_page(
        ref,
        ActionVerb.CHANGE_DUE,
        DueForm,
        do,
        _("The due date is changed."),
        title=_("Change the due date"),
        submit=_("Change the due date"),
        fill=fill,
    )


@bp.route("/actions/<ref>/steps", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def action_steps(ref: str) -> ResponseReturnValue:
    """Write the steps, one per line."""

    def fill(action: Action, form: StepsForm) -> None:
        steps = steps_of(current_session(), [action.id])[action.id]
        form.steps.data = "\n".join(step.text for step in steps)

    return verb_page(
        ref,
        ActionVerb.PLAN_STEP,
        StepsForm,
        lambda action, form: service.set_steps(
            current_session(), texts=(form.steps.data or "").splitlines(), **common(action, form)
        ),
        _("The steps are saved."),
        title=_("Steps"),
        submit=_("Save the steps"),
        fill=fill,
    )


def _contents(form: ActionForm) -> dict[str, Any]:
    return {
        "kind": ActionKind(form.kind.data),
        "title": form.title.data or "",
        "description": form.description.data or "",
        "expected": form.expected.data or "",
        "evidence_wanted": form.evidence_wanted.data or "",
        "priority": ActionPriority(form.priority.data or ActionPriority.MEDIUM),
        "cause_id": form.cause_id.data,
    }
