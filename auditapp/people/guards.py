"""Guards: every route carries exactly one, and the app refuses to start with a route that has none."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.ids import digest
from auditapp.kit.text import Text
from auditapp.people.queries import organization, principal_of_sign_in
from auditapp.people.rules import Capability, Principal
from auditapp.people.service import Throttle

DAY_SECONDS = 86_400
P = ParamSpec("P")
R = TypeVar("R")


def cookie_name() -> str:
    """``__Host-`` where cookies are secure, so that no other site on the domain can set it."""
    return "__Host-auditapp" if current_app.config["SESSION_COOKIE_SECURE"] else "auditapp_sign_in"


def principal() -> Principal | None:
    """Who is signed in, read at most once per unit of work."""
    if "principal" not in g:
        token = request.cookies.get(cookie_name())
        g.principal = (
            principal_of_sign_in(current_session(), token_digest=digest(token), at=clock.now())
            if token
            else None
        )
    return cast("Principal | None", g.principal)


def actor() -> Principal:
    """Who is signed in, where a guard has already made sure that somebody is."""
    who = principal()
    if who is None:
        abort(401)
    return who


def guard(*capabilities: Capability, public: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in whoever has one of ``capabilities`` for at least one relationship; ``public`` lets in everybody.

    Which objects a person sees is narrowed by the queries. Nobody signed in: on to the sign-in page and back.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not public:
                who = principal()
                if who is None:
                    return cast("R", _to_sign_in())
                if not any(who.can_somewhere(capability) for capability in capabilities):
                    raise NotAllowed(
                        Text(
                            "This page is not part of your roles. The system manager can change that if it should be."
                        )
                    )
            return view(*args, **kwargs)

        cast("Any", guarded).guard = "public" if public else tuple(capabilities)
        return guarded

    return decorate


def _to_sign_in() -> Any:
    if organization(current_session()) is None:
        return redirect(url_for("setup.start"))
    if request.method != "GET" or request.headers.get("X-Requested-With") == "fetch":
        abort(401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))


def unguarded(app: Flask) -> list[str]:
    """Endpoints without a guard, other than static files."""
    return sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static") and not hasattr(app.view_functions[rule.endpoint], "guard")
    )


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.extensions["auditapp"]
    return found


def throttle() -> Throttle:
    """How many failed checks of a credential are let through."""
    return Throttle(limit=settings().sign_in_attempts, minutes=settings().sign_in_pause_minutes)


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def keep_cookie(response: Response, secret: str) -> None:
    """Give the browser the secret of its sign-in."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=settings().session_days * DAY_SECONDS,
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
