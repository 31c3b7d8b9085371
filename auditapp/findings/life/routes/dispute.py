"""Disputing, answering, deciding, keeping a different opinion."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.execution.rules import Grade
from auditapp.findings.blueprint import bp
from auditapp.findings.life import service
from auditapp.findings.life.forms import FALLS, OTHER_GRADE, AnswerForm, DecideForm, ViewForm
from auditapp.findings.life.queries import newest_dispute
from auditapp.findings.life.routes.base import back, common, find, pressed, verb_page
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability

DISPUTED = "findings/life/disputed.html"


def _other(nc: Nonconformity) -> Grade:
    return Grade.MINOR if nc.grade is Grade.MAJOR else Grade.MAJOR


@bp.route("/nonconformities/<ref>/dispute", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def dispute(ref: str) -> ResponseReturnValue:
    """Say how one sees it."""

    def command(nc: Nonconformity, form: ViewForm) -> None:
        service.dispute(current_session(), **common(nc, form), view=form.view.data or "")

    def shown(nc: Nonconformity) -> dict[str, Any]:
        leads = [
            _("Say which fact or which requirement you see differently, and what shows it."),
            _("The audit team answers, the audit programme manager decides. Both views stay on record."),
        ]
        if nc.finding_id is not None:
            leads.append(_("What is not settled by then is printed in the audit report."))
        return {
            "title": _("Dispute %(ref)s", ref=nc.ref),
            "leads": leads,
            "submit_label": _("Dispute %(ref)s", ref=nc.ref),
            "rows": 7,
        }

    return verb_page(ref, NcVerb.DISPUTE, ViewForm, command, _("%(ref)s is disputed."), shown=shown)


@bp.route("/nonconformities/<ref>/answer-dispute", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def answer_dispute(ref: str) -> ResponseReturnValue:
    """The audit team's view."""

    def command(nc: Nonconformity, form: AnswerForm) -> None:
        service.answer_dispute(current_session(), **common(nc, form), answer=form.answer.data or "")

    def fill(nc: Nonconformity, form: AnswerForm) -> None:
        row = newest_dispute(current_session(), nc)
        form.answer.data = row.answer if row else ""

    return verb_page(
        ref,
        NcVerb.ANSWER_DISPUTE,
        AnswerForm,
        command,
        _("Your answer stands beside the auditee’s view."),
        template=DISPUTED,
        fill=fill,
        shown=lambda nc: {
            "title": _("Answer the dispute of %(ref)s", ref=nc.ref),
            "leads": [_("You can change it until the dispute is decided.")],
            "submit_label": _("Save the answer"),
        },
    )


@bp.post("/nonconformities/<ref>/concede")
@guard(Capability.VIEW_ORGANIZATION)
def concede(ref: str) -> ResponseReturnValue:
    """Take the dispute back."""
    nc = find(ref)
    service.concede(current_session(), **pressed(nc))
    return back(nc, _("The dispute of %(ref)s is taken back."))


@bp.route("/nonconformities/<ref>/decide", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def decide_dispute(ref: str) -> ResponseReturnValue:
    """Decide the dispute: it stands, stands with the other grade, or does not stand."""

    def command(nc: Nonconformity, form: DecideForm) -> None:
        values = {**common(nc, form), "decision": form.decision.data or ""}
        if form.outcome.data == FALLS:
            service.annul(current_session(), **values)
        else:
            grade = _other(nc) if form.outcome.data == OTHER_GRADE else None
            service.uphold(current_session(), **values, grade=grade)

    def shown(nc: Nonconformity) -> dict[str, Any]:
        return {
            "title": _("Decide the dispute of %(ref)s", ref=nc.ref),
            "leads": [_("Both sides read your decision. It cannot be changed afterwards.")],
            "submit_label": _("Decide"),
        }

    return verb_page(
        ref,
        NcVerb.UPHOLD,
        DecideForm,
        command,
        _("The dispute of %(ref)s is decided."),
        template=DISPUTED,
        offer=lambda nc, form: form.offer(_other(nc)),
        shown=shown,
    )


@bp.route("/nonconformities/<ref>/maintain", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def maintain(ref: str) -> ResponseReturnValue:
    """Keep a different opinion after the decision."""

    def command(nc: Nonconformity, form: ViewForm) -> None:
        service.maintain(current_session(), **common(nc, form), view=form.view.data or "")

    def fill(nc: Nonconformity, form: ViewForm) -> None:
        row = newest_dispute(current_session(), nc)
        form.view.data = row.maintained if row else ""

    def shown(nc: Nonconformity) -> dict[str, Any]:
        leads = [_("The decision stands, and the work goes on. Your opinion is kept beside it.")]
        if nc.finding_id is not None:
            leads.append(_("The audit report prints it as a diverging opinion, if it is not issued yet."))
        return {
            "title": _("Keep a different opinion on %(ref)s", ref=nc.ref),
            "leads": leads,
            "submit_label": _("Keep this opinion"),
        }

    return verb_page(
        ref,
        NcVerb.MAINTAIN,
        ViewForm,
        command,
        _("Your opinion on %(ref)s is kept beside the decision."),
        template=DISPUTED,
        fill=fill,
        shown=shown,
    )
