"""How an operation is declared: its address, its scope, what it takes and gives. Out of that grows the OpenAPI document.

spectree reads the declarations and checks; here stands how we authenticate, limit, lock and repeat.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, request
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from spectree import Response as Responses
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin
from sqlalchemy.exc import DBAPIError

from auditapp.api import repeats
from auditapp.api.limiter import Limiter
from auditapp.api.problems import problem
from auditapp.api.shapes import Asked, Conditions, FieldError, Given, Problem
from auditapp.api.tokens.queries import Holder, holder_of
from auditapp.api.tokens.rules import USED_EVERY, Scope, secret_in
from auditapp.api.tokens.service import note_use
from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.ids import digest
from auditapp.people.guards import address, guard, settings
from auditapp.people.rules import Capability

log = logging.getLogger(__name__)
bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")
View = Callable[..., Any]
V = TypeVar("V", bound=View)
MALFORMED, TOO_MANY = 400, 429
OK = 200
limiter = Limiter()
ABOUT = (
    "Everything that a page shows and the main commands, for programs. A token acts as the person who made it: it sees "
    "and does what that person may, within its scopes. Lists come in pages, the newest first; commands take an "
    "`Idempotency-Key`; problems are told as RFC 9457 says."
)


class Plugin(FlaskPlugin):
    """spectree on our own blueprint, and strict: a figure in quotation marks is no figure."""

    def find_routes(self) -> Iterator[Any]:
        """Our operations only."""
        for rule in current_app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{bp.name}."):
                yield rule

    def request_validation(  # noqa: PLR0917 - as the library calls it
        self, request: Any, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        """Check what was sent. Answers 400 with every field that is wrong, 415 to a body that is no JSON."""
        del form, cookies
        wrong: list[FieldError] = []
        given = {
            "query": _strings(query, _query_of(request), "query.", wrong) if query else None,
            "headers": _strings(headers, _headers_of(request, headers), "header.", wrong)
            if headers
            else None,
            "json": _body(json, request, wrong) if json else None,
        }
        if wrong:
            detail = _("Some of what was sent cannot be taken. See “errors”.")
            abort(problem(MALFORMED, _("This is not what is asked for"), detail, errors=wrong))
        request.context = Context(given["query"], given["json"], None, given["headers"], None)

    def validate_response(self, resp: Any, *rest: Any, **more: Any) -> Any:
        """Shapes are checked; a file goes out as it is."""
        return (resp, None) if isinstance(resp, Response) else super().validate_response(resp, *rest, **more)


def _query_of(request: Any) -> dict[str, Any]:
    """What comes several times by its place: pydantic takes strings, and strings in a mapping."""
    return {
        name: values[0] if len(values) == 1 else {str(place): one for place, one in enumerate(values)}
        for name, values in request.args.lists()
    }


def _headers_of(request: Any, model: type[BaseModel]) -> dict[str, str]:
    names = [field.alias or name for name, field in model.model_fields.items()]
    return {name: request.headers[name] for name in names if name in request.headers}


def _strings(model: type[BaseModel], values: dict[str, Any], place: str, wrong: list[FieldError]) -> Any:
    try:
        return model.model_validate_strings(values, strict=True)
    except ValidationError as error:
        wrong.extend(_faults(error, place))
    return None


def _body(model: type[BaseModel], request: Any, wrong: list[FieldError]) -> Any:
    if request.mimetype != "application/json":
        abort(problem(415, _("Not JSON"), _("Send the body as application/json.")))
    try:
        return model.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        wrong.extend(_faults(error, ""))
    return None


def _faults(error: ValidationError, place: str) -> list[FieldError]:
    return [
        FieldError(field=place + ".".join(map(str, one["loc"])), message=one["msg"])
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _unused(*_args: Any) -> None:
    """Spectree tells of faults in its log; ours are told by the answer."""


def _shapes(base: type[BaseModel]) -> Iterator[str]:
    for one in base.__subclasses__():
        yield one.__name__
        yield from _shapes(one)


def _name_inside(parent: str, child: str) -> str:
    """A shape has one name everywhere; lists of words (several rooms have a “Kind”) are named after what they are in."""
    return child if child in {*_shapes(Given), *_shapes(Asked)} else f"{parent}{child}"


spec = SpecTree(
    backend=Plugin,
    before=_unused,
    after=_unused,
    annotations=True,
    mode="strict",
    title="auditapp",
    version="1",
    description=ABOUT,
    openapi_version="3.1.0",
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=_name_inside,
    validation_error_status=MALFORMED,
    validation_error_model=Problem,
    security_schemes=[
        SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))
    ],
    security={"token": []},
)


def get(rule: str, **more: Any) -> Callable[[V], V]:
    """An operation that reads."""
    return _operation("GET", rule, **more)


def post(rule: str, **more: Any) -> Callable[[V], V]:
    """A command."""
    return _operation("POST", rule, **more)


def _operation(
    method: str,
    rule: str,
    *,
    scope: Scope | None,
    gives: type[BaseModel] | None,
    needs: tuple[Capability, ...] = (Capability.SIGNED_IN,),
    tag: str,
    status: int = OK,
    files: tuple[str, ...] = (),
    **paths: str,
) -> Callable[[V], V]:
    """``scope``: what the token must be for. ``needs``: what its person must be able to, as on the page. ``files``: media types."""

    def decorate(view: V) -> V:
        answers = dict.fromkeys(("HTTP_401", "HTTP_403", "HTTP_404", "HTTP_429"), Problem)
        if "query" in view.__annotations__:
            answers["HTTP_422"] = Problem  # a filter that a rule refuses
        if method == "POST":
            answers |= dict.fromkeys(("HTTP_409", "HTTP_412", "HTTP_413", "HTTP_415", "HTTP_422"), Problem)
        good: Any = {f"HTTP_{status}": gives}
        checked = spec.validate(
            resp=Responses(**good, **answers),
            tags=(tag,),
            operation_id=view.__name__,
            path_parameter_descriptions=paths,
        )(view)

        @wraps(checked)
        def asked(**values: Any) -> Response:
            holder = _authenticated(scope, needs)
            if method != "POST":
                return _tagged(make_response(checked(**values)))
            return repeats.once(holder, lambda: _tagged(make_response(checked(**values))), at=clock.now())

        guarded: Any = guard(public=True)(asked)  # not by the cookie: by the token
        guarded.scope, guarded.files = scope or "any", files
        bp.add_url_rule(rule, view.__name__, guarded, methods=[method])
        return view

    return decorate


def _authenticated(scope: Scope | None, needs: tuple[Capability, ...]) -> Holder:
    """Who asks: from now on the request acts as that person. Answers 401, 403, 429."""
    secret, at = secret_in(request.headers.get("Authorization")), clock.now()
    holder = holder_of(current_session(), secret_digest=digest(secret), at=at) if secret else None
    if holder is None:
        challenge = 'Bearer realm="auditapp"' + (', error="invalid_token"' if secret else "")
        text = _(
            "Send a token that is good: Authorization: Bearer aat_…. You make one on the page of your account."
        )
        abort(problem(401, _("Who are you?"), text, headers={"WWW-Authenticate": challenge}))
    g.principal = holder.principal
    _note(holder)
    seconds = limiter.wait(holder.token_id, per_minute=settings().api_per_minute, at=at)
    if seconds:
        text = _("This token has asked too often. Wait %(seconds)s seconds.", seconds=seconds)
        abort(problem(TOO_MANY, _("Too many requests"), text, headers={"Retry-After": str(seconds)}))
    if scope is not None and scope not in holder.scopes:
        challenge = f'Bearer realm="auditapp", error="insufficient_scope", scope="{scope.value}"'
        text = _("This token was not made for “%(scope)s”. Make one that is.", scope=scope.value)
        abort(problem(403, _("Not this token"), text, headers={"WWW-Authenticate": challenge}))
    if not any(holder.principal.can_somewhere(one) for one in needs):
        abort(problem(403, _("Not yours"), _("This is not part of the roles of the token’s person.")))
    g.api_holder = holder
    return holder


def _note(holder: Holder) -> None:
    """Write the use down once the answer is on its way: a safe request itself may not write."""
    at, where = clock.now(), address()
    known = holder.last_used_at is not None and at - holder.last_used_at < USED_EVERY
    if known and holder.last_used_from == where[:60]:
        return
    app = this_app()
    g.api_used = partial(_write, app, holder, where)


def _write(app: Flask, holder: Holder, where: str) -> None:
    with app.app_context():
        try:
            run_unit(
                lambda: note_use(current_session(), token_id=holder.token_id, address=where, at=clock.now()),
                "write",
            )
        except DBAPIError:
            log.warning("the use of a token could not be written down", exc_info=True)


@bp.after_request
def _used(response: Response) -> Response:
    if (write := g.pop("api_used", None)) is not None:
        response.call_on_close(write)
    return response


def _tagged(response: Response) -> Response:
    """With an ETag where the view gave a version: the version, then a mark of the whole answer."""
    version = response.headers.pop("X-Version", None)
    if version is not None and response.status_code < MALFORMED:
        response.headers["ETag"] = f'"{version}-{digest(response.get_data(as_text=True))[:8]}"'
        if request.method in {"GET", "HEAD"}:
            response.make_conditional(request)
    return response


def versioned(
    given: Given, version: int, status: int = OK, **headers: str
) -> tuple[Given, int, dict[str, str]]:
    """An answer with the version that ``If-Match`` compares."""
    return given, status, {"X-Version": str(version), **headers}


def expected(headers: Conditions) -> int | None:
    """The version that ``If-Match`` names, or none."""
    tag = getattr(headers, "if_match", "")
    return int(tag.strip('"').split("-")[0]) if tag else None


def holder() -> Holder:
    """Whose token it is."""
    found: Holder = g.api_holder
    return found
