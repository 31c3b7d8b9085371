"""Pages of history."""

from flask import Blueprint, render_template

from auditapp.people.guards import guard
from auditapp.people.rules import Capability

bp = Blueprint("history", __name__, template_folder="templates", url_prefix="/history")


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """To be built."""
    return render_template("shell/base.html")
