"""Adding and taking away links, from the pages of any room."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.errors import Invalid, NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.links import service
from auditapp.shell.forms import clean, text_fault

bp = Blueprint("links", __name__, url_prefix="/links")


def _back() -> str:
    """The page that asked, if it is one of ours."""
    target = request.form.get("next", "")
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


@bp.post("/add")
@guard(Capability.SIGNED_IN)
def add() -> ResponseReturnValue:
    """Link a thing to a record or an address, and go back."""
    try:
        from_id = UUID(request.form.get("from_id", ""))
    except ValueError:
        raise NotFound from None
    to, label = (clean(request.form.get(name, "")) or "" for name in ("to", "label"))
    if (wrong := text_fault(to) or text_fault(label)) is not None:
        flash(str(wrong), "error")
        return redirect(_back())
    try:
        service.add_link(
            current_session(),
            actor=actor(),
            at=clock.now(),
            from_kind=request.form.get("from_kind", "")[:40],
            from_id=from_id,
            to=to,
            label=label,
            slot=request.form.get("slot", "")[:40],
        )
    except Invalid as refusal:
        undo()
        flash(str(refusal.text), "error")
    else:
        flash(_("Linked."), "success")
    return redirect(_back())


@bp.post("/<uuid:link_id>/remove")
@guard(Capability.SIGNED_IN)
def remove(link_id: UUID) -> ResponseReturnValue:
    """Take a link away, and go back."""
    service.remove_link(current_session(), actor=actor(), at=clock.now(), link_id=link_id)
    flash(_("The link is taken away. What it led to is untouched."), "success")
    return redirect(_back())
