"""How a page of one verb works: who may is decided first, then the form, then the verb, then back with a word."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.plan.forms import VersionedForm, number_or_none
from auditapp.findings import queries
from auditapp.findings.life.queries import standing_of
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcVerb, next_status, require_may
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor

F = TypeVar("F", bound=VersionedForm)


def find(ref: str) -> Nonconformity:
    """The nonconformity, if the reader may know of it."""
    return queries.nonconformity_by_ref(current_session(), actor(), ref)


def find_for(ref: str, verb: NcVerb) -> Nonconformity:
    """The nonconformity, if the reader may do this with it; on a page that only shows the form, also now."""
    nc = find(ref)
    require_may(verb, queries.parts(current_session(), actor(), nc))
    if request.method == "GET":
        next_status(nc.status, verb)  # a page for what cannot be done would be a trap
    return nc


def verb_page(
    ref: str,
    verb: NcVerb,
    form_class: type[F],
    command: Callable[[Nonconformity, F], object],
    done: str,
    *,
    template: str = "findings/life/verb.html",
    fill: Callable[[Nonconformity, F], None] | None = None,
    offer: Callable[[Nonconformity, F], None] | None = None,
    shown: Callable[[Nonconformity], dict[str, Any]] = lambda _nc: {},
) -> ResponseReturnValue:
    """Show a verb's form, or do what it says.

    ``offer`` puts choices into the form, ``fill`` puts in what stands there now, ``shown`` gives the template more.
    ``command`` does it; ``done`` is the sentence afterwards, with ``%(ref)s`` in it.
    """
    nc = find_for(ref, verb)
    form = form_class() if request.method == "POST" else form_class(formdata=None)
    if offer is not None:
        offer(nc, form)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                command(nc, form)
            if outcome.ok:
                return back(nc, done)
            nc, status = find(ref), outcome.status
            form.version.data = str(nc.version)
    else:
        form.version.data = str(nc.version)
        if fill is not None:
            fill(nc, form)
    return _page(nc, form, template, shown), status


def _page(
    nc: Nonconformity, form: VersionedForm, template: str, shown: Callable[[Nonconformity], dict[str, Any]]
) -> str:
    standing = standing_of(current_session(), actor(), nc, clock.now())
    return render_template(template, **{"nc": nc, "standing": standing, "form": form, **shown(nc)})


def common(nc: Nonconformity, form: VersionedForm) -> dict[str, Any]:
    """What every verb takes."""
    return {"actor": actor(), "at": clock.now(), "nc": nc, "version": form.seen}


def pressed(nc: Nonconformity) -> dict[str, Any]:
    """What a verb without a form takes."""
    version = number_or_none(request.form.get("version"))
    return {"actor": actor(), "at": clock.now(), "nc": nc, "version": version}


def back(nc: Nonconformity, done: str) -> ResponseReturnValue:
    """To its page, saying what happened and whose turn it is."""
    session = current_session()
    session.flush()
    turn = standing_of(session, actor(), nc, clock.now()).turn.sentence
    flash(_("%(done)s %(turn)s", done=done % {"ref": nc.ref}, turn=turn), "success")
    return redirect(url_for("findings.show", ref=nc.ref))
