"""Reviewing one risk, closing it, opening it again."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.forms import ReasonForm
from auditapp.relationships.registers.pages import (
    form_page,
    take,
)
from auditapp.relationships.registers.risks import rules, service
from auditapp.relationships.registers.risks.forms import RiskReviewForm, value
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.routes.base import bp, must_write, one_of
from auditapp.relationships.registers.risks.rules import RiskVerb
from auditapp.relationships.registers.service import must_change


def _review_page(
    found: Relationship, risk: Risk, form: RiskReviewForm, status: int = 200
) -> ResponseReturnValue:
    walking = request.args.get("walk") == "1"
    return form_page(
        form,
        found,
        title=_("Review %(ref)s", ref=risk.ref),
        back=(_("Review the register"), url_for("risks.walk", ref=found.ref))
        if walking
        else (risk.title, url_for("risks.show", ref=found.ref, risk_ref=risk.ref)),
        button=_("Keep the review and go on") if walking else _("Keep the review"),
        sections=[
            ("", ["said"]),
            (_("How much it weighs"), ["likelihood", "impact", "residual_likelihood", "residual_impact"]),
            ("", ["next_review_on"] if "next_review_on" in form else []),
        ],
        status=status,
        version=form.version.data or risk.version,
        lead=risk.title,
        known=""
        if rules.moves_scores(actor().partner_id, risk.party_id)
        else _("The other party wrote this. Your levels are kept as your view beside theirs."),
        texts=[
            (_("Cause"), risk.cause),
            (_("Effect"), risk.effect),
            (_("Treatment"), f"{rules.TREATMENT_LABELS[risk.treatment]}. {risk.treatment_text}"),
        ],
    )


def _review_form(risk: Risk, **more: Any) -> RiskReviewForm:
    form = RiskReviewForm(**more)
    if not rules.counts_as_review(actor().partner_id, risk.party_id):
        del form.next_review_on
    return form


def _must_review(risk: Risk) -> None:
    if not service.may_review(actor(), risk):
        must_change(actor(), risk.relationship_id, None, (risk.owner_id, risk.written_by_id))


@bp.get("/relationships/<ref>/risks/<risk_ref>/review")
@guard(Capability.SIGNED_IN)
def review(ref: str, risk_ref: str) -> ResponseReturnValue:
    """A form for a review."""
    found, risk = one_of(ref, risk_ref)
    _must_review(risk)
    form = _review_form(risk, formdata=None)
    form.show(risk.scores)
    return _review_page(found, risk, form)


@bp.post("/relationships/<ref>/risks/<risk_ref>/review")
@guard(Capability.SIGNED_IN)
def reviewed(ref: str, risk_ref: str) -> ResponseReturnValue:
    """Keep a review."""
    found, risk = one_of(ref, risk_ref)
    _must_review(risk)
    form = _review_form(risk)
    walking = request.args.get("walk") == "1"
    return take(
        form,
        lambda: service.review_risk(
            current_session(),
            actor=actor(),
            at=clock.now(),
            risk_id=risk.id,
            version=form.version.data or 0,
            said=form.said.data or "",
            scores=form.scores(),
            next_review_on=value(form, "next_review_on", None),
        ),
        done=_("The review of %(ref)s is kept.", ref=risk.ref),
        to=lambda _made: (
            url_for("risks.walk", ref=found.ref)
            if walking
            else url_for("risks.show", ref=ref, risk_ref=risk_ref)
        ),
        again=lambda status: _review_page(*one_of(ref, risk_ref), form, status),
    )


@bp.get("/relationships/<ref>/risks/<risk_ref>/<any(close, occur):verb>")
@guard(Capability.SIGNED_IN)
def why(ref: str, risk_ref: str, verb: str) -> ResponseReturnValue:
    """Asks why it is closed, or what happened."""
    found, risk = one_of(ref, risk_ref)
    must_write(risk)
    return _why_page(found, risk, RiskVerb(verb), ReasonForm(formdata=None))


def _why_page(
    found: Relationship, risk: Risk, verb: RiskVerb, form: ReasonForm, status: int = 200
) -> ResponseReturnValue:
    close = verb is RiskVerb.CLOSE
    return form_page(
        form,
        found,
        title=_("Close %(ref)s", ref=risk.ref) if close else _("%(ref)s has occurred", ref=risk.ref),
        back=(risk.title, url_for("risks.show", ref=found.ref, risk_ref=risk.ref)),
        button=_("Close it") if close else _("It has occurred"),
        sections=[("", ["reason"])],
        status=status,
        version=request.form.get("version", risk.version, type=int),
        lead=_("It can be opened again.")
        if close
        else _("Say what happened. If it became an issue, link it afterwards."),
    )


@bp.post("/relationships/<ref>/risks/<risk_ref>/<any(close, occur, reopen):verb>")
@guard(Capability.SIGNED_IN)
def move(ref: str, risk_ref: str, verb: str) -> ResponseReturnValue:
    """Close it, say that it occurred, or open it again."""
    _found, risk = one_of(ref, risk_ref)
    must_write(risk)
    step, version = RiskVerb(verb), request.form.get("version", 0, type=int)

    def do(reason: str) -> Risk:
        return service.move_risk(
            current_session(),
            actor=actor(),
            at=clock.now(),
            risk_id=risk.id,
            version=version,
            verb=step,
            reason=reason,
        )

    if step is RiskVerb.REOPEN:
        do("")
        flash(_("It is open again, and waits for a review."), "success")
        return redirect(url_for("risks.show", ref=ref, risk_ref=risk_ref))
    form = ReasonForm()
    return take(
        form,
        lambda: do(form.reason.data or ""),
        done=_("Closed.") if step is RiskVerb.CLOSE else _("Kept: it has occurred."),
        to=lambda _made: url_for("risks.show", ref=ref, risk_ref=risk_ref),
        again=lambda status: _why_page(*one_of(ref, risk_ref), step, form, status),
    )
