"""Posts keep up: what changed is drawn anew, in place, from whatever side it changed. Nobody is called by that."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import Line, Message, MessageKind
from bots.deeds.subjects import subject_of
from bots.slack import cards
from bots.slack.blocks import Drawn
from bots.slack.faults import FaultSort
from bots.slack.identity.queries import private_kinds, receives
from bots.slack.install import edge as installations
from bots.slack.model import PostKind, SlackAccount, SlackPost, SlackPostThing
from bots.slack.posts import service
from bots.slack.posts.looking import look, paths_of, pen_for, pen_of, settled_words
from bots.slack.posts.service import item_subject
from bots.slack.web import SlackError, leave_alone, site_of, wait_for

log = logging.getLogger(__name__)
AGAIN, LATER = timedelta(seconds=30), timedelta(minutes=30)
AT_ONCE = 20  # posts in one round
UPDATE = "chat.update"
AGAIN_FROM = "work"  # in what an answer carries: the work whose form can be opened again
SETTLED = Text("All of it is settled. Nothing more is to be done here.")
NOT_SHOWN = Text("This account is not shown things of the site any more. Open the site instead.")
NO_POST = "This message cannot be drawn anew any more."


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A post as it should stand now. ``becomes``: the thing whose card it is, where that was not known when it was found."""

    post_id: UUID
    slack_team_id: UUID
    channel_id: str
    ts: str
    drawn: Drawn
    subjects: frozenset[str]
    shown_hash: str
    wanted_at: datetime | None
    becomes: str = ""


def draw_wanted(app: Flask, at: datetime | None = None, *, subjects: Collection[str] = ()) -> int:
    """Draw what is wanted, or only what shows these; gives how many posts. In any number of processes at once."""
    done = 0
    while True:
        moment = at or clock.now()
        ids = run_unit(
            lambda moment=moment: service.take_wanted(current_session(), at=moment, limit=AT_ONCE, subjects=subjects), "write"  # type: ignore[misc]
        )  # fmt: skip
        for one in ids:
            _draw(app, one, moment)
        done += len(ids)
        if len(ids) < AT_ONCE:
            return done


def _draw(app: Flask, post_id: UUID, at: datetime) -> None:
    picture = run_unit(lambda: _picture(current_session(), app, post_id, at), "read")
    if picture is None:
        run_unit(lambda: service.gone(current_session(), post_id, at=at), "write")
        return
    if picture.drawn.hash == picture.shown_hash or _update(app, picture, at):
        run_unit(lambda: _drawn(current_session(), picture), "write")


def _drawn(session: Session, picture: Picture) -> None:
    post = session.get(SlackPost, picture.post_id, populate_existing=True)
    if (
        post is not None
        and picture.becomes
        and service.card_of(session, post.account_id, picture.becomes) is None
    ):
        post.kind, post.subject = PostKind.CARD, picture.becomes
        session.flush()
    service.drawn(
        session,
        picture.post_id,
        wanted_at=picture.wanted_at,
        shown_hash=picture.drawn.hash,
        subjects=picture.subjects,
    )


def _picture(session: Session, app: Flask, post_id: UUID, at: datetime) -> Picture | None:
    post = session.get(SlackPost, post_id)
    if post is None:
        return None
    found = _own(session, app, post, at) if post.account_id is not None else _place(session, app, post, at)
    if found is None:
        return None
    drawn, subjects, becomes = found
    return Picture(
        post_id=post.id, slack_team_id=post.slack_team_id, channel_id=post.channel_id, ts=post.ts, drawn=drawn,
        subjects=subjects, shown_hash=post.shown_hash, wanted_at=post.wanted_at, becomes=becomes,
    )  # fmt: skip


Found = tuple[Drawn, frozenset[str], str]


def _own(session: Session, app: Flask, post: SlackPost, at: datetime) -> Found | None:
    """What stands in somebody's own conversation. Of an account that may not be shown anything any more: that."""
    account = session.get(SlackAccount, post.account_id)
    person = session.get(Person, account.person_id) if account is not None and account.person_id else None
    if account is None or person is None or not receives(session, account):
        pen = pen_for(app, person, at=at)
        return cards.note(NOT_SHOWN, pen), frozenset(), ""
    keys = _keys(session, post)
    if post.kind is PostKind.CARD:
        return (*card(session, app, person, post.subject, at=at, keys=keys), "")
    message = _message(session, app, post, at)
    subject, lines = single(message) if message is not None else ("", ())
    if subject:
        return (*card(session, app, person, subject, at=at, keys=keys, lines=lines), subject)
    if message is not None:
        return (*draw_digest(session, app, message, at=at), "")
    pen = pen_for(app, person, at=at)
    return cards.note(SETTLED, pen), frozenset(), ""


def _place(session: Session, app: Flask, post: SlackPost, at: datetime) -> Found | None:
    """What stands in a channel."""
    message = _message(session, app, post, at)
    if message is not None:
        return (*draw_digest(session, app, message, at=at), "")
    person = _recipient(session, post)
    if person is None:
        return None
    return cards.note(SETTLED, pen_for(app, person, at=at)), frozenset(), ""


def _message(session: Session, app: Flask, post: SlackPost, at: datetime) -> Message | None:
    """The message of a post as it reads now; ``None`` when nothing is left of it."""
    if post.message_id is None:
        return None
    return build_message(session, post.message_id, at=at, path_of=paths_of(app).of)


def _recipient(session: Session, post: SlackPost) -> Person | None:
    """Whom its message is for: of a channel's, whoever had it told there."""
    message = session.get(OutboxMessage, post.message_id)
    return session.get(Person, message.person_id) if message is not None else None


def _keys(session: Session, post: SlackPost) -> list[str]:
    """The due items that it showed."""
    mark = item_subject("")
    rows = session.scalars(
        sa.select(SlackPostThing.subject).where(
            SlackPostThing.post_id == post.id, SlackPostThing.subject.startswith(mark, autoescape=True)
        )
    )
    return sorted(one.removeprefix(mark) for one in rows)


def card(
    session: Session, app: Flask, person: Person, subject: str, *, at: datetime, keys: Collection[str] = (),
    lines: Collection[Line] = (),
) -> tuple[Drawn, frozenset[str]]:  # fmt: skip
    """The card of a thing for one person, and what it shows; what is over, or not theirs any more, says so."""
    pen = pen_for(app, person, at=at)
    seen = look(session, app, person, subject, at=at, keys=sorted(keys), lines=tuple(lines))
    if seen is None:
        return cards.note(settled_words(session, sorted(keys)), pen), frozenset()
    return (
        cards.card(seen.thing, pen, lines=seen.lines, reminders=seen.reminders, private=seen.private), seen.subjects
    )  # fmt: skip


def _update(app: Flask, picture: Picture, at: datetime) -> bool:
    """Whether it stands in Slack now as drawn. Otherwise when it is tried again is written down."""
    site = site_of(app)
    again = partial(service.not_drawn, post_id=picture.post_id)
    try:
        team = installations.fresh(site, at=at, slack_team_id=picture.slack_team_id)
    except SlackError:
        team = None
    if team is None:
        run_unit(lambda: again(current_session(), at=at + LATER), "write")
        return False
    until = run_unit(lambda: wait_for(current_session(), team=team, method=UPDATE, at=at), "write")
    if until is not None:
        run_unit(lambda: again(current_session(), at=until), "write")
        return False
    try:
        site.api.call(team, UPDATE, channel=picture.channel_id, ts=picture.ts, **posted(picture.drawn))
    except SlackError as error:
        if error.sort is FaultSort.RETRY:
            wait = timedelta(seconds=error.retry_after) if error.retry_after else AGAIN
            run_unit(lambda: again(current_session(), at=at + wait), "write")
            if error.retry_after:
                seconds = error.retry_after
                run_unit(
                    lambda: leave_alone(current_session(), team=team, method=UPDATE, seconds=seconds, at=at),
                    "write",
                )
        elif error.sort is FaultSort.WORKSPACE:
            installations.failed(team, error, at=at)
            run_unit(lambda: again(current_session(), at=at + LATER), "write")
        elif error.sort is FaultSort.RENDER and picture.drawn.blocks:
            log.warning("Slack refuses what we drew, it is shown as text: %s", error)
            return _update(app, replace(picture, drawn=cards.plainer(picture.drawn)), at)
        else:  # deleted in Slack, or not ours to change any more: the next message is a new one
            log.info("%s %s", NO_POST, error)
            run_unit(lambda: service.gone(current_session(), picture.post_id, at=at), "write")
        return False
    return True


def posted(drawn: Drawn) -> dict[str, Any]:
    """A picture as arguments of a call."""
    return {"text": drawn.text, "blocks": [dict(one) for one in drawn.blocks]}


def single(message: Message) -> tuple[str, tuple[Line, ...]]:
    """The one thing that a message is about, and its lines; an empty name when it is about several, or none that stands."""
    lines = tuple(line for _, group in message.groups for line in group)
    found = {":".join(subject_of(line.item)) if line.item is not None else "" for line in lines}
    only = found.pop() if len(found) == 1 and message.kind in {MessageKind.NOW, MessageKind.DIGEST} else ""
    return only, lines


def draw_digest(
    session: Session, app: Flask, message: Message, *, at: datetime
) -> tuple[Drawn, frozenset[str]]:
    """Several things in one message, and what it shows."""
    pen = pen_of(app, locale=message.to.locale, zone=message.to.zone, at=at)
    if message.kind is MessageKind.ANSWER:
        kept = session.get(OutboxMessage, message.id)
        return cards.answer(
            message, pen, work_id=str(kept.extra.get(AGAIN_FROM) or "") if kept else ""
        ), frozenset()
    if message.kind is MessageKind.REPORT:
        return cards.report(message, pen), frozenset()
    subjects = [
        [":".join(subject_of(line.item)) if line.item is not None else "" for line in lines]
        for _, lines in message.groups
    ]
    private = private_kinds(session)
    all_lines = [line for _, lines in message.groups for line in lines]
    hidden = {one.item_key for one in all_lines if one.item is not None and one.item.kind.value in private}
    shown = {one for group in subjects for one in group if one}
    shown |= {item_subject(one.item_key) for one in all_lines}
    return cards.digest(message, pen, subjects=subjects, private=hidden), frozenset(shown)
