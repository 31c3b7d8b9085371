"""Words in the conversation with us: below a card they are a comment on its thing, and files are kept with it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds.attaching import ATTACH, COMMENT, keep
from bots.deeds.registry import trade_of
from bots.deeds.rules import Thing, Trade
from bots.slack import work
from bots.slack.files import fetch
from bots.slack.inbound.forms_with_files import store_of
from bots.slack.inbound.telling import Talk
from bots.slack.model import SlackPost, SlackWork
from bots.slack.posts import service as posts
from bots.slack.posts.drawing import draw_wanted
from bots.slack.text import from_slack

KEPT = Text("Kept as a comment on %(ref)s. Whoever works on it sees it there.")
KEPT_FILES = Text("Kept with %(ref)s. Whoever works on it sees it there.")
NOTHING_TO_READ = Text(
    "Nobody reads what is written here. Use the buttons of a message, or write below one: that is kept as a comment on it."
)
NO_COMMENT = Text(
    "What you wrote below %(ref)s is not kept: it takes no comments or files (any more). Its buttons show what can be done."
)


def written(talk: Talk, event: Mapping[str, Any]) -> None:
    """Somebody wrote to us."""
    if event.get("channel_type") != "im" or event.get("subtype") not in {None, "file_share"}:
        return
    where = {"channel": str(event.get("channel") or ""), "thread_ts": str(event.get("thread_ts") or "")}
    here = replace(talk, came=replace(talk.came, payload={**talk.payload, **where}))
    who = talk.actor.principal
    if who is None:
        here.not_acting()
        return
    subject = talk.unit(lambda: _subject(talk, **where))
    if subject is None:
        here.say(NOTHING_TO_READ)
        return
    _keep(here, subject, who, event)


def _subject(talk: Talk, *, channel: str, thread_ts: str) -> str | None:
    """The thing whose card a thread hangs below."""
    if not thread_ts:
        return None
    found: SlackPost | None = posts.card_in(current_session(), talk.actor.slack_team_id, channel, thread_ts)
    return found.subject if found is not None and found.account_id == talk.actor.account_id else None


def _keep(here: Talk, subject: str, who: Principal, event: Mapping[str, Any]) -> None:
    kind, _, thing_id = subject.partition(":")
    trade = trade_of(kind)
    thing = (
        here.unit(lambda: trade.look(current_session(), who, thing_id, at=here.at))
        if trade is not None
        else None
    )
    ids = [str(one["id"]) for one in event.get("files") or [] if "id" in one]
    text = from_slack(str(event.get("text") or "")).strip()
    wanted = [verb for verb, there in ((COMMENT, text), (ATTACH, ids)) if there]
    if trade is None or thing is None or not all(_takes(thing, verb) for verb in wanted):
        here.say(Text(NO_COMMENT.msgid, ref=thing.ref if thing is not None else ""))
        return
    try:
        team = here.team
        files = [fetch(here.site, team, store_of(here.app), one) for one in ids] if team is not None else []
        here.unit(partial(_kept, here, subject, trade, who, text, files), "write")
    except Refusal as error:
        here.say(Text("%(ref)s: %(why)s", ref=thing.ref, why=error.text))
        return
    here.say(Text((KEPT if text else KEPT_FILES).msgid, ref=thing.ref))
    draw_wanted(here.app, here.at, subjects={subject})


def _kept(  # noqa: PLR0917 - handed over whole
    here: Talk, subject: str, trade: Trade, who: Principal, text: str, files: list[Kept]
) -> None:
    session = current_session()
    found = session.get(SlackWork, here.came.work_id, populate_existing=True)
    if found is None or found.ended_at is not None:
        return
    keep(session, trade, who, subject.partition(":")[2], text=text, files=files, at=here.at)
    posts.want(session, {subject}, at=here.at, now=here.at)
    work.done(found, at=here.at)


def _takes(thing: Thing, verb: str) -> bool:
    return any(one.verb == verb for one in thing.deeds)
