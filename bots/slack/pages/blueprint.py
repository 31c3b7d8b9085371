"""The blueprint of the pages about Slack, and what they share."""

from typing import Any

from flask import Blueprint, current_app, url_for

from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.rules import Capability, Principal
from bots.slack.identity.rules import SORT_WORDS, STANDING_MEANS, STANDING_WORDS, WORDS
from bots.slack.model import Standing, TeamState

bp = Blueprint("slack_pages", __name__, template_folder="templates")
PREVIEW = "slack_preview.index"  # what Slack would show, drawn in the site

STANDING_TONES = {
    Standing.UNMATCHED: "quiet",
    Standing.SUGGESTED: "quiet",
    Standing.MAPPED: "quiet",
    Standing.LINKED: "on_track",
    Standing.REFUSED: "quiet",
}
STATE_WORDS = {
    TeamState.ACTIVE: (Text("Works"), "on_track"),
    TeamState.DEAD: (Text("Does not work"), "overdue"),
    TeamState.UNINSTALLED: (Text("Removed"), "quiet"),
}


def words() -> dict[str, Any]:
    """What the templates need to name things."""
    return {
        "standing_words": STANDING_WORDS,
        "standing_means": STANDING_MEANS,
        "standing_tones": STANDING_TONES,
        "sort_words": SORT_WORDS,
        "why_words": WORDS,
        "state_words": STATE_WORDS,
        "preview": url_for(PREVIEW) if PREVIEW in current_app.view_functions else None,
    }


def manager() -> Principal:
    """Who is signed in, as the system manager: for the whole organization, not for one relationship."""
    who = actor()
    if not who.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("These pages are the system manager's."))
    return who
