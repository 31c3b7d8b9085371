"""Slack as one of the ways by which messages reach people. One message is one post, which can be asked for later.

A message about one thing is its living card, or a nudge below the card that stands; several things are a digest.
"""

import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
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
from auditapp.reminders.outbox.model import Notice, OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import Fault, Line, Message, MessageKind, NotSentError, Recipient
from bots.slack import cards
from bots.slack.blocks import Drawn
from bots.slack.faults import FaultSort
from bots.slack.identity import service as identity
from bots.slack.identity.queries import account_for
from bots.slack.identity.rules import Address
from bots.slack.install import edge as installations
from bots.slack.install.queries import alone
from bots.slack.model import PostKind, SlackPlace, SlackPost, SlackPostThing
from bots.slack.posts import service as posts
from bots.slack.posts.drawing import draw_digest, posted, single
from bots.slack.posts.looking import look, pen_for
from bots.slack.posts.service import item_subject
from bots.slack.web import SlackError, Team, leave_alone, site_of, to_not_sent, wait_for

log = logging.getLogger(__name__)
NAME = "slack"
EVENT = "auditapp_message"  # of the metadata by which a post is found again
BEFORE = timedelta(minutes=1)  # clocks differ: so much earlier than the first try is looked
PAGE, PAGES = 100, 5  # of a channel's history that is looked at
AGAIN = 1.0  # seconds, where something was put right and the same may be sent at once
NONE: Mapping[str, Any] = {}
NOBODY = "Nobody in Slack is known for this person."


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is posted, and where: read in one unit of work, sent outside any."""

    slack_team_id: UUID
    account_id: UUID | None
    user_id: str
    channel_id: str
    drawn: Drawn
    kind: PostKind
    subject: str = ""
    subjects: frozenset[str] = frozenset()
    thread_ts: str = ""
    card_id: UUID | None = None


class SlackChannel:
    """One site's Slack: any number of workspaces."""

    name = NAME
    label = Text("Slack")
    askable = True
    per_minute = 0  # Slack counts by channel and method: bots/slack/web/rates.py

    def __init__(self, app: Flask) -> None:
        """Keep the site."""
        self.app = app
        self.site = site_of(app)

    def reaches(self, to: Recipient) -> bool:
        """Whether somebody in Slack is known for this person, in a workspace that works."""
        return account_for(current_session(), to.person_id) is not None

    def send(self, message: Message) -> str:
        """Post it once; gives where it stands. Raises NotSentError, with Fault.UNKNOWN when nobody knows."""
        at = clock.now()
        plan = run_unit(lambda: self._plan(message, at), "read")
        team = self._team(plan.slack_team_id, at)
        channel_id = plan.channel_id or self._open(team, plan, at)
        self._wait(team, channel_id)
        sent = self._post(team, plan, channel_id, self._metadata(message.id), at)
        run_unit(lambda: self._keep(plan, message.id, channel_id, sent, clock.now()), "write")
        return f"{team.team_id or team.enterprise_id}:{channel_id}:{sent}"

    def find(self, message_id: UUID) -> str | None:
        """Where a message stands that may have been posted: it carries a sign that only we can make. Raises NotSentError."""
        at = clock.now()
        wanted = run_unit(lambda: self._trace(current_session(), message_id), "read")
        if wanted is None:
            return None
        team = self._team(wanted.slack_team_id, at)
        sign = self._metadata(message_id)["event_payload"]["d"]
        for thread_ts in ("", *wanted.threads):
            ts = self._search(team, wanted, thread_ts, sign)
            if ts is not None:
                kept = partial(
                    self._found, wanted, message_id, kind=PostKind.NUDGE if thread_ts else wanted.kind, ts=ts,
                    thread_ts=thread_ts, at=at,
                )  # fmt: skip
                run_unit(kept, "write")
                return f"{team.team_id or team.enterprise_id}:{wanted.channel_id}:{ts}"
        return None

    # What is posted

    def _plan(self, message: Message, at: datetime) -> Plan:
        session = current_session()
        if message.kind is MessageKind.PLACE:
            return self._place_plan(session, message, at)
        address = account_for(session, message.to.person_id)
        person = session.get(Person, message.to.person_id)
        if address is None or person is None:
            raise NotSentError(Fault.PERSON_GONE, NOBODY)
        subject, lines = single(message)
        if subject:
            plan = self._card_plan(session, person, address=address, subject=subject, lines=lines, at=at)
            if plan is not None:
                return plan
        drawn, subjects = draw_digest(session, self.app, message, at=at)
        return Plan(
            slack_team_id=address.slack_team_id, account_id=address.account_id, user_id=address.user_id,
            channel_id=address.channel_id, drawn=drawn, kind=PostKind.DIGEST, subjects=subjects,
        )  # fmt: skip

    def _card_plan(
        self, session: Session, person: Person, *, address: Address, subject: str, lines: tuple[Line, ...], at: datetime
    ) -> Plan | None:  # fmt: skip
        pen = pen_for(self.app, person, at=at)
        seen = look(session, self.app, person, subject, at=at, lines=lines)
        if seen is None:
            return None
        standing = posts.card_of(session, address.account_id, subject)
        drawn = (
            cards.nudge(lines[0], pen, private=seen.private)
            if standing is not None
            else cards.card(seen.thing, pen, lines=seen.lines, reminders=seen.reminders, private=seen.private)
        )
        return Plan(
            slack_team_id=address.slack_team_id, account_id=address.account_id, user_id=address.user_id,
            channel_id=standing.channel_id if standing is not None else address.channel_id, drawn=drawn,
            kind=PostKind.NUDGE if standing is not None else PostKind.CARD, subject=subject, subjects=seen.subjects,
            thread_ts=standing.ts if standing is not None else "", card_id=standing.id if standing is not None else None,
        )  # fmt: skip

    def _place_plan(self, session: Session, message: Message, at: datetime) -> Plan:
        place = session.get(SlackPlace, UUID(str(message.extra["place_id"])))
        if place is None or place.ended_at is not None:
            raise NotSentError(Fault.PERSON_GONE, "This channel is not used any more.")
        drawn, subjects = draw_digest(session, self.app, message, at=at)
        return Plan(
            slack_team_id=place.slack_team_id, account_id=None, user_id="", channel_id=place.channel_id, drawn=drawn,
            kind=PostKind.PLACE, subjects=subjects,
        )  # fmt: skip

    # How it is posted

    def _team(self, slack_team_id: UUID, at: datetime) -> Team:
        try:
            team = installations.fresh(self.site, at=at, slack_team_id=slack_team_id)
        except SlackError as error:
            raise to_not_sent(error) from error
        if team is None:
            raise NotSentError(Fault.PERSON_GONE, "This workspace does not work, or was removed.")
        return team

    def _open(self, team: Team, plan: Plan, at: datetime) -> str:
        """The channel of the direct messages with somebody."""
        try:
            answer = self.site.api.call(team, "conversations.open", users=plan.user_id)
        except SlackError as error:
            raise self._sorted(team, plan, error, at) from error
        channel_id = str(answer["channel"]["id"])
        account_id = plan.account_id
        if account_id is not None:
            run_unit(
                lambda: identity.opened(current_session(), account_id=account_id, channel_id=channel_id),
                "write",
            )
        return channel_id

    def _wait(self, team: Team, channel_id: str) -> None:
        """Our place in the row of this channel: now, or we come again."""
        at = clock.now()
        until = run_unit(
            lambda: wait_for(
                current_session(), team=team, method="chat.postMessage", at=at, channel=channel_id
            ),
            "write",
        )
        if until is not None:
            raise NotSentError(
                Fault.RETRY,
                "Slack takes one message a second and channel.",
                retry_after=max((until - at).total_seconds(), AGAIN),
            )

    def _post(
        self, team: Team, plan: Plan, channel_id: str, metadata: Mapping[str, Any], at: datetime
    ) -> str:
        drawn = plan.drawn
        while True:
            try:
                answer = self.site.api.call(
                    team, "chat.postMessage", channel=channel_id, metadata=dict(metadata), unfurl_links=False,
                    unfurl_media=False, **posted(drawn), thread_ts=plan.thread_ts or None,
                )  # fmt: skip
            except SlackError as error:
                if error.sort is FaultSort.RENDER and drawn.blocks:
                    log.warning("Slack refuses what we drew, it is sent as text: %s", error)
                    drawn = cards.plainer(drawn)
                    continue
                raise self._sorted(team, plan, error, at) from error
            return str(answer["ts"])

    def _sorted(self, team: Team, plan: Plan, error: SlackError, at: datetime) -> NotSentError:
        """What follows from an error, written down where it outlives this message."""
        if error.sort is FaultSort.WORKSPACE:
            installations.failed(team, error, at=at)
            return to_not_sent(error, alone=run_unit(lambda: alone(current_session(), team.id), "read"))
        if error.sort is FaultSort.RETRY and error.retry_after:
            seconds, method = error.retry_after, error.method
            run_unit(
                lambda: leave_alone(current_session(), team=team, method=method, seconds=seconds, at=at),
                "write",
            )
        if error.sort is FaultSort.PERSON and plan.account_id is not None:
            account_id, reason = plan.account_id, error.code
            run_unit(
                lambda: identity.closed(current_session(), at=at, account_id=account_id, reason=reason),
                "write",
            )
        if error.sort is FaultSort.PERSON and plan.kind is PostKind.PLACE:
            run_unit(lambda: end_place(current_session(), plan, at=at, reason=error.code), "write")
        if error.sort is FaultSort.RESOLVE and run_unit(lambda: self._resolve(plan, error, at), "write"):
            return NotSentError(Fault.RETRY, f"Slack: {error}", retry_after=AGAIN)
        return to_not_sent(error)

    def _resolve(self, plan: Plan, error: SlackError, at: datetime) -> bool:
        """Forget what is not there any more, so that it is found anew. Whether there was something to forget."""
        session = current_session()
        if plan.card_id is not None:
            posts.gone(session, plan.card_id, at=at)
            return True
        if plan.account_id is None or not plan.channel_id or error.method == "conversations.open":
            return False
        identity.opened(session, account_id=plan.account_id, channel_id="")
        return True

    def _keep(self, plan: Plan, message_id: UUID, channel_id: str, ts: str, at: datetime) -> None:
        session = current_session()
        posts.keep(
            session, at=at, slack_team_id=plan.slack_team_id, kind=plan.kind, channel_id=channel_id, ts=ts,
            account_id=plan.account_id, message_id=message_id, thread_ts=plan.thread_ts, subject=plan.subject,
            shown_hash=plan.drawn.hash, subjects=plan.subjects,
        )  # fmt: skip
        if plan.card_id is not None:  # a nudge says it; the card shows it
            posts.want_post(session, plan.card_id, at=at)

    # How it is found again

    def _metadata(self, message_id: UUID) -> dict[str, Any]:
        secret = self.site.settings.secret_key.get_secret_value().encode()
        sign = hmac.new(secret, b"slack-message:" + message_id.bytes, hashlib.sha256).hexdigest()[:40]
        return {"event_type": EVENT, "event_payload": {"d": sign}}

    def _trace(self, session: Session, message_id: UUID) -> "Trace | None":
        message = session.get(OutboxMessage, message_id)
        if message is None:
            return None
        since = session.scalar(
            sa.select(sa.func.min(OutboxAttempt.began_at)).where(
                OutboxAttempt.message_id == message_id, OutboxAttempt.channel == NAME
            )
        )
        oldest = (since or message.created_at) - BEFORE
        if message.kind is MessageKind.PLACE:
            place = session.get(SlackPlace, UUID(str(message.extra["place_id"])))
            return None if place is None else Trace(
                slack_team_id=place.slack_team_id, account_id=None, channel_id=place.channel_id, oldest=oldest,
                kind=PostKind.PLACE,
            )  # fmt: skip
        address = account_for(session, message.person_id)
        if address is None or not address.channel_id:
            return None
        keys = [
            item_subject(one)
            for one in session.scalars(sa.select(Notice.item_key).where(Notice.message_id == message_id))
        ]
        cards_of = session.execute(
            sa.select(SlackPost.ts, SlackPost.subject)
            .join(SlackPostThing, SlackPostThing.post_id == SlackPost.id)
            .where(
                SlackPost.account_id == address.account_id, SlackPost.kind == PostKind.CARD, SlackPostThing.subject.in_(keys)
            )
            .distinct()
        ).all()  # fmt: skip
        return Trace(
            slack_team_id=address.slack_team_id, account_id=address.account_id, channel_id=address.channel_id,
            oldest=oldest, kind=PostKind.DIGEST, threads=tuple(ts for ts, _ in cards_of), keys=tuple(keys),
        )  # fmt: skip

    def _search(self, team: Team, wanted: "Trace", thread_ts: str, sign: str) -> str | None:
        cursor = ""
        for _ in range(PAGES):
            try:
                answer = self.site.api.call(
                    team, "conversations.replies" if thread_ts else "conversations.history", channel=wanted.channel_id,
                    oldest=f"{wanted.oldest.timestamp():.6f}", include_all_metadata=True, limit=PAGE,
                    cursor=cursor or None, **({"ts": thread_ts} if thread_ts else NONE),
                )  # fmt: skip
            except SlackError as error:
                if error.sort is FaultSort.RESOLVE:  # the channel or the thread is gone, and the message too
                    return None
                raise to_not_sent(error) from error
            for one in answer.get("messages") or []:
                about = one.get("metadata") or {}
                if about.get("event_type") == EVENT and (about.get("event_payload") or {}).get("d") == sign:
                    return str(one["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        return None

    def _found(
        self, wanted: "Trace", message_id: UUID, *, kind: PostKind, ts: str, thread_ts: str, at: datetime
    ) -> None:  # fmt: skip
        """Written down late. What it shows is not known any more, so it is drawn anew, and becomes what it should be."""
        session = current_session()
        made = posts.keep(
            session, at=at, slack_team_id=wanted.slack_team_id, kind=kind, channel_id=wanted.channel_id, ts=ts,
            account_id=wanted.account_id, message_id=message_id, thread_ts=thread_ts, subjects=wanted.keys,
        )  # fmt: skip
        if kind is not PostKind.NUDGE:
            posts.want_post(session, made.id, at=at)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Where a message would stand, if it was posted. ``threads``: below these cards too."""

    slack_team_id: UUID
    account_id: UUID | None
    channel_id: str
    oldest: datetime
    kind: PostKind
    threads: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def end_place(session: Session, plan: Plan, *, at: datetime, reason: str) -> None:
    """A channel that takes nothing any more is not posted to; the site shows why."""
    session.execute(
        sa.update(SlackPlace)
        .where(SlackPlace.slack_team_id == plan.slack_team_id, SlackPlace.channel_id == plan.channel_id, SlackPlace.ended_at.is_(None))
        .values(ended_at=at, reason=reason)
    )  # fmt: skip
