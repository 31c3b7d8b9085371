"""Carrying an action out: accept, begin, done, and its steps."""

from uuid import UUID

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings.actions import service
from auditapp.findings.actions.forms import FinishForm
from auditapp.findings.actions.routes.base import back, common, find, find_for, pressed, verb_page
from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.service import add_file
from auditapp.findings.model import Action
from auditapp.findings.rules.action import ActionVerb
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept, keep_file
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability

MOST_FILES = 20


@bp.post("/actions/<ref>/accept")
@guard(Capability.SIGNED_IN)
def accept_action(ref: str) -> ResponseReturnValue:
    """The owner takes it on."""
    action, nc = find(ref)
    service.accept_action(current_session(), **pressed(action))
    return back(action, nc, _("You accepted “%(title)s”.", title=action.title))


@bp.post("/actions/<ref>/start")
@guard(Capability.SIGNED_IN)
def start_action(ref: str) -> ResponseReturnValue:
    """The work begins."""
    action, nc = find(ref)
    service.start_action(current_session(), **pressed(action))
    return back(action, nc, _("You began “%(title)s”.", title=action.title))


@bp.post("/actions/<ref>/resume")
@guard(Capability.SIGNED_IN)
def resume_action(ref: str) -> ResponseReturnValue:
    """It was not done after all."""
    action, nc = find(ref)
    service.resume_action(current_session(), **pressed(action))
    return back(action, nc, _("You go on with “%(title)s”.", title=action.title))


@bp.route("/actions/<ref>/finish", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def finish_action(ref: str) -> ResponseReturnValue:
    """Say what was done, with photos and files of it."""
    find_for(ref, ActionVerb.FINISH)
    uploads = [one for one in request.files.getlist("files") if one.filename][:MOST_FILES]
    kept: list[Kept] = []
    if uploads:
        release()
        for upload in uploads:
            name = upload.filename or ""
            try:
                kept.append(
                    keep_file(
                        current_app.extensions["auditapp_store"],
                        upload.stream,
                        file_name=name,
                        limit_mb=settings().max_upload_mb,
                    )
                )
            except Refusal as refusal:
                flash(_("%(name)s: %(why)s", name=name[-80:], why=refusal.text), "warning")

    def do(action: Action, form: FinishForm) -> None:
        session = current_session()
        nc = find(ref)[1]
        service.finish_action(session, result=form.result.data or "", **common(action, form))
        for one in kept:
            add_file(
                session,
                actor=actor(),
                at=clock.now(),
                nc=nc,
                action=action,
                kept=one,
                internal=False,
            )

    return verb_page(
        ref,
        ActionVerb.FINISH,
        FinishForm,
        do,
        _("Thank you: it is recorded as done."),
        title=_("What was done?"),
        submit=_("It is done"),
        template="findings/actions/finish.html",
    )


@bp.post("/actions/<ref>/steps/<uuid:step_id>")
@guard(Capability.SIGNED_IN)
def tick_step(ref: str, step_id: UUID) -> ResponseReturnValue:
    """Tick a step, or take the tick back."""
    action, nc = find(ref)
    values = pressed(action) | {
        "version": None
    }  # two people tick two steps: nobody is in the way of the other
    done = request.form.get("done") == "yes"
    service.tick_step(current_session(), step_id=step_id, done=done, **values)
    return back(action, nc, _("The step is ticked.") if done else _("The step is open again."))


@bp.post("/actions/<ref>/take-back")
@guard(Capability.SIGNED_IN)
def take_back_request(ref: str) -> ResponseReturnValue:
    """What was asked for is not needed after all."""
    action, nc = find(ref)
    service.take_back(current_session(), **pressed(action))
    return back(action, nc, _("What was asked for is taken back."))
