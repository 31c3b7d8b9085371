"""Whoever did something is told how it went: where they did it, or by a message that surely arrives."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask

from auditapp.kit.db import Mode, current_session
from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import MessageKind
from auditapp.reminders.outbox.service import put
from bots.slack import cards
from bots.slack.blocks import Block, Drawn
from bots.slack.forms import note_modal
from bots.slack.identity import service as identity
from bots.slack.inbound.later import politely
from bots.slack.inbound.who import Actor
from bots.slack.posts.drawing import AGAIN_FROM, posted
from bots.slack.web import SlackError, SlackSite, Team, site_of

log = logging.getLogger(__name__)
T = TypeVar("T")
TOO_LATE = Text("Slack gives three seconds to open a window, and it took longer. Press it again.")
NOT_DONE, SAID = Text("Not done"), Text("Your answer in Slack")
WINDOW_GONE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_exchanged", "not_found", "hash_conflict"})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Came:
    """Something that came in, and who it came from."""

    work_id: UUID
    kind: str
    payload: Mapping[str, Any]
    actor: Actor
    tries: int


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One exchange with somebody. ``team`` is ``None`` where the workspace does not work (any more)."""

    app: Flask
    team: Team | None
    came: Came
    at: datetime

    @property
    def site(self) -> SlackSite:
        """What Slack is called with."""
        return site_of(self.app)

    @property
    def actor(self) -> Actor:
        """Who it is."""
        return self.came.actor

    @property
    def payload(self) -> Mapping[str, Any]:
        """What came."""
        return self.came.payload

    def unit(self, work: Callable[[], T], kind: Mode = "read") -> T:
        """A unit of work of its own."""
        return politely(work, kind)

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One call. Raises SlackError."""
        if self.team is None:
            return {}
        return self.site.api.call(self.team, method, **arguments)

    def window(self, view: Block) -> bool:
        """Open a window, on top of the one it was asked in; whether it stands. Too late: they are told to press again."""
        inside = (self.payload.get("view") or {}).get("type") == "modal"
        try:
            self.call(
                "views.push" if inside else "views.open",
                trigger_id=str(self.payload.get("trigger_id") or ""),
                view=view,
            )
        except SlackError as error:
            if error.code in WINDOW_GONE:
                self.say(TOO_LATE)
                return False
            raise
        return True

    def change_window(self, view_id: str, view: Block) -> bool:
        """Show something else in a window; ``False`` when it was closed meanwhile."""
        try:
            self.call("views.update", view_id=view_id, view=view)
        except SlackError as error:
            if error.code in WINDOW_GONE:
                return False
            raise
        return True

    def say(self, text: Text | str) -> None:
        """A sentence to whoever did it, where they did it. Nobody else sees it."""
        self.show(cards.note(text, self.actor.pen), text)

    def show(self, drawn: Drawn, plainly: Text | str) -> None:
        """The same for more than a sentence; ``plainly``: what a message says where this cannot be shown."""
        view = self.payload.get("view") or {}
        url = str(self.payload.get("response_url") or "")
        channel = str(self.payload.get("channel") or "")
        try:
            if view.get("type") == "modal" and self.change_window(
                str(view["id"]), note_modal(plainly, self.actor.pen, title=NOT_DONE)
            ):
                return
            if url and self._respond(url, drawn):
                return
            if channel:
                thread_ts = str(self.payload.get("thread_ts") or "") or None
                self.call(
                    "chat.postEphemeral",
                    channel=channel,
                    user=self.actor.user_id,
                    thread_ts=thread_ts,
                    **posted(drawn),
                )
                return
        except SlackError as error:
            log.info("nobody could be told where they are: %s", error)
        self.say_surely(plainly)

    def _respond(self, url: str, drawn: Drawn) -> bool:
        """By the address that came with it: it works in every conversation, for half an hour."""
        return self.site.api.respond(
            url, {"response_type": "ephemeral", "replace_original": False, **posted(drawn)}
        )

    def say_surely(self, text: Text | str, *, again: bool = False) -> None:
        """By a message of their own, through the outbox; ``again``: with a button that opens their form once more."""
        person = self.actor.person
        if person is None:
            return
        person_id = person.id
        said = text if isinstance(text, Text) else Text("%(said)s", said=text)
        extra: dict[str, Any] = {"said": said.to_json(), "about": SAID.to_json()}
        if again:
            extra[AGAIN_FROM] = str(self.came.work_id)
        self.unit(
            lambda: put(
                current_session(), at=self.at, dedupe=f"slack:{self.came.work_id}:{self.came.tries}", person_id=person_id,
                kind=MessageKind.ANSWER, urgent=True, extra=extra,
            ),
            "write",
        )  # fmt: skip

    def link_url(self) -> str:
        """A one-time address at which they say, signed in, that this account is theirs."""
        secret = self.unit(
            lambda: identity.link_secret(current_session(), at=self.at, account_id=self.actor.account_id),
            "write",
        )
        return self.actor.pen.page(f"/slack/link/{secret}")

    def not_acting(self) -> None:
        """Say why they may not act, and how they may."""
        pen, why = self.actor.pen, self.actor.refusal
        if self.actor.may_link:
            self.show(cards.unlinked(pen, self.link_url(), why), why)
        else:
            self.say(why)
