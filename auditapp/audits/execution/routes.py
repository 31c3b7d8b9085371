"""Pages of execution."""

from flask import Blueprint, render_template

from auditapp.people.guards import guard
from auditapp.people.rules import Capability

bp = Blueprint("execution", __name__, template_folder="templates", url_prefix="")


@bp.get("/findings/")
@guard(Capability.SIGNED_IN)
def findings_index() -> str:
    """To be built."""
    return render_template("shell/base.html")
