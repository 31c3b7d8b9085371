"""One box for everything: a number leads to its page at once, a word to what was found."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auditapp.kit.db import current_session
from auditapp.overview.search.queries import Hit, exact, search
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability

bp = Blueprint("search", __name__, template_folder="templates", url_prefix="/search")

# Kind -> where it can be looked at, and the argument that takes its number.
PLACES = {
    "audit": ("plan.show", "ref"),
    "finding": ("execution.finding", "ref"),
    "relationship": ("relationships.show", "ref"),
    "programme": ("programme.show", "ref"),
    "person": ("persons.show", "person_id"),
}


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> ResponseReturnValue:
    """What was found for ``q``; straight to the page for a number typed in full."""
    words = request.args.get("q", "")
    hits = search(current_session(), actor(), words)
    whole = exact(hits, words)
    if whole is not None and (url := _address(whole)):
        return redirect(url)
    titles = {
        "audit": gettext("Audits"),
        "finding": gettext("Findings"),
        "relationship": gettext("Relationships"),
        "programme": gettext("Audit programmes"),
        "person": gettext("People"),
    }
    groups = [
        (title, [(hit, _address(hit)) for hit in hits if hit.kind == kind])
        for kind, title in titles.items()
        if any(hit.kind == kind for hit in hits)
    ]
    return render_template("search/index.html", words=words, groups=groups, count=len(hits))


def _address(hit: Hit) -> str:
    endpoint, argument = PLACES[hit.kind]
    values: dict[str, Any] = {argument: hit.ref}
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
