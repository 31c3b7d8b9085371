"""What an external auditor sees: their one pack, each file of it, and the way out. No person of the site is signed in here.

Their cookie is not that of a sign-in, so every guard of the site takes them for a stranger; and on top of that
:func:`_nothing_else` turns the browser that holds it away from every address but these.
"""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import begins_itself, current_session, run_unit
from auditapp.kit.errors import NotAllowed, NotFound, Refusal
from auditapp.kit.ids import digest
from auditapp.kit.limiter import WITHIN, Limiter
from auditapp.kit.text import Text
from auditapp.people.guards import address, guard, principal
from auditapp.reports.orders.rules import OrderState
from auditapp.reports.pack.making import GROUPS
from auditapp.reports.pack.manifest import NAME, Manifest
from auditapp.reports.pack.queries import order
from auditapp.reports.pack.routes import handed_out, piece_of
from auditapp.reports.pack.rules import PURPOSE_LABELS, Order
from auditapp.reports.pack.running import folder, read_manifest
from auditapp.reports.visitors import service
from auditapp.reports.visitors.forms import EnterForm
from auditapp.reports.visitors.queries import visitor_of_link
from auditapp.reports.visitors.rules import Visitor

bp = Blueprint("visiting", __name__, template_folder="templates", url_prefix="/visit")
limiter = Limiter()
STYLE = frozenset({"shell.static", "shell.released_static"})
"""The one thing besides their pages that a visitor's browser is given: style sheets, scripts and marks."""
IN_TURN = Text(
    "You are here as an external auditor, for one evidence pack. Nothing else of this site opens for you."
)


class Seen(NamedTuple):
    """A visitor and their pack."""

    visitor: Visitor
    pack: Order


def cookie_name() -> str:
    """``__Host-`` where cookies are secure, so that no other site on the domain can set it."""
    return "__Host-auditapp-visit" if current_app.config["SESSION_COOKIE_SECURE"] else "auditapp_visit"


@bp.before_app_request
def _nothing_else() -> None:
    """Whoever comes as a visitor opens nothing but these pages, whatever the address and the method. Raises NotAllowed."""
    if cookie_name() not in request.cookies:
        return
    endpoint = request.endpoint or ""
    if not endpoint.startswith(f"{bp.name}.") and endpoint not in STYLE:
        raise NotAllowed(IN_TURN)
    if request.method == "OPTIONS":
        raise NotAllowed(IN_TURN)


@bp.after_request
def _private(response: Response) -> Response:
    headers = response.headers
    headers["Referrer-Policy"] = (
        "no-referrer" if request.endpoint in {"visiting.enter", "visiting.enter_said"} else "same-origin"
    )
    headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    headers["Cache-Control"] = "private, no-store"
    return response


def _page(name: str, status: int = 200, **shown: object) -> Response:
    """A page in a reading unit of its own."""

    def draw() -> Response:
        return current_app.make_response((render_template(f"visitors/{name}.html", **shown), status))

    return run_unit(draw, "read")


def _turned_away(status: int, words: Text) -> Response:
    """Why nothing opens; the browser forgets the visit, so that it can be used for something else."""
    response = _page("away", status, words=words)
    response.delete_cookie(
        cookie_name(), path="/", secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True
    )
    return response


def _guesses_too_much(at: datetime) -> Response | None:
    if not limiter.blocked(address(), at):
        return None
    response = _page(
        "away", 429, words=Text("Too many wrong links were tried from here. Wait ten minutes and try again.")
    )
    response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
    return response


@bp.get("/enter/<secret>")
@guard(public=True)
@begins_itself
def enter(secret: str) -> ResponseReturnValue:
    """The link: says for what it is, and asks for a name. Opening it alone does nothing: mail programs open links too."""
    return _asked(secret, EnterForm(formdata=None))


def _asked(secret: str, form: EnterForm, status: int = 200) -> Response:
    at = clock.now()
    if (too_many := _guesses_too_much(at)) is not None:
        return too_many
    visitor = run_unit(lambda: visitor_of_link(current_session(), digest(secret)), "read")
    if visitor is None:
        limiter.failed(address(), at)
        return _page(
            "away",
            404,
            words=Text(
                "This link is not known. Copy the whole of it, or ask whoever invited you for a new one."
            ),
        )
    try:
        service.require_open(visitor, at)
    except NotAllowed as refused:
        return _page("away", 403, words=refused.text)
    if not form.is_submitted():
        form.name.data = visitor.confirmed_name or visitor.name
    signed_in = run_unit(principal, "read") is not None
    return _page("enter", status, form=form, visitor=visitor, secret=secret, signed_in=signed_in)


@bp.post("/enter/<secret>")
@guard(public=True)
@begins_itself
def enter_said(secret: str) -> ResponseReturnValue:
    """A name was given: the visit begins."""
    form = EnterForm()
    at = clock.now()
    if (too_many := _guesses_too_much(at)) is not None:
        return too_many
    if run_unit(principal, "read") is not None or not form.validate():
        return _asked(secret, form, 422)
    try:
        visit, visitor = run_unit(
            lambda: service.enter(current_session(), at=at, link=secret, name=form.name.data or ""), "write"
        )
    except Refusal:
        return _asked(secret, form, 422)
    response = redirect(url_for("visiting.contents"))
    response.set_cookie(
        cookie_name(),
        visit,
        expires=visitor.ends_at,
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _seen(*, verb: str, path: str = "") -> Seen | Response:
    """Who visits and their pack, with the opening in the trail; or the answer that turns them away."""
    at = clock.now()
    if (too_many := _guesses_too_much(at)) is not None:
        return too_many
    visit = request.cookies.get(cookie_name(), "")

    def look() -> Seen | None:
        session = current_session()
        visitor = service.open_part(session, at=at, visit=visit, verb=verb, path=path) if visit else None
        pack = order(session, visitor.pack_id) if visitor is not None else None
        return None if visitor is None or pack is None else Seen(visitor, pack)

    try:
        found = run_unit(look, "write")
    except NotAllowed as refused:
        return _turned_away(403, refused.text)
    if found is None:
        if visit:
            limiter.failed(address(), at)
        return _turned_away(403, Text("No visit is open in this browser. Open the link that you were sent."))
    return found


def _manifest(pack: Order) -> Manifest | None:
    path = folder(this_app()) / pack.file
    return read_manifest(path) if pack.state is OrderState.READY and path.is_file() else None


@bp.get("/")
@guard(public=True)
@begins_itself
def contents() -> ResponseReturnValue:
    """The list of what is in the pack."""
    seen = _seen(verb="pack_visitor.opened")
    if isinstance(seen, Response):
        return seen
    return _page(
        "contents",
        visitor=seen.visitor,
        order=seen.pack,
        made=_manifest(seen.pack),
        groups=GROUPS,
        purposes=PURPOSE_LABELS,
    )


def _unknown(pack: Order, path: str) -> bool:
    made = _manifest(pack)
    return made is None or path not in {one.path for one in made.entries} | {NAME}


@bp.get("/files/<path:path>")
@guard(public=True)
@begins_itself
def one_file(path: str) -> ResponseReturnValue:
    """One file of the pack, in the browser where it can show it."""
    seen = _seen(verb="pack_visitor.read", path=path[:200].replace("\0", ""))
    if isinstance(seen, Response):
        return seen
    if _unknown(seen.pack, path):
        return _page("away", 404, words=NotFound().text, back=url_for("visiting.contents"))
    return piece_of(folder(this_app()) / seen.pack.file, path)


@bp.get("/pack.zip")
@guard(public=True)
@begins_itself
def whole() -> ResponseReturnValue:
    """The pack as one file."""
    seen = _seen(verb="pack_visitor.fetched")
    if isinstance(seen, Response):
        return seen
    if _manifest(seen.pack) is None:
        return _page("away", 404, words=NotFound().text, back=url_for("visiting.contents"))
    return handed_out(folder(this_app()) / seen.pack.file, f"{seen.pack.ref}.zip", "application/zip")


@bp.post("/leave")
@guard(public=True)
@begins_itself
def leave() -> ResponseReturnValue:
    """End the visit."""
    visit = request.cookies.get(cookie_name(), "")
    if visit:
        run_unit(lambda: service.leave(current_session(), at=clock.now(), visit=visit), "write")
    return _turned_away(
        200,
        Text("You have signed out. Your link opens the pack again while your invitation lasts."),
    )
