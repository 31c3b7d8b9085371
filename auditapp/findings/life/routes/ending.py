"""Withdrawing, grading anew, opening again."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.execution.rules import Grade
from auditapp.findings.blueprint import bp
from auditapp.findings.life import service
from auditapp.findings.life.forms import ReasonForm, RegradeForm
from auditapp.findings.life.queries import open_owners
from auditapp.findings.life.routes.base import common, verb_page
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability


@bp.route("/nonconformities/<ref>/withdraw", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def withdraw(ref: str) -> ResponseReturnValue:
    """It does not stand."""

    def command(nc: Nonconformity, form: ReasonForm) -> None:
        service.withdraw(current_session(), **common(nc, form), reason=form.reason.data or "")

    def shown(nc: Nonconformity) -> dict[str, object]:
        leads = [_("It keeps its number and its history, and can be opened again with a reason.")]
        owners = open_owners(current_session(), nc)
        if owners:
            leads.append(
                _("Open actions are cancelled with it: those of %(names)s.", names=", ".join(owners))
            )
        return {
            "title": _("Withdraw %(ref)s", ref=nc.ref),
            "leads": leads,
            "submit_label": _("Withdraw %(ref)s", ref=nc.ref),
            "submit_kind": "danger",
            "labels": {"reason": _("Why it does not stand")},
        }

    return verb_page(ref, NcVerb.WITHDRAW, ReasonForm, command, _("%(ref)s is withdrawn."), shown=shown)


@bp.route("/nonconformities/<ref>/regrade", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def regrade(ref: str) -> ResponseReturnValue:
    """Another grade, and why."""

    def command(nc: Nonconformity, form: RegradeForm) -> None:
        service.regrade(
            current_session(),
            **common(nc, form),
            grade=Grade(form.grade.data),
            reason=form.reason.data or "",
        )

    def shown(nc: Nonconformity) -> dict[str, object]:
        leads = [_("The former grade stays in the history. A deadline that depends on it is counted anew.")]
        if nc.finding_id is not None:
            leads.append(
                _(
                    "The finding follows, while its report is not issued. An issued report has to be corrected."
                )
            )
        return {
            "title": _("Grade of %(ref)s", ref=nc.ref),
            "leads": leads,
            "submit_label": _("Change the grade"),
        }

    def fill(nc: Nonconformity, form: RegradeForm) -> None:
        form.grade.data = nc.grade.value

    return verb_page(
        ref,
        NcVerb.REGRADE,
        RegradeForm,
        command,
        _("The grade of %(ref)s is changed."),
        offer=lambda _nc, form: form.offer(),
        fill=fill,
        shown=shown,
    )


@bp.route("/nonconformities/<ref>/reopen", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def reopen(ref: str) -> ResponseReturnValue:
    """It does not hold after all, or does, when it was withdrawn."""

    def command(nc: Nonconformity, form: ReasonForm) -> None:
        service.reopen(current_session(), **common(nc, form), reason=form.reason.data or "")

    def shown(nc: Nonconformity) -> dict[str, object]:
        return {
            "title": _("Reopen %(ref)s", ref=nc.ref),
            "leads": [
                _("It is issued again, and waits for the responsible person.")
                if nc.status is NcStatus.WITHDRAWN
                else _(
                    "A new round begins with its cause: plan, verification and effectiveness check "
                    "are done again. What was done so far stays on record."
                ),
            ],
            "submit_label": _("Reopen %(ref)s", ref=nc.ref),
            "labels": {"reason": _("Why it is opened again")},
        }

    return verb_page(ref, NcVerb.REOPEN, ReasonForm, command, _("%(ref)s is open again."), shown=shown)
