"""What Slack tells by itself: Home was opened, something was written below a card, a link was shared, people changed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds.attaching import ATTACH, COMMENT, keep
from bots.deeds.registry import trade_of
from bots.deeds.rules import Thing
from bots.slack import home, work
from bots.slack.files import fetch
from bots.slack.identity import edge as directories
from bots.slack.identity.queries import person_who_acts
from bots.slack.inbound import homes, pages
from bots.slack.inbound.forms_with_files import store_of
from bots.slack.inbound.telling import Talk
from bots.slack.install import places
from bots.slack.install import service as installs
from bots.slack.model import SlackPost, SlackWork
from bots.slack.posts import service as posts
from bots.slack.posts.drawing import draw_wanted
from bots.slack.web import SlackError

KEPT = Text("Kept as a comment on %(ref)s. Whoever works on it sees it there.")
KEPT_FILES = Text("Kept with %(ref)s. Whoever works on it sees it there.")
NOTHING_TO_READ = Text(
    "Nobody reads what is written here. Use the buttons of a message, or write below one: that is kept as a comment on it."
)
NO_COMMENT = Text(
    "What you wrote below %(ref)s is not kept: it takes no comments (any more). Its buttons show what can be done."
)
MOST_MEMBERS = 100  # of a conversation whose rights are looked at, one by one
MOST_LINKS = 5


def happened(talk: Talk) -> None:
    """Follow one event."""
    event: Mapping[str, Any] = talk.payload["event"]
    handler = HANDLERS.get(str(event.get("type")))
    if handler is not None:
        handler(talk, event)


def _opened(talk: Talk, event: Mapping[str, Any]) -> None:
    if event.get("tab") == "home":
        homes.publish(talk)


# Words below a card


def _message(talk: Talk, event: Mapping[str, Any]) -> None:
    """Something was written to us. Below a card it is a comment, and its files are kept with the thing."""
    if event.get("channel_type") != "im" or event.get("subtype") not in {None, "file_share"}:
        return
    here = _Place(str(event.get("channel") or ""), str(event.get("thread_ts") or ""))
    who = talk.actor.principal
    if who is None:
        _say_in(talk, here, None)
        return
    card = talk.unit(lambda: _card(talk, here))
    if card is None:
        _tell(talk, here, NOTHING_TO_READ)
        return
    _keep(talk, here, card, who, event)


class _Place:
    """Where in Slack something was written."""

    def __init__(self, channel: str, thread_ts: str) -> None:
        self.channel, self.thread_ts = channel, thread_ts


def _card(talk: Talk, here: _Place) -> str | None:
    """The thing whose card a thread hangs below."""
    if not here.thread_ts:
        return None
    found: SlackPost | None = posts.card_in(
        current_session(), talk.actor.slack_team_id, here.channel, here.thread_ts
    )
    return found.subject if found is not None and found.account_id == talk.actor.account_id else None


def _keep(talk: Talk, here: _Place, subject: str, who: Principal, event: Mapping[str, Any]) -> None:
    kind, _, thing_id = subject.partition(":")
    trade = trade_of(kind)
    thing = (
        talk.unit(lambda: trade.look(current_session(), who, thing_id, at=talk.at))
        if trade is not None
        else None
    )
    ref = thing.ref if thing is not None else ""
    ids = [str(one["id"]) for one in event.get("files") or [] if "id" in one]
    text = str(event.get("text") or "").strip()
    if (
        trade is None
        or thing is None
        or (text and not _takes(thing, COMMENT))
        or (ids and not _takes(thing, ATTACH))
    ):
        _tell(talk, here, Text(NO_COMMENT.msgid, ref=ref))
        return
    try:
        team = talk.team
        files = (
            tuple(fetch(talk.site, team, store_of(talk.app), one) for one in ids) if team is not None else ()
        )

        def done() -> None:
            session = current_session()
            found = session.get(SlackWork, talk.came.work_id, populate_existing=True)
            if found is None or found.ended_at is not None:
                return
            keep(session, trade, who, thing_id, text=text, files=files, at=talk.at)
            posts.want(session, {subject}, at=talk.at, now=talk.at)
            work.done(found, at=talk.at)

        talk.unit(done, "write")
    except Refusal as error:
        _tell(talk, here, Text("%(ref)s: %(why)s", ref=ref, why=error.text))
        return
    _tell(talk, here, Text((KEPT if text else KEPT_FILES).msgid, ref=ref))
    draw_wanted(talk.app, talk.at, subjects={subject})


def _takes(thing: Thing, verb: str) -> bool:
    return any(one.verb == verb for one in thing.deeds)


def _tell(talk: Talk, here: _Place, text: Text) -> None:
    """A word to them alone, where they wrote."""
    said = talk.actor.pen.say(text)
    try:
        talk.call(
            "chat.postEphemeral", channel=here.channel, user=talk.actor.user_id, text=said,
            **({"thread_ts": here.thread_ts} if here.thread_ts else {}),
        )  # fmt: skip
    except SlackError:
        talk.say_surely(text)


def _say_in(talk: Talk, here: _Place, _text: Text | None) -> None:
    """They may not act; the way to connect is shown where they wrote."""
    talk.came.payload["channel"] = here.channel  # type: ignore[index] # a copy of our own, made when it was taken
    talk.not_acting()


# Links


def _shared(talk: Talk, event: Mapping[str, Any]) -> None:
    """What stands below links to us: all of it where everybody who reads it may see it; else its kind and number."""
    who = talk.actor.principal
    links = [str(one.get("url") or "") for one in event.get("links") or []][:MOST_LINKS]
    found = {} if who is None else talk.unit(partial(pages.things_at, talk, who, links))
    if not found:
        return
    readers = _readers(talk, str(event.get("channel") or ""))
    unfurls = {}
    for url, thing in found.items():
        whole = readers is not None and talk.unit(partial(_all_see, talk, readers, thing))
        unfurls[url] = home.unfurl(thing, talk.actor.pen, whole=whole)
    where = {key: event[key] for key in ("unfurl_id", "source") if event.get(key)}
    if len(where) != len(("unfurl_id", "source")):
        where = {"channel": event.get("channel"), "ts": event.get("message_ts")}
    talk.call("chat.unfurl", unfurls=unfurls, **where)


def _readers(talk: Talk, channel: str) -> Sequence[str] | None:
    """The accounts in a conversation; ``None`` when there are too many, or nobody says."""
    try:
        answer = talk.call("conversations.members", channel=channel, limit=MOST_MEMBERS + 1)
    except SlackError:
        return None
    members = [str(one) for one in answer.get("members") or []]
    return members if members and len(members) <= MOST_MEMBERS else None


def _all_see(talk: Talk, readers: Sequence[str], thing: Thing) -> bool:
    session, trade, team = current_session(), trade_of(thing.kind), talk.team
    if trade is None or team is None:
        return False
    for user_id in readers:
        if user_id == team.bot_user_id:
            continue
        acting = person_who_acts(
            session, enterprise_id=team.enterprise_id, team_id=team.team_id, user_id=user_id, at=talk.at
        )
        if acting.principal is None or trade.look(session, acting.principal, thing.id, at=talk.at) is None:
            return False
    return True


# People and workspaces


def _person_changed(talk: Talk, event: Mapping[str, Any]) -> None:
    user = event.get("user")
    if isinstance(user, Mapping) and talk.team is not None:
        directories.saw(talk.team, user, at=talk.at)


def _uninstalled(talk: Talk, event: Mapping[str, Any]) -> None:
    if event.get("type") == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return  # of people; ours still works
    team_id = str(talk.payload.get("team") or "")
    enterprise_id = str(talk.payload.get("enterprise") or "")
    talk.unit(
        lambda: installs.uninstalled(
            current_session(), at=talk.at, enterprise_id=enterprise_id, team_id=team_id
        ),
        "write",
    )


def _channel_lost(talk: Talk, event: Mapping[str, Any]) -> None:
    channel, why = str(event.get("channel") or ""), str(event.get("type"))
    talk.unit(
        lambda: places.lost_place(
            current_session(),
            at=talk.at,
            slack_team_id=talk.actor.slack_team_id,
            channel_id=channel,
            reason=why,
        ),
        "write",
    )


def _channel_renamed(talk: Talk, event: Mapping[str, Any]) -> None:
    channel: Mapping[str, Any] = event.get("channel") or {}
    talk.unit(
        lambda: places.renamed_place(
            current_session(), slack_team_id=talk.actor.slack_team_id, channel_id=str(channel.get("id") or ""),
            name=str(channel.get("name") or ""),
        ),
        "write",
    )  # fmt: skip


HANDLERS: Mapping[str, Callable[[Talk, Mapping[str, Any]], None]] = {
    "app_home_opened": _opened,
    "message": _message,
    "link_shared": _shared,
    "user_change": _person_changed,
    "team_join": _person_changed,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _uninstalled,
    "channel_archive": _channel_lost,
    "channel_deleted": _channel_lost,
    "group_archive": _channel_lost,
    "group_deleted": _channel_lost,
    "channel_rename": _channel_renamed,
    "group_rename": _channel_renamed,
}
