"""Installing the app: to Slack with a one-time state, and back with a one-time code."""

import logging
from urllib.parse import urlencode, urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.app import CSP
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal
from bots.slack.install import edge, service
from bots.slack.install.rules import reason_words
from bots.slack.manifest import SCOPES, WHY
from bots.slack.web import SlackError, SlackSite, site_of

bp = Blueprint("slack_install", __name__, template_folder="templates", url_prefix="/slack")
log = logging.getLogger(__name__)
HOME = "slack_pages.index"  # the page about Slack; it stands above this room


def _site() -> SlackSite:
    found = site_of(current_app)
    if not found.by_install:
        raise NotFound(
            Text("The Slack app of this installation is not named in its settings yet. See docs/slack.md.")
        )
    return found


def _manager() -> Principal:
    who = actor()
    if not who.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager connects Slack."))
    return who


def _slack(site: SlackSite) -> str:
    """Where people install apps: beside the Web API."""
    parts = urlsplit(site.settings.slack_api_url)
    return f"{parts.scheme}://{parts.netloc}"


def redirect_uri(site: SlackSite) -> str:
    """Where Slack sends people back to, as the manifest names it."""
    return f"{site.settings.public_url}/slack/oauth_redirect"


@bp.get("/install")
@guard(Capability.MANAGE_SETTINGS)
def install() -> ResponseReturnValue:
    """What the app asks for and why, and the way to Slack."""
    _manager()
    site = _site()
    page: Response = make_response(render_template("slack_install/install.html", scopes=list(WHY.items())))
    # The form's answer leads on to Slack; browsers hold that against form-action.
    page.headers["Content-Security-Policy"] = CSP.replace(
        "form-action 'self'", f"form-action 'self' {_slack(site)}"
    )
    return page


@bp.post("/install")
@guard(Capability.MANAGE_SETTINGS)
def begin() -> ResponseReturnValue:
    """On to Slack, with a state that is good once, for this person, for a quarter of an hour."""
    who, site = _manager(), _site()
    state = service.begin_install(current_session(), actor=who, at=clock.now())
    asked = {
        "client_id": site.settings.slack_client_id,
        "scope": ",".join(SCOPES),
        "redirect_uri": redirect_uri(site),
        "state": state,
    }
    return redirect(f"{_slack(site)}/oauth/v2/authorize?{urlencode(asked)}", code=303)


@bp.get("/oauth_redirect")
@guard(Capability.MANAGE_SETTINGS)
def oauth_redirect() -> ResponseReturnValue:
    """Back from Slack: the state is spent, the code exchanged, the workspace kept."""
    who, site = _manager(), _site()
    given = request.args
    if given.get("error"):
        flash(_("Nothing was connected: Slack says “%(code)s”.", code=given["error"][:80]), "warning")
        return redirect(_home())
    release()  # what follows are units of their own, with calls to Slack in between
    try:
        edge.finish_install(
            site,
            actor=who,
            at=clock.now(),
            state=given.get("state", ""),
            code=given.get("code", ""),
            redirect_uri=redirect_uri(site),
        )
    except Invalid as refusal:
        flash(str(refusal.text), "error")
        return redirect(url_for(".install"))
    except SlackError as error:
        log.warning("an installation failed: %s", error)
        flash(_("Nothing was connected. %(reason)s", reason=reason_words(error.code)), "error")
        return redirect(url_for(".install"))
    flash(_("The workspace is connected. Its people are being read now."), "success")
    return redirect(_home())


def _home() -> str:
    return url_for(HOME) if HOME in current_app.view_functions else "/"
