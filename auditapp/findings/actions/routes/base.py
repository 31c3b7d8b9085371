"""How a page of one verb of an action works: who may first, then the form, then the verb, then back with a word."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.plan.forms import VersionedForm, number_or_none
from auditapp.findings import queries
from auditapp.findings.actions.queries import action_standing
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import (
    ACTION_KIND_LABELS,
    PRIORITY_LABELS,
    REQUEST_LABELS,
    REQUEST_STATUS_LABELS,
    ActionVerb,
    next_status,
    require_may,
    require_while,
)
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor

F = TypeVar("F", bound=VersionedForm)
WORDS: dict[str, Any] = {
    "action_kinds": ACTION_KIND_LABELS,
    "priorities": PRIORITY_LABELS,
    "request_labels": REQUEST_LABELS,
    "request_statuses": REQUEST_STATUS_LABELS,
    "Verb": ActionVerb,
}


def find(ref: str) -> tuple[Action, Nonconformity]:
    """The action and what it belongs to, if the reader may know of it."""
    return queries.action_by_ref(current_session(), actor(), ref)


def find_for(ref: str, verb: ActionVerb) -> tuple[Action, Nonconformity]:
    """The same, if the reader may do this with it; on a page that only shows the form, also now."""
    action, nc = find(ref)
    require_may(verb, queries.parts(current_session(), actor(), nc, action))
    if request.method == "GET":
        require_while(verb, nc.status)  # a page for what cannot be done would be a trap
        next_status(action.status, verb)
    return action, nc


def verb_page(
    ref: str,
    verb: ActionVerb,
    form_class: type[F],
    command: Callable[[Action, F], object],
    done: str,
    *,
    title: str,
    submit: str,
    leads: Callable[[Action, Nonconformity], list[str]] = lambda _action, _nc: [],
    template: str = "findings/actions/verb.html",
    offer: Callable[[Action, Nonconformity, F], None] | None = None,
    fill: Callable[[Action, F], None] | None = None,
    shown: Callable[[Action, Nonconformity], dict[str, Any]] = lambda _action, _nc: {},
) -> ResponseReturnValue:
    """Show a verb's form, or do what it says; then back to the action with ``done`` and whose turn it is."""
    action, nc = find_for(ref, verb)
    form = form_class() if request.method == "POST" else form_class(formdata=None)
    if offer is not None:
        offer(action, nc, form)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                command(action, form)
            if outcome.ok:
                return back(action, nc, done)
            action, nc = find(ref)
            status = outcome.status
            form.version.data = str(action.version)
    else:
        form.version.data = str(action.version)
        if fill is not None:
            fill(action, form)
    standing = action_standing(current_session(), actor(), action, nc, clock.now())
    values = {"title": title, "submit_label": submit, "leads": leads(action, nc), **shown(action, nc)}
    return render_template(
        template, standing=standing, action=action, nc=nc, form=form, **values, **WORDS
    ), status


def common(action: Action, form: VersionedForm) -> dict[str, Any]:
    """What every verb takes."""
    return {"actor": actor(), "at": clock.now(), "action": action, "version": form.seen}


def pressed(action: Action) -> dict[str, Any]:
    """What a verb without a form takes."""
    version = number_or_none(request.form.get("version"))
    return {"actor": actor(), "at": clock.now(), "action": action, "version": version}


def back(action: Action, nc: Nonconformity, done: str) -> ResponseReturnValue:
    """To where the reader came from, saying what happened and whose turn it is.

    A contact who has just given an action away cannot see it any more: then to the list.
    """
    session = current_session()
    session.flush()
    own = actor().can("view_organization")
    seen = own or actor().person_id in {action.owner_id, action.deputy_id}
    if not seen:
        flash(done, "success")
        return redirect(url_for("findings.my_actions"))
    sentence = action_standing(session, actor(), action, nc, clock.now()).turn.sentence
    flash(_("%(done)s %(turn)s", done=done, turn=sentence), "success")
    if request.form.get("back") == "mine":
        return redirect(url_for("findings.my_actions"))
    return redirect(url_for("findings.action", ref=action.ref))
