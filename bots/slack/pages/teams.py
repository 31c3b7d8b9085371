"""The page about Slack: which workspaces there are, how they are, and what is to be done."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.people.guards import guard, principal
from auditapp.people.rules import Capability
from bots.slack.faults import missing
from bots.slack.identity import reach
from bots.slack.install import edge, queries, service
from bots.slack.install.rules import reason_words
from bots.slack.manifest import SCOPES, WHY
from bots.slack.model import TeamState
from bots.slack.pages.blueprint import bp, manager, words
from bots.slack.vault import WrongKeyError
from bots.slack.web import SlackError, site_of


@bp.get("/slack/")
@guard(Capability.MANAGE_SETTINGS)
def index() -> str:
    """How Slack is connected; without it, how to begin."""
    manager()
    session, site = current_session(), site_of(current_app)
    teams = queries.all_teams(session)
    unreadable = service.unreadable(session, vault=site.vault)
    return render_template(
        "slack/index.html",
        teams=teams,
        missing={one.id: missing(one.scopes, SCOPES) for one in teams if one.state is TeamState.ACTIVE},
        why_scope=WHY,
        reason=reason_words,
        unreadable=unreadable,
        site=site,
        signing=bool(site.settings.slack_signing_secret.get_secret_value()),
        socket=bool(site.settings.slack_app_token.get_secret_value()),
        counts=reach.counts(session),
        unmatched=reach.unmatched_page(session, page=1) if teams else None,
        **words(),
    )


@bp.post("/slack/workspaces/<uuid:slack_team_id>/look")
@guard(Capability.MANAGE_SETTINGS)
def look(slack_team_id: UUID) -> ResponseReturnValue:
    """Ask Slack whether a workspace works."""
    manager()
    site = site_of(current_app)
    release()
    try:
        works = edge.look(site, at=clock.now(), slack_team_id=slack_team_id)
    except WrongKeyError as error:
        flash(str(error), "error")
        return redirect(url_for(".index"))
    except SlackError:
        works = False
    if works:
        flash(_("Slack answered: the workspace works."), "success")
    else:
        flash(_("It does not work yet. What Slack said stands beside it."), "warning")
    return redirect(url_for(".index"))


@bp.get("/slack/workspaces/<uuid:slack_team_id>/remove")
@guard(Capability.MANAGE_SETTINGS)
def ask_remove(slack_team_id: UUID) -> str:
    """Ask before a workspace is taken out."""
    manager()
    found = queries.row_by_id(current_session(), slack_team_id)
    return render_template("slack/remove.html", team=found)


@bp.post("/slack/workspaces/<uuid:slack_team_id>/remove")
@guard(Capability.MANAGE_SETTINGS)
def remove(slack_team_id: UUID) -> ResponseReturnValue:
    """Take a workspace out: its token is forgotten, nobody is written to there."""
    service.remove(current_session(), actor=manager(), at=clock.now(), slack_team_id=slack_team_id)
    flash(
        _(
            "The workspace is not connected any more. Remove the app in Slack, too, if it should be gone there."
        ),
        "success",
    )
    return redirect(url_for(".index"))


def banners() -> dict[str, Any]:
    """What stands above every page for the system manager while a workspace does not work."""
    who = principal()
    if who is None or not who.can(Capability.MANAGE_SETTINGS) or request.endpoint == "slack_pages.index":
        return {}  # the page about Slack says it itself
    dead = queries.dead_teams(current_session())
    return {
        "banners": [
            {
                "title": _("Slack does not work in “%(name)s”", name=name),
                "text": str(reason_words(code)),
                "url": url_for("slack_pages.index"),
                "label": _("Look at Slack"),
            }
            for name, code in dead
        ]
    }
