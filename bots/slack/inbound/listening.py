"""What Bolt hands over is kept, and acknowledged; forms are answered at once, because Slack shows the answer in them."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.text import Text
from bots.slack import work
from bots.slack.identity import service as identity
from bots.slack.inbound import later, submitting

log = logging.getLogger(__name__)
BOLT = "auditapp_slack_bolt"  # in app.extensions
ANY = re.compile(r"[\s\S]*")
BROKE = Text(
    "Something broke on our side, and nothing was changed. Try again; if it stays, tell the system manager."
)
# Events that something follows from; the others are acknowledged and left.
EVENTS = frozenset(
    {
        "app_home_opened", "message", "link_shared", "app_uninstalled", "tokens_revoked", "user_change", "team_join",
        "channel_archive", "channel_deleted", "channel_rename", "group_archive", "group_deleted", "group_rename",
    }
)  # fmt: skip


def bolt_of(app: Flask) -> App:
    """The Bolt app of this site. It keeps nothing itself: everything stands in our tables."""
    settings: Settings = app.extensions["auditapp"]
    bolt = App(
        name="auditapp",
        signing_secret=settings.slack_signing_secret.get_secret_value() or "none",
        process_before_response=True,  # in the thread and the unit of work of the request
        token_verification_enabled=False,
        authorize=_any_workspace,
        request_verification_enabled=False,  # the door has done it, by our own clock: bots/slack/http.py
        raise_error_for_unhandled_request=False,
    )
    bolt.client.base_url = settings.slack_api_url
    bolt.error(_broke)
    bolt.action(ANY)(_clicked)
    bolt.view(ANY)(_submitted)
    bolt.view_closed(ANY)(_acknowledged)
    bolt.shortcut(ANY)(_shortcut)
    bolt.command(ANY)(_command)
    bolt.options(ANY)(_options)
    bolt.event(ANY)(_event)
    return bolt


def _any_workspace(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Bolt asks for a bot before every listener. None of ours calls Slack, so it gets none, and nothing is looked up.

    Whether the app is installed there is asked where something is kept.
    """
    nobody = "-"
    return AuthorizeResult(
        enterprise_id=enterprise_id, team_id=team_id, bot_token=nobody, bot_id=nobody, bot_user_id=nobody
    )


def _take_in(kind: str, key: str, context: BoltContext, payload: Mapping[str, Any]) -> None:
    """Keep it in this unit of work. What came already is kept already."""
    session, at = current_session(), clock.now()
    account = identity.meet(
        session, enterprise_id=context.enterprise_id or "", team_id=context.team_id or "",
        user_id=context.user_id or "", at=at,
    )  # fmt: skip
    if account is None:
        log.warning("something came from a workspace that is not installed: %s", context.team_id)
        return
    made = work.put(session, at=at, key=key[:200], kind=kind, account_id=account.id, payload=payload)
    if made is not None:
        later.add(later.Work(made))


def _clicked(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """A button, a menu or a link. Only what is needed to do it is kept."""
    action: dict[str, Any] = body["actions"][0]
    if action.get("url") and not action.get("value"):  # a link: Slack opens it itself
        ack()
        return
    view: dict[str, Any] = body.get("view") or {}
    container: dict[str, Any] = body.get("container") or {}
    message: dict[str, Any] = body.get("message") or {}
    where = container.get("message_ts") or view.get("id") or ""
    chosen = action.get("selected_option") or {}
    _take_in(
        "click",
        f"click:{context.team_id}:{context.user_id}:{where}:{action['action_id']}:{action.get('action_ts', '')}",
        context,
        {
            "action_id": action["action_id"],
            "value": str(chosen.get("value") or action.get("value") or ""),
            "channel": (body.get("channel") or {}).get("id") or container.get("channel_id") or "",
            "message_ts": container.get("message_ts") or "",
            "thread_ts": message.get("thread_ts") or "",
            "ephemeral": bool(container.get("is_ephemeral")),
            "view": {
                key: view.get(key) or "" for key in ("id", "type", "hash", "callback_id", "private_metadata")
            }
            if view
            else None,
            "trigger_id": body.get("trigger_id") or "",
            "response_url": body.get("response_url") or "",
        },
    )
    ack()


def _shortcut(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """A shortcut, with the message it was used on, if there is one."""
    message: dict[str, Any] = body.get("message") or {}
    _take_in(
        "shortcut",
        f"shortcut:{body.get('trigger_id') or body.get('action_ts')}",
        context,
        {
            "callback_id": body.get("callback_id") or "",
            "trigger_id": body.get("trigger_id") or "",
            "response_url": body.get("response_url") or "",
            "channel": (body.get("channel") or {}).get("id") or "",
            "message": {
                "ts": message.get("ts") or body.get("message_ts") or "",
                "user": message.get("user") or message.get("bot_id") or "",
                "text": str(message.get("text") or ""),
                "files": [one["id"] for one in message.get("files") or [] if "id" in one],
            }
            if message
            else None,
        },
    )
    ack()


def _command(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    _take_in(
        "command",
        f"command:{body.get('trigger_id')}",
        context,
        {
            "command": body.get("command") or "",
            "text": str(body.get("text") or ""),
            "channel": body.get("channel_id") or "",
            "trigger_id": body.get("trigger_id") or "",
            "response_url": body.get("response_url") or "",
        },
    )
    ack()


def _event(ack: Ack, body: dict[str, Any], event: dict[str, Any], context: BoltContext) -> None:
    """Events come again until they are acknowledged, sometimes twice, in any order: each is kept once by its id."""
    if event["type"] in EVENTS and not event.get("bot_id"):
        _take_in(
            "event",
            f"event:{body['event_id']}",
            context,
            {"event": event, "team": context.team_id or "", "enterprise": context.enterprise_id or ""},
        )
    ack()


def _submitted(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """A form: done in this unit of work, so that a field that is wrong says so in the form."""
    account = identity.meet(
        current_session(), enterprise_id=context.enterprise_id or "", team_id=context.team_id or "",
        user_id=context.user_id or "", at=clock.now(),
    )  # fmt: skip
    if account is None:
        ack(response_action="clear")
        return
    ack(**submitting.submitted(current_session(), account, body["view"], at=clock.now()))


def _options(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    account = identity.meet(
        current_session(), enterprise_id=context.enterprise_id or "", team_id=context.team_id or "",
        user_id=context.user_id or "", at=clock.now(),
    )  # fmt: skip
    ack(options=submitting.options(current_session(), account, body, at=clock.now()) if account else [])


def _acknowledged(ack: Ack) -> None:
    ack()


def _broke(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What nobody expected. The unit is taken back and a form says so; Slack sends an event again, and marks a click."""
    log.error("something from Slack could not be taken in", exc_info=error)
    undo()
    if body.get("type") == "view_submission":
        return submitting.broken(BROKE, body["view"])
    return BoltResponse(status=500)
