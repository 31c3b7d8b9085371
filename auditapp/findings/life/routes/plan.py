"""The action plan: submitted, accepted, returned, taken back."""

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings.blueprint import bp
from auditapp.findings.life import service
from auditapp.findings.life.forms import NoteForm, ReasonForm, StepForm
from auditapp.findings.life.queries import actions_of, check_of, root_causes_of
from auditapp.findings.life.routes.base import common, verb_page
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.action import ACTION_KIND_LABELS
from auditapp.findings.rules.nonconformity import CAUSE_LABELS, NcVerb
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability

PLAN = "findings/life/plan.html"


def _plan(**more: Any) -> Callable[[Nonconformity], dict[str, Any]]:
    """The plan as it is read: cause, actions, criteria."""

    def shown(nc: Nonconformity) -> dict[str, Any]:
        session = current_session()
        return {
            "missing": [],
            "roots": root_causes_of(session, nc),
            "actions": [one for one in actions_of(session, nc) if one.action.round == nc.round],
            "check": check_of(session, nc),
            "kind_labels": ACTION_KIND_LABELS,
            "cause_labels": CAUSE_LABELS,
            "labels": {},
            **more,
        }

    return shown


@bp.route("/nonconformities/<ref>/submit-plan", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def submit_plan(ref: str) -> ResponseReturnValue:
    """The plan as the verifier will see it, what it still needs, and the button that sends it."""

    def command(nc: Nonconformity, form: StepForm) -> None:
        service.submit_plan(current_session(), **common(nc, form))

    def shown(nc: Nonconformity) -> dict[str, Any]:
        missing = service.missing_for_plan(current_session(), nc)
        return _plan(
            title=_("Action plan of %(ref)s", ref=nc.ref),
            lead=_("The verifier accepts it, or returns it with a reason. Then the actions begin."),
            submit_label=_("Submit the plan"),
            missing=missing,
            works=True,
        )(nc)

    return verb_page(
        ref,
        NcVerb.SUBMIT_PLAN,
        StepForm,
        command,
        _("The plan of %(ref)s is submitted."),
        template=PLAN,
        shown=shown,
    )


@bp.route("/nonconformities/<ref>/accept-plan", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def accept_plan(ref: str) -> ResponseReturnValue:
    """The plan is good: it is carried out from now on."""

    def command(nc: Nonconformity, form: NoteForm) -> None:
        service.accept_plan(current_session(), **common(nc, form), note=form.note.data or "")

    return verb_page(
        ref,
        NcVerb.ACCEPT_PLAN,
        NoteForm,
        command,
        _("The plan of %(ref)s is accepted."),
        template=PLAN,
        shown=_plan(
            title=_("Accept the action plan"),
            lead=_(
                "Does it remove the cause that was found, and can its effect be judged by these criteria?"
            ),
            submit_label=_("Accept the plan"),
            other=("findings.return_plan", _("Return it instead")),
        ),
    )


@bp.route("/nonconformities/<ref>/return-plan", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def return_plan(ref: str) -> ResponseReturnValue:
    """The plan needs more, and what."""

    def command(nc: Nonconformity, form: ReasonForm) -> None:
        service.return_plan(current_session(), **common(nc, form), reason=form.reason.data or "")

    return verb_page(
        ref,
        NcVerb.RETURN_PLAN,
        ReasonForm,
        command,
        _("The plan of %(ref)s is returned."),
        template=PLAN,
        shown=_plan(
            title=_("Return the action plan"),
            lead=_("Say so that the responsible person knows what to change."),
            submit_label=_("Return the plan"),
            labels={"reason": _("What the plan still needs")},
            other=("findings.accept_plan", _("Accept it after all")),
        ),
    )


@bp.route("/nonconformities/<ref>/revise-plan", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def revise_plan(ref: str) -> ResponseReturnValue:
    """The accepted plan has to change."""

    def command(nc: Nonconformity, form: ReasonForm) -> None:
        service.revise_plan(current_session(), **common(nc, form), reason=form.reason.data or "")

    return verb_page(
        ref,
        NcVerb.REVISE_PLAN,
        ReasonForm,
        command,
        _("The plan of %(ref)s can be changed again."),
        shown=lambda nc: {
            "title": _("Take the plan of %(ref)s back", ref=nc.ref),
            "leads": [
                _("Actions stay as they are and go on. The changed plan is submitted and accepted again.")
            ],
            "submit_label": _("Take the plan back"),
            "labels": {"reason": _("Why the plan has to change")},
        },
    )
