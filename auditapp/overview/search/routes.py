"""One box for everything: a number leads to its page at once, words to what was found, kind by kind."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auditapp.kit.db import current_session
from auditapp.overview.search.queries import search
from auditapp.overview.search.rules import KIND_LABELS, LONGEST, MOST, SUGGESTED, Group, Hit, Kind, exact
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal

bp = Blueprint("search", __name__, template_folder="templates", url_prefix="/search")

# Kind -> where one can be looked at, and the argument that takes its key.
PLACES = {
    Kind.NONCONFORMITY: ("findings.show", "ref"),
    Kind.ACTION: ("findings.action", "ref"),
    Kind.AUDIT: ("plan.show", "ref"),
    Kind.FINDING: ("execution.finding", "ref"),
    Kind.RELATIONSHIP: ("dossier.show", "ref"),
    Kind.PARTNER: ("relationships.partner", "partner_id"),
    Kind.PERSON: ("persons.show", "person_id"),
    Kind.PROGRAMME: ("programme.show", "ref"),
}
# Kind -> the list that can be narrowed by the same words; the second for a partner's contact.
REGISTERS = {
    Kind.NONCONFORMITY: ("findings.index", ""),
    Kind.ACTION: ("findings.actions_index", ""),
    Kind.AUDIT: ("plan.index", "plan.index"),
    Kind.FINDING: ("execution.findings_index", ""),
    Kind.RELATIONSHIP: ("relationships.index", "relationships.index"),
    Kind.PARTNER: ("relationships.partners", "relationships.partners"),
    Kind.PERSON: ("people.index", ""),
}


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> ResponseReturnValue:
    """What was found for ``q``; straight to the page for a number typed in full."""
    who = actor()
    words = request.args.get("q", "").strip()[:LONGEST]
    groups = search(current_session(), who, words)
    whole = exact(groups, words)
    if whole is not None and (url := _address(whole)):
        return redirect(url)
    return render_template(
        "search/index.html",
        words=words,
        count=sum(group.total for group in groups),
        most=MOST,
        groups=[
            {
                "kind": group.kind.value,
                "title": KIND_LABELS[group.kind],
                "total": group.total,
                "hits": [(hit, _address(hit)) for hit in group.hits],
                "register": _register(group, words, who),
            }
            for group in groups
        ],
    )


@bp.get("/suggest")
@guard(Capability.SIGNED_IN)
def suggest() -> Response:
    """The first few of each kind while somebody types, as JSON."""
    groups = search(current_session(), actor(), request.args.get("q", ""), most=SUGGESTED)
    answer = jsonify(
        groups=[
            {
                "title": str(KIND_LABELS[group.kind]),
                "hits": [
                    {"url": _address(hit), "ref": hit.ref, "name": hit.name[:120], "about": str(hit.about)}
                    for hit in group.hits
                ],
            }
            for group in groups
        ]
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _address(hit: Hit) -> str:
    if hit.kind is Kind.CLAUSE:
        library_key, edition = hit.key.split("/", 1)
        url = url_for("checklists.edition", library_key=library_key, name=edition)
        return f"{url}#{hit.fragment}"
    endpoint, argument = PLACES[hit.kind]
    values: dict[str, Any] = {argument: hit.key}
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _register(group: Group, words: str, who: Principal) -> str:
    """Where all of a kind can be looked at, when not all are shown."""
    if group.total <= len(group.hits) or group.kind not in REGISTERS:
        return ""
    endpoint = REGISTERS[group.kind][0 if who.can(Capability.VIEW_ORGANIZATION) else 1]
    view = "all" if group.kind is Kind.AUDIT else None
    return url_for(endpoint, q=words, view=view) if endpoint in current_app.view_functions else ""
