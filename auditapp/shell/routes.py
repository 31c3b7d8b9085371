"""Pages of the shell itself: the show of all components, whether the site is up, light or dark."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import get_locale, gettext
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as BaseResponse

from auditapp.shell.assets import STATIC, asset, own_address, page_url, release_mark
from auditapp.shell.charts import Level, Series, over_time, served, wanted_theme
from auditapp.shell.samples import READINGS, samples

P = ParamSpec("P")
R = TypeVar("R")
THEMES = frozenset({"light", "dark", "auto"})
YEAR = 31_536_000

bp = Blueprint(
    "shell", __name__, template_folder="templates", static_folder="static", static_url_path="/static/shell"
)
bp.app_template_global("asset")(asset)
bp.app_template_global("page_url")(page_url)
bp.app_template_global("own_address")(own_address)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Guard a page that everybody may open; the guards of `people` stand above this room."""
    cast("Any", view).guard = "public"
    return view


@bp.app_template_global("theme")
def theme() -> str:
    """``light``, ``dark`` or nothing for "as the device": the choice of this browser, else of the account."""
    chosen = request.cookies.get("theme") or getattr(g.get("principal"), "theme", "auto")
    return chosen if chosen in THEMES and chosen != "auto" else ""


@bp.app_template_global("language")
def language() -> str:
    """The language tag of the page."""
    return str(get_locale() or "en").replace("_", "-")


@bp.app_template_global("direction")
def direction() -> str:
    """``ltr`` or ``rtl``."""
    locale = get_locale()
    return locale.text_direction if locale is not None else "ltr"


@bp.app_template_global("account_links")
def account_links() -> list[tuple[str, str, str]]:
    """Label, address and icon of what stands in a person's own menu, as far as those pages are there."""
    who = g.get("principal")
    wanted = [
        (gettext("Your account"), "people.me", "user"),
        (gettext("My reminders"), "quiet.show", "bell"),
        (gettext("My Slack"), "slack_pages.mine", "message-square"),
    ]
    if who is not None and who.can("manage_settings"):
        wanted.append((gettext("Organization"), "organization.edit", "settings"))
        wanted.append((gettext("Mail that would have been sent"), "localmail.index", "mail"))
    if who is not None and (who.can("manage_settings") or who.can("manage_programme")):
        wanted.append((gettext("Reminders and escalation"), "policies.index", "clock"))
        wanted.append((gettext("Messages"), "outbox.index", "list-checks"))
    wanted.append((gettext("How it looks"), "shell.style", "image"))
    return [
        (label, url_for(endpoint), icon)
        for label, endpoint, icon in wanted
        if endpoint in current_app.view_functions
    ]


@bp.app_template_global("sign_out_url")
def sign_out_url() -> str:
    """Where signing out is asked for; empty while there is no such place."""
    try:
        return url_for("people.sign_out")
    except BuildError:
        return ""


@bp.get("/style")
@public
def style() -> str:
    """Every component once, with made-up content."""
    return render_template("shell/style.html", **samples())


@bp.get("/style/chart.svg")
@public
def sample_chart() -> Response:
    """The picture of the chart on that page."""
    return served(
        over_time(
            [day for day, _ in READINGS],
            [Series(name="", values=[value for _, value in READINGS])],
            levels=[Level(name="", value=85)],
            theme=wanted_theme(),
        )
    )


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Whether the process answers. Nothing is read: a monitor asks often."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/static/released/<mark>/<path:filename>")
@public
def released_static(mark: str, filename: str) -> Response:
    """A static file under the mark of its release; of another release it may not be kept."""
    return send_from_directory(STATIC, filename, max_age=YEAR if mark == release_mark() else 0)


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """For browsers that ask at the root."""
    return send_from_directory(STATIC / "img", "favicon.png", max_age=YEAR)


@bp.post("/theme")
@public
def set_theme() -> BaseResponse:
    """Keep this browser's choice of light or dark, and go back."""
    chosen = request.form.get("theme", "auto")
    back = request.form.get("next", "/")
    response = redirect(back.rstrip("?") if back.startswith("/") and own_address(back) else "/")
    response.set_cookie(
        "theme",
        chosen if chosen in THEMES else "auto",
        max_age=YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
