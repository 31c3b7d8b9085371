"""What our app is to Slack: its scopes and why, its events, its command, its shortcuts. Pure.

Checked against Slack's own schema in tests/bots/slack/test_manifest.py.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from auditapp.kit.text import Text
from bots.slack.rules import ATTACH, COMMAND, RAISE_ISSUE, RAISE_NONCONFORMITY

# Each scope that is asked for, and what for: the table of docs/slack.md and of `auditapp slack doctor`.
WHY: Mapping[str, Text] = {
    "chat:write": Text("writes messages and draws them anew"),
    "im:write": Text("begins a direct message with a person"),
    "im:history": Text(
        "looks whether a message has arrived before it is sent again, and reads answers in threads"
    ),
    "commands": Text("takes the command /audit and the shortcuts"),
    "users:read": Text("knows who is who, in which time zone, and who has left"),
    "users:read.email": Text("suggests which account belongs to which person"),
    "team:read": Text("knows the name of the workspace"),
    "files:read": Text("fetches photos and files that people attach as evidence"),
    "channels:read": Text("finds the channel of a relationship or a programme"),
    "groups:read": Text("the same for private channels it was invited to"),
    "channels:history": Text("looks whether a message has arrived in a channel before it is sent again"),
    "groups:history": Text("the same in private channels it was invited to"),
    "channels:join": Text("joins a public channel that was chosen for a relationship or a programme"),
    "links:read": Text("sees links to this site in messages"),
    "links:write": Text("shows what stands behind them, to whoever may see it"),
}
SCOPES = tuple(WHY)
# Without these nothing goes; without one of the others, only what it is for.
NEEDED = ("chat:write", "im:write", "im:history", "users:read")
EVENTS = (
    "app_home_opened", "app_uninstalled", "channel_archive", "channel_deleted", "channel_rename", "group_archive",
    "group_deleted", "group_rename", "link_shared", "message.im", "team_join", "tokens_revoked", "user_change",
)  # fmt: skip
NEW = "new"  # of the shortcut that needs no message
DESCRIPTION = "What is due, what waits for you, and the answer to it: without opening the site."


def build(*, public_url: str, socket: bool, name: str = "auditapp", rotation: bool = True) -> dict[str, Any]:
    """The manifest as JSON. ``socket``: over Socket Mode; else Slack calls the site at ``public_url``.

    Slack sends people back to https addresses only. Without one the app is installed with Slack's own button, and its token
    is copied into the settings; such a token must not end (``rotation``), because nobody could renew it.
    """
    address = urlsplit(public_url)
    host = address.hostname or ""
    comes_back = address.scheme == "https"
    events = f"{public_url}/slack/events"
    reached = {} if socket else {"request_url": events}
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": name, "always_online": True},
        "shortcuts": [
            {"name": "Attach to…", "type": "message", "callback_id": ATTACH,
             "description": "Keep this message and its files as evidence"},
            {"name": "Raise nonconformity", "type": "message", "callback_id": RAISE_NONCONFORMITY,
             "description": "With this message as evidence"},
            {"name": "Raise issue", "type": "message", "callback_id": RAISE_ISSUE,
             "description": "With this message as evidence"},
            {"name": "New in auditapp", "type": "global", "callback_id": NEW,
             "description": "Raise a nonconformity or an issue"},
        ],
        "slash_commands": [
            {"command": COMMAND, "description": "What is mine, what is due, find, new",
             "usage_hint": "mine | due | find words | new | help", "should_escape": True}
            | ({} if socket else {"url": events}),
        ],
    }  # fmt: skip
    if host.rpartition(".")[2].isalpha() and "." in host:  # Slack shows links of real domains only
        features["unfurl_domains"] = [host]
    settings: dict[str, Any] = {
        "event_subscriptions": {**reached, "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True}
        | ({} if socket else {"request_url": events, "message_menu_options_url": events}),
        "org_deploy_enabled": True,
        "socket_mode_enabled": socket,
        "token_rotation_enabled": rotation and comes_back,
    }
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": DESCRIPTION,
            "background_color": "#1f3a4d",
        },
        "features": features,
        "oauth_config": ({"redirect_urls": [f"{public_url}/slack/oauth_redirect"]} if comes_back else {})
        | {"scopes": {"bot": list(SCOPES)}},
        "settings": settings,
    }
