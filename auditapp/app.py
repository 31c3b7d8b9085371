"""The application factory: settings in, a guarded, committed-once, strictly framed site out."""

import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import click
from flask import Flask, Request, Response, abort, g, jsonify, render_template, request
from flask.cli import FlaskGroup
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import cached_property

from auditapp.api import problems
from auditapp.api.declare import bp as api_bp
from auditapp.audits.queries import edition_uses
from auditapp.cli import COMMANDS, require_reachable
from auditapp.config import ROOT, Settings, WrongSettingsError, load_settings
from auditapp.feeds import secrecy
from auditapp.kit import clock
from auditapp.kit.app import VERSION
from auditapp.kit.constraints import violated
from auditapp.kit.db import (
    Mode,
    current_session,
    db,
    engine_options,
    migrate,
    prepare,
    run_unit,
    sqlite_is_safe_for_wal,
)
from auditapp.kit.errors import Refusal
from auditapp.kit.storage import Store
from auditapp.navigation import nav
from auditapp.overview.demo.service import tell_too
from auditapp.people.guards import principal, unguarded
from auditapp.people.queries import organization
from auditapp.relationships.places import places
from auditapp.reminders.answering.routes import bp as answering_bp
from auditapp.reminders.engine import registry
from auditapp.reminders.outbox import channels
from auditapp.rooms import BLUEPRINTS, CHAPTERS, JOBS
from auditapp.shell import i18n
from auditapp.trail.service import request_id

log = logging.getLogger(__name__)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
csrf = CSRFProtect()


class AuditRequest(Request):
    """A request whose address holds no NUL: PostgreSQL keeps none, and the walk marks places in its page with it."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """What stands behind the question mark."""
        return ImmutableMultiDict(
            (key.replace("\0", ""), value.replace("\0", "")) for key, value in super().args.items(multi=True)
        )


class AuditApp(Flask):
    """A Flask whose every request is one unit of work: read-only for safe methods, committed in one place."""

    request_class = AuditRequest

    def dispatch_request(self) -> ResponseReturnValue:
        """Run guard and view inside a unit; a repeated unit starts with nothing remembered."""
        endpoint = request.endpoint
        if endpoint is not None and (
            endpoint.endswith("static") or hasattr(self.view_functions[endpoint], "begins_itself")
        ):
            return super().dispatch_request()
        kind: Mode = "read" if request.method in SAFE_METHODS else "write"

        def work() -> ResponseReturnValue:
            g.pop("principal", None)
            for upload in request.files.values() if kind == "write" else ():
                upload.seek(0)
            # The guard must stand in front of the CSRF check's work and after nothing else.
            return super(AuditApp, self).dispatch_request()

        return run_unit(work, kind)


def create_app(settings: Settings) -> AuditApp:
    """Build the site. Raises RuntimeError when a route has no guard."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is still busy is no news
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    secrecy.install()
    app = AuditApp("auditapp", root_path=str(ROOT / "auditapp"), static_folder=None)
    url = settings.resolved_database_url
    if url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if not sqlite_is_safe_for_wal():
            log.warning(
                "this SQLite is older than 3.51.3 and unsafe with WAL: using journal_mode=DELETE, which is slower"
            )
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024 + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=0,  # what may be kept has an address with the mark of its release
    )
    app.extensions["auditapp"] = settings
    app.extensions["auditapp_store"] = Store(settings.evidence_dir)
    app.extensions["auditapp_edition_uses"] = edition_uses
    app.extensions["auditapp_channels"] = channels.registered
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way to wrap
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        prepare(db.engine)
    csrf.init_app(app)
    csrf.exempt(
        answering_bp
    )  # the link is the secret, and a mail program's one click brings no token (RFC 8058)
    csrf.exempt(api_bp)  # a program has no cookie that another site could use: each request brings its token
    i18n.init_app(
        app,
        locale=lambda: who.locale if (who := _known_principal()) else None,
        zone=lambda: who.zone if (who := _known_principal()) else None,
    )
    for job in JOBS:
        registry.register(job)
    for chapter in CHAPTERS:
        tell_too(chapter)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_headers)
    app.context_processor(_context)
    _register_errors(app)
    if missing := unguarded(app):
        message = f"routes without a guard: {', '.join(missing)}"
        raise RuntimeError(message)
    return app


def _known_principal() -> Any:
    return g.get("principal")


def _begin() -> ResponseReturnValue | None:
    request_id.set(uuid.uuid4().hex[:16])
    if "\0" in request.path:
        abort(404)
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return _error_page(
            403, gettext("This came from another site"), gettext("Open the page here and try again.")
        )
    return None


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    # How a tablet's service worker knows an answer of ours, and for whom it is, from a hotel's page with status 200.
    who = g.get("principal")
    headers.setdefault("X-Auditapp", str(who.person_id) if who else "-")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    if request.endpoint is None or not request.endpoint.endswith("static"):
        headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def _context() -> dict[str, Any]:
    found = organization(current_session())
    who = principal()
    return {
        "principal": who,
        "organization_name": found.name if found else "auditapp",
        "demonstration": bool(found and found.demonstration),
        "app_version": VERSION,
        "nav": nav(who, request.path) if who else [],
        "relationship_places": lambda ref, at="": places(who, ref, request.path, at=at) if who else [],
        "now": clock.now(),
        "banners": [],  # what stands above every page; whatever is mounted on the site adds its own
    }


def wants_json() -> bool:
    """Whether our own script asks, rather than a person's browser."""
    return request.headers.get("X-Requested-With") == "fetch"


def _error_page(status: int, title: str, message: str, *, field: str | None = None) -> ResponseReturnValue:
    if problems.is_ours():
        return problems.problem(status, title, message, field=field)
    if wants_json():
        return jsonify(error=message, title=title, field=field), status
    if request.path.startswith("/feeds/"):  # a calendar that gets a page takes it for an empty calendar
        return Response(f"{title}\n", status, mimetype="text/plain")
    return (
        render_template(
            "shell/error.html", status=status, title=title, message=message, back=request.referrer
        ),
        status,
    )


def _register_errors(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> ResponseReturnValue:
        titles = {
            403: gettext("Not yours to open"),
            404: gettext("Not found"),
            413: gettext("Too large"),
            429: gettext("Too many tries"),
        }
        status = problems.status_of(error)
        title = titles.get(status, gettext("This cannot be done now"))
        return _error_page(status, title, str(error.text), field=error.field)

    @app.errorhandler(StaleDataError)
    def stale(error: StaleDataError) -> ResponseReturnValue:
        log.info("stale: %s", error)
        return _error_page(
            409,
            gettext("Somebody was faster"),
            gettext(
                "This was changed by somebody else since you opened it. Open it again, look, and repeat your change."
            ),
        )

    @app.errorhandler(IntegrityError)
    def integrity(error: IntegrityError) -> ResponseReturnValue:
        log.warning("constraint %s: %s", violated(error), error)
        return _error_page(
            409,
            gettext("This does not fit with what is already there"),
            gettext("Something like it exists already, or it is used elsewhere. Open the list and look."),
        )

    @app.errorhandler(CSRFError)
    def csrf_failed(error: CSRFError) -> ResponseReturnValue:
        log.info("csrf: %s", error)
        return _error_page(
            400,
            gettext("This page was open too long"),
            gettext("Nothing was changed. Go back, reload the page and send it again."),
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:  # noqa: PLR2004 - redirects are answers, not errors
            return error.get_response()
        texts = {
            401: (
                gettext("Please sign in again"),
                gettext("Your sign-in has ended. Nothing you sent was kept here; sign in and send it again."),
            ),
            404: (
                gettext("Not found"),
                gettext("There is nothing at this address. It may have been moved, or the address was cut."),
            ),
            405: (
                gettext("Not found"),
                gettext("This address cannot be opened like that. Use the buttons on the page."),
            ),
            413: (
                gettext("Too large"),
                gettext("The file is larger than can be kept here. Choose a smaller one."),
            ),
            429: (gettext("Too many tries"), gettext("Please wait a while and try again.")),
        }
        title, message = texts.get(
            status,
            (
                gettext("That did not work"),
                gettext("The request could not be understood. Go back and try again."),
            ),
        )
        answer = app.make_response(_error_page(status, title, message))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        log.error("unexpected error in request %s", request_id.get(), exc_info=error)
        if app.testing:
            raise error
        return _error_page(
            500,
            gettext("Something broke on our side"),
            gettext(
                "Nothing was changed. Try again; if it stays, tell the system manager this number: %(id)s",
                id=request_id.get(),
            ),
        )


def run_commands(
    build: Callable[[Settings], AuditApp] = create_app, more: Sequence[click.Command] = ()
) -> None:
    """The console command on the site that ``build`` makes. A wrong setting is told in a line, not a traceback."""

    def make() -> AuditApp:
        try:
            settings = load_settings()
        except WrongSettingsError as error:
            raise click.ClickException(f"Settings are missing or wrong:\n{error}") from None
        require_reachable(settings)
        return build(settings)

    group = FlaskGroup(name="auditapp", create_app=make, add_default_commands=False, add_version_option=False)
    group.help = "auditapp: internal audits and nonconformities for collaborative business relationships."
    for command in (*COMMANDS, *more):
        group.add_command(command)
    group.main()
