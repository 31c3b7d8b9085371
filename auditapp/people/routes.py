"""Pages of people."""

from flask import Blueprint, render_template

from auditapp.people.guards import guard
from auditapp.people.rules import Capability

bp = Blueprint("people", __name__, template_folder="templates", url_prefix="/people")


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """To be built."""
    return render_template("shell/base.html")


@bp.get("/sign-in")
@guard(Capability.SIGNED_IN)
def sign_in() -> str:
    """To be built."""
    return render_template("shell/base.html")
