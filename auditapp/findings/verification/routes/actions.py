"""Verifying one action, returning it, looking at an ended one again."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.plan.forms import VersionedForm
from auditapp.findings import queries
from auditapp.findings.actions.service.base import nonconformity_of
from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.queries import panel
from auditapp.findings.life.queries import standing_of
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import (
    ACTION_KIND_LABELS,
    ACTION_STATUS_LABELS,
    ACTION_TONES,
    ActionStatus,
    ActionVerb,
    next_status,
    require_may,
    require_while,
)
from auditapp.findings.verification import service
from auditapp.findings.verification.forms import ReopenForm, ReturnForm, VerifyActionForm
from auditapp.findings.verification.queries import tries_of
from auditapp.findings.verification.service.verifier import require_independent
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability

F = TypeVar("F", bound=VersionedForm)


@bp.route("/actions/<ref>/verify", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def verify_action(ref: str) -> ResponseReturnValue:
    """It was done as planned."""

    def command(action: Action, form: VerifyActionForm) -> None:
        service.verify_action(
            current_session(),
            **_common(action, form),
            note=form.note.data or "",
            sample=form.sample.data or "",
        )

    return _page_of(
        ref,
        ActionVerb.VERIFY,
        VerifyActionForm,
        command,
        {
            "title": _("Verify the action"),
            "lead": _("Look at what was done and at what shows it. Then say that it holds, or return it."),
            "label": _("It holds: verified"),
            "done": _("%(ref)s is verified.", ref=ref.upper()),
        },
    )


@bp.route("/actions/<ref>/return", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def return_action(ref: str) -> ResponseReturnValue:
    """Something is missing, and what."""

    def command(action: Action, form: ReturnForm) -> None:
        service.return_action(
            current_session(),
            **_common(action, form),
            reason=form.reason.data or "",
            sample=form.sample.data or "",
        )

    return _page_of(
        ref,
        ActionVerb.RETURN,
        ReturnForm,
        command,
        {
            "title": _("Return the action"),
            "lead": _("Its owner goes on with it. Work that was submitted as a whole goes back with it."),
            "label": _("Return %(ref)s", ref=ref.upper()),
            "done": _("%(ref)s is returned. It is its owner’s turn.", ref=ref.upper()),
        },
    )


@bp.route("/actions/<ref>/reopen", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def reopen_action(ref: str) -> ResponseReturnValue:
    """It does not hold, or is needed after all."""

    def command(action: Action, form: ReopenForm) -> None:
        service.reopen_action(current_session(), **_common(action, form), reason=form.reason.data or "")

    return _page_of(
        ref,
        ActionVerb.REOPEN,
        ReopenForm,
        command,
        {
            "title": _("Open the action again"),
            "lead": _(
                "A verified action goes back to its owner; a cancelled one is proposed again. "
                "Work that was submitted as a whole goes back with it."
            ),
            "label": _("Open %(ref)s again", ref=ref.upper()),
            "done": _("%(ref)s is open again. It is its owner’s turn.", ref=ref.upper()),
        },
    )


def _page_of(
    ref: str,
    verb: ActionVerb,
    form_class: type[F],
    command: Callable[[Action, F], None],
    words: dict[str, str],
) -> ResponseReturnValue:
    """Who may is decided first, then the form, then the verb."""
    session = current_session()
    action, nc = _find_for(ref, verb)
    if request.method == "GET":
        require_while(verb, nc.status)
        next_status(action.status, verb)
        form = form_class(formdata=None, version=str(action.version))
        return _page(action, nc, verb, form, words), 200
    form = form_class()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            command(action, form)
        if outcome.ok:
            flash(words["done"], "success")
            return redirect(_next(action))
        status = outcome.status
        action, nc = queries.action_by_ref(session, actor(), ref)
        form.version.data = str(action.version)
    return _page(action, nc, verb, form, words), status


def _find_for(ref: str, verb: ActionVerb) -> tuple[Action, Nonconformity]:
    session = current_session()
    action, nc = queries.action_by_ref(session, actor(), ref)
    require_may(verb, queries.parts(session, actor(), nc, action))
    require_independent(session, nc, actor=actor(), at=clock.now())
    return action, nc


def _common(action: Action, form: VersionedForm) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "action": action, "version": form.seen}


def _next(action: Action) -> str:
    """From the list of the whole work one came, and there one goes back to the next action."""
    if request.args.get("from") == "work":
        nc = nonconformity_of(current_session(), action)
        if nc.status.value == "verification":
            return url_for("findings.verify", ref=nc.ref) + f"#{action.ref}"
        return url_for("findings.show", ref=nc.ref)
    return url_for("findings.action", ref=action.ref)


def _page(
    action: Action, nc: Nonconformity, verb: ActionVerb, form: VersionedForm, words: dict[str, str]
) -> str:
    session = current_session()
    names = names_of(
        session, [action.owner_id, action.done_by_id, action.verified_by_id, action.cancelled_by_id]
    )
    return render_template(
        "findings/verification/action.html",
        nc=nc,
        action=action,
        standing=standing_of(session, actor(), nc, clock.now()),
        names=names,
        form=form,
        verb=verb.value,
        may_return=verb is ActionVerb.VERIFY and action.status is ActionStatus.DONE,
        tries=tries_of(session, nc, action),
        panel=panel(session, actor(), nc, action),
        kinds=ACTION_KIND_LABELS,
        word=(ACTION_STATUS_LABELS[action.status], ACTION_TONES[action.status]),
        from_work=request.args.get("from") == "work",
        **words,
    )
