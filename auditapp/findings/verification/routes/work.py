"""Verifying the work as a whole, returning it, and checking its effect."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.queries import files_of_actions
from auditapp.findings.life.routes.base import common, find_for, verb_page
from auditapp.findings.life.service.base import today
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.action import ACTION_KIND_LABELS, ACTION_STATUS_LABELS, ACTION_TONES
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.findings.rules.policy import check_day
from auditapp.findings.verification import service
from auditapp.findings.verification.forms import EffectForm, ReturnForm, VerifyWorkForm
from auditapp.findings.verification.queries import actions_of, check_of, gate_of, tries_of
from auditapp.findings.verification.rules import day_of_check
from auditapp.findings.verification.service.verifier import require_independent
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability


def _independent(ref: str, verb: NcVerb) -> None:
    """Who may not do it is told so before the form is looked at."""
    require_independent(current_session(), find_for(ref, verb), actor=actor(), at=clock.now())


@bp.route("/nonconformities/<ref>/verify", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def verify(ref: str) -> ResponseReturnValue:
    """All actions with what shows them, in one list; then: verified."""
    _independent(ref, NcVerb.VERIFY)

    def command(nc: Nonconformity, form: VerifyWorkForm) -> None:
        service.verify_work(
            current_session(),
            **common(nc, form),
            note=form.note.data or "",
            sample=form.sample.data or "",
            not_before=form.not_before.data,
        )

    def fill(nc: Nonconformity, form: VerifyWorkForm) -> None:
        session = current_session()
        check = check_of(session, nc)
        day = today(session, clock.now())
        usual = check_day(day, queries.policy(session))
        form.not_before.data = day_of_check(None, check.not_before if check else None, usual, day)

    return verb_page(
        ref,
        NcVerb.VERIFY,
        VerifyWorkForm,
        command,
        _("The work on %(ref)s is verified."),
        template="findings/verification/work.html",
        fill=fill,
        shown=_work,
    )


@bp.route("/nonconformities/<ref>/return-work", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def return_work(ref: str) -> ResponseReturnValue:
    """Something is missing, and what."""
    _independent(ref, NcVerb.RETURN_WORK)

    def command(nc: Nonconformity, form: ReturnForm) -> None:
        service.return_work(
            current_session(),
            **common(nc, form),
            reason=form.reason.data or "",
            sample=form.sample.data or "",
        )

    return verb_page(
        ref,
        NcVerb.RETURN_WORK,
        ReturnForm,
        command,
        _("The work on %(ref)s is returned."),
        template="findings/verification/work.html",
        shown=lambda nc: _work(nc) | {"returning": True},
    )


def _work(nc: Nonconformity) -> dict[str, Any]:
    session = current_session()
    return {
        "returning": False,
        "actions": actions_of(session, nc),
        "files": files_of_actions(session, nc),
        "check": check_of(session, nc),
        "gate": gate_of(session, nc).missing(),
        "tries": tries_of(session, nc),
        "kinds": ACTION_KIND_LABELS,
        "status_labels": ACTION_STATUS_LABELS,
        "status_tones": ACTION_TONES,
    }


@bp.route("/nonconformities/<ref>/check-effect", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def check_effect(ref: str) -> ResponseReturnValue:
    """The criteria that were written in advance, and whether they are met. The button that is pressed says it."""
    answer = request.form.get("result", "")
    verb = NcVerb.FAIL if answer == "not_effective" else NcVerb.CONFIRM
    _independent(ref, verb)

    def command(nc: Nonconformity, form: EffectForm) -> None:
        if answer not in {"effective", "not_effective"}:
            raise Invalid(Text("Say whether it is effective: press one of the two buttons."))
        values = common(nc, form) | {"sample": form.sample.data or ""}
        if verb is NcVerb.CONFIRM:
            service.confirm_effective(current_session(), **values, note=form.note.data or "")
        else:
            service.fail_effective(current_session(), **values, reason=form.note.data or "")

    def shown(nc: Nonconformity) -> dict[str, Any]:
        session = current_session()
        check = check_of(session, nc)
        names = names_of(session, [check.criteria_by_id, nc.verified_by_id]) if check else {}
        day = today(session, clock.now())
        return {
            "check": check,
            "names": names,
            "too_early": bool(check and check.not_before and day < check.not_before),
            "gate": gate_of(session, nc).missing(),
            "actions": actions_of(session, nc),
            "tries": tries_of(session, nc),
            "status_labels": ACTION_STATUS_LABELS,
            "status_tones": ACTION_TONES,
        }

    return verb_page(
        ref,
        verb,
        EffectForm,
        command,
        _("%(ref)s is closed: its actions are effective.")
        if verb is NcVerb.CONFIRM
        else _("%(ref)s is open again: its actions were not effective."),
        template="findings/verification/effect.html",
        shown=shown,
    )
