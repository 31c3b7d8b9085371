"""The pages of tokens: one's own, a new one, everybody's, and the end of one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.api.tokens import service
from auditapp.api.tokens.forms import TokenForm
from auditapp.api.tokens.queries import every_token, token_by_id, tokens_of
from auditapp.api.tokens.rules import SCOPE_LABELS, Scope, scopes_in, state_of
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability

bp = Blueprint("tokens", __name__, template_folder="templates", url_prefix="/people")


def _index(form: TokenForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "tokens/index.html",
        form=form,
        tokens=tokens_of(current_session(), actor()),
        labels=SCOPE_LABELS,
        scopes_in=scopes_in,
        state_of=state_of,
        at=clock.now(),
    ), status


@bp.get("/me/tokens")
@guard(Capability.SIGNED_IN)
def index() -> ResponseReturnValue:
    """One's own tokens, and a form for a new one."""
    return _index(TokenForm(formdata=None))


@bp.post("/me/tokens")
@guard(Capability.SIGNED_IN)
def make() -> ResponseReturnValue:
    """A new token: its secret is shown this once."""
    form = TokenForm()
    if not form.validate():
        return _index(form, 422)
    with form.taking_refusals() as outcome:
        token, secret = service.make(
            current_session(),
            actor=actor(),
            at=clock.now(),
            name=form.name.data or "",
            scopes=[Scope(one) for one in form.scopes.data or ()],
            days=int(form.days.data),
        )
    if not outcome.ok:
        return _index(form, outcome.status)
    return render_template("tokens/made.html", token=token, secret=secret, site=settings().public_url)


@bp.get("/tokens")
@guard(Capability.MANAGE_SETTINGS)
def everybody() -> str:
    """Everybody's tokens, for the system manager."""
    page = every_token(current_session(), page=request.args.get("page", 1, type=int))
    return render_template("tokens/everybody.html", page=page, state_of=state_of, at=clock.now())


@bp.get("/tokens/<uuid:token_id>/revoke")
@guard(Capability.SIGNED_IN)
def ask_revoke(token_id: UUID) -> str:
    """Ask before it ends: whatever uses it stops."""
    token = token_by_id(current_session(), actor(), token_id)
    return render_template("tokens/revoke.html", token=token, own=token.person_id == actor().person_id)


@bp.post("/tokens/<uuid:token_id>/revoke")
@guard(Capability.SIGNED_IN)
def revoke(token_id: UUID) -> ResponseReturnValue:
    """It ends now."""
    token = service.revoke(current_session(), actor=actor(), at=clock.now(), token_id=token_id)
    flash(
        _("The token “%(name)s” is revoked. Whatever used it is refused from now on.", name=token.name),
        "success",
    )
    own = token.person_id == actor().person_id
    return redirect(url_for("tokens.index" if own else "tokens.everybody"))
