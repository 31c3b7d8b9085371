"""What Slack tells by itself: Home was opened, something was written below a card, a link was shared, people changed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from auditapp.kit.db import current_session
from bots.deeds.registry import trade_of
from bots.deeds.rules import Thing
from bots.slack import home
from bots.slack.identity import edge as directories
from bots.slack.identity.queries import person_who_acts
from bots.slack.inbound import homes, pages, replies
from bots.slack.inbound.telling import Talk
from bots.slack.install import places
from bots.slack.install import service as installs
from bots.slack.web import SlackError

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
    "message": replies.written,
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
