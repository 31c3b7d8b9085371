"""The organization's history in sentences, and the short history at the bottom of other pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for

from auditapp.kit.clock import day_from
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.overview.history import queries
from auditapp.overview.history.queries import Wanted
from auditapp.overview.history.rules import KINDS, SENTENCES, Told, label_of
from auditapp.people.guards import actor, guard, principal
from auditapp.people.rules import Capability

bp = Blueprint("history", __name__, template_folder="templates", url_prefix="/history")

MOST = 10  # facts at the bottom of another page
# Where a thing can be looked at: its kind -> endpoint, and the name of the argument that takes its ref.
LINKS = {
    "audit": ("plan.show", "ref"),
    "finding": ("execution.finding", "ref"),
    "programme": ("programme.show", "ref"),
    "relationship": ("dossier.show", "ref"),
    "certificate": ("certification.show", "ref"),
    "certificate_finding": ("certification.finding", "ref"),
}


@bp.get("/")
@guard(Capability.VIEW_TRAIL)
def index() -> str:
    """Everything that happened, newest first; the filters are the address."""
    who = actor()
    if not who.can(Capability.VIEW_TRAIL):  # the guard also lets in whoever has it for one relationship
        raise NotAllowed(
            Text("The whole history is read by those who have the role for the whole organization.")
        )
    session = current_session()
    wanted = _wanted()
    page = queries.history_page(session, wanted, page=request.args.get("page", 1, type=int), zone=who.zone)
    return render_template(
        "history/index.html",
        page=page,
        entries=[_entry(told) for told in page.rows],
        wanted=wanted,
        kinds=KINDS.items(),
        people=queries.people(session),
        verbs=[(verb, label_of(verb)) for verb in SENTENCES],
    )


@bp.app_template_global("history_of")
def history_of(
    context_id: UUID | None = None,
    thing_id: UUID | str | None = None,
    thing_kind: str | None = None,
    most: int = MOST,
) -> list[dict[str, Any]]:
    """The newest facts for ``parts/history.html``: in one context (an audit and all in it), or about one thing."""
    return [
        _entry(told)
        for told in queries.newest(
            current_session(), context_id=context_id, thing_id=thing_id, thing_kind=thing_kind, most=most
        )
    ]


@bp.app_template_global("whole_history_url")
def whole_history_url(context_id: UUID) -> str:
    """Where the rest of a context's history is; empty for those who may not read the trail."""
    who = principal()
    if who is None or not who.can(Capability.VIEW_TRAIL):
        return ""
    return url_for("history.index", context=context_id)


def _entry(told: Told) -> dict[str, Any]:
    endpoint, argument = LINKS.get(told.kind, ("", ""))
    values: dict[str, Any] = {
        argument: told.ref.partition(" ")[0]
    }  # “IA-2026-007 8.9”: a chapter of an audit
    url = url_for(endpoint, **values) if endpoint in current_app.view_functions else None
    if url == request.path:
        url = None  # a page does not link to itself
    return {
        "sentence": told.sentence,
        "at": told.at,
        "initials": told.initials,
        "detail": told.detail,
        "url": url,
    }


def _wanted() -> Wanted:
    """What the address asks for; what cannot be read is left out."""
    known = request.args
    return Wanted(
        kind=known.get("kind", "")[:40],
        verb=verb if (verb := known.get("verb", "")) in SENTENCES else "",
        ref=known.get("ref", "").strip()[:120].replace("\0", ""),
        person_id=known.get("person", type=UUID),
        context_id=known.get("context", type=UUID),
        since=known.get("since", type=day_from),
        until=known.get("until", type=day_from),
    )
