"""Shortcuts: something is raised from a message, or a message and its files are kept with a thing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.ids import new_secret
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds.raising import RAISE, may_raise
from bots.slack import home
from bots.slack.forms import Meta, form_modal
from bots.slack.identity.queries import account_of
from bots.slack.inbound import asking
from bots.slack.inbound.asking import FILES
from bots.slack.inbound.telling import Talk
from bots.slack.rules import ATTACH, NOTE, RAISE_ISSUE, RAISE_NONCONFORMITY, Ref
from bots.slack.text import from_slack
from bots.slack.web import SlackError

KINDS: Mapping[str, str] = {
    RAISE_NONCONFORMITY: RAISE_NONCONFORMITY,
    RAISE_ISSUE: RAISE_ISSUE,
    ATTACH: ATTACH,
}
NEW = "new"
MOST_TEXT = 2000  # of a message: the window carries it, and Slack takes 3,000 characters of that
UNKNOWN = Text(
    "This shortcut is from an older version of the app. Ask the workspace’s administrator to update it."
)


def used(talk: Talk) -> None:
    """Open the form of whatever the shortcut is for."""
    name = str(talk.payload.get("callback_id") or "")
    begin(talk, name)


def begin(talk: Talk, name: str) -> None:
    """The same from a command."""
    who = talk.actor.principal
    if who is None:
        talk.not_acting()
        return
    if name == NEW:
        raises = talk.unit(lambda: may_raise(current_session(), who))
        talk.window(home.choose_modal(raises, talk.actor.pen, callback_id=NOTE))
        return
    if name not in KINDS:
        talk.say(UNKNOWN)
        return
    message: Mapping[str, Any] = talk.payload.get("message") or {}
    about: dict[str, Any] = {}
    if message:
        about[asking.SOURCE] = _source(talk, message)
        if message.get("files"):
            about[FILES] = list(message["files"])[:10]
    _ask(talk, who, Ref(kind=KINDS[name], id="", verb=RAISE), about)


def _ask(talk: Talk, who: Principal, ref: Ref, about: Mapping[str, Any]) -> None:
    try:
        form = talk.unit(lambda: asking.form_of(current_session(), who, ref, about, at=talk.at))
    except Refusal as error:
        talk.say(error.text)
        return
    talk.window(form_modal(form, talk.actor.pen, meta=Meta(ref=ref, nonce=new_secret(), about=about)))


def _source(talk: Talk, message: Mapping[str, Any]) -> dict[str, Any]:
    """Who wrote it, when, and where it stands: kept with what is raised."""
    channel, ts = str(talk.payload.get("channel") or ""), str(message.get("ts") or "")
    try:
        link = str(talk.call("chat.getPermalink", channel=channel, message_ts=ts).get("permalink") or "")
    except SlackError:  # a conversation that the app is not in
        link = ""
    return {
        "permalink": link,
        "author": talk.unit(lambda: _author(talk, str(message.get("user") or ""))),
        "at": _moment(ts),
        "text": from_slack(str(message.get("text") or ""))[:MOST_TEXT],
    }


def _moment(ts: str) -> str | None:
    try:
        return datetime.fromtimestamp(float(ts), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _author(talk: Talk, user_id: str) -> str:
    found = account_of(current_session(), slack_team_id=talk.actor.slack_team_id, user_id=user_id)
    return found.name if found is not None and found.name else user_id
