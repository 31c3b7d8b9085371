"""Pages of setup."""

from flask import Blueprint, render_template

from auditapp.people.guards import guard
from auditapp.people.rules import Capability

bp = Blueprint("setup", __name__, template_folder="templates", url_prefix="/setup")


@bp.get("/")
@guard(Capability.SIGNED_IN)
def start() -> str:
    """To be built."""
    return render_template("shell/base.html")
