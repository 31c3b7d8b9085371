"""What an installation is, read from Slack's answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from auditapp.kit.text import Text

STATE_LASTS = timedelta(minutes=15)
AHEAD = timedelta(hours=2)  # a token is renewed so long before it ends; Slack's tokens last twelve hours
LEASE = timedelta(minutes=2)  # whoever renews one has so long, and nobody else begins meanwhile
LOOK_AGAIN = timedelta(minutes=30)  # a workspace that was dead is tried again
LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An installation as Slack tells it. ``team_id`` is empty for a whole organization. Tokens are never printed."""

    team_id: str
    enterprise_id: str
    name: str
    app_id: str
    bot_user_id: str
    bot_id: str
    token: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """A new token for one that ends."""

    token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime | None = None


def expiry(answer: Mapping[str, Any], at: datetime) -> datetime | None:
    """When the token of an answer ends; ``None``: never."""
    seconds = answer.get("expires_in")
    return at + timedelta(seconds=int(seconds)) if seconds else None


def from_exchange(answer: Mapping[str, Any], who: Mapping[str, Any], *, at: datetime) -> Installation:
    """From ``oauth.v2.access``, and ``auth.test`` with its token (``who``), which alone names the bot."""
    team: Mapping[str, Any] = answer.get("team") or {}
    enterprise: Mapping[str, Any] = answer.get("enterprise") or {}
    whole = bool(answer.get("is_enterprise_install"))
    name = enterprise.get("name") if whole else team.get("name")
    return Installation(
        team_id="" if whole else str(team.get("id") or who.get("team_id") or ""),
        enterprise_id=str(enterprise.get("id") or who.get("enterprise_id") or ""),
        name=str(name or who.get("team") or "Slack")[:LONGEST_NAME],
        app_id=str(answer.get("app_id") or ""),
        bot_user_id=str(answer.get("bot_user_id") or who.get("user_id") or ""),
        bot_id=str(who.get("bot_id") or ""),
        token=str(answer["access_token"]),
        scopes=tuple(sorted(one for one in str(answer.get("scope") or "").split(",") if one)),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=expiry(answer, at),
    )


def from_token(token: str, who: Mapping[str, Any], scopes: tuple[str, ...]) -> Installation:
    """From ``auth.test`` with a token of the settings."""
    whole = bool(who.get("is_enterprise_install"))
    return Installation(
        team_id="" if whole else str(who.get("team_id") or ""),
        enterprise_id=str(who.get("enterprise_id") or ""),
        name=str(who.get("team") or "Slack")[:LONGEST_NAME],
        app_id=str(who.get("app_id") or ""),
        bot_user_id=str(who.get("user_id") or ""),
        bot_id=str(who.get("bot_id") or ""),
        token=token,
        scopes=scopes,
    )


# Why a workspace does not work, and what is to be done: by Slack's code.
_REASONS: Mapping[str, Text] = {
    "token_revoked": Text("Its token was revoked. Install the app again."),
    "token_expired": Text("Its token has ended and could not be renewed. Install the app again."),
    "invalid_auth": Text("Slack does not know its token. Install the app again."),
    "account_inactive": Text("The app was removed there, or the workspace was closed. Install the app again."),
    "invalid_refresh_token": Text("Its token could not be renewed. Install the app again."),
    "missing_scope": Text("The app lacks a right there. Install it again, and allow what it asks for."),
    "org_login_required": Text("The organization moves to another plan. Wait, and look again in an hour."),
    "team_access_not_granted": Text(
        "The organization has not allowed the app in this workspace. Its administrator can, in Slack."
    ),
    "app_uninstalled": Text("The app was removed in Slack. Install it again, if it should come back."),
    "archive_imported": Text(
        "It came here in an archive, which holds no tokens. Install the app again; its accounts and posts are kept."
    ),
    "wrong_key": Text("Its token cannot be read with this key. Put the key back, or install the app again."),
}  # fmt: skip


# Why a channel is told nothing any more: Slack's error, or its event.
_PLACE_REASONS: Mapping[str, Text] = {
    **dict.fromkeys(
        ("is_archived", "channel_archive", "group_archive"),
        Text("It was archived in Slack. Bring it back there, or choose another channel."),
    ),
    **dict.fromkeys(
        ("channel_deleted", "group_deleted", "channel_not_found"),
        Text("It is not in Slack any more. Choose another channel."),
    ),
    **dict.fromkeys(
        ("not_in_channel",),
        Text("The app is not in it any more. Invite it there, and choose the channel again."),
    ),
}


def place_words(code: str) -> Text:
    """Why nothing is told in a channel any more, and what to do; what Slack says otherwise stands as it is."""
    return _PLACE_REASONS.get(
        code, Text("Slack says “%(code)s”. Look at the channel there, and choose it again.", code=code)
    )


def reason_words(code: str) -> Text:
    """Why a workspace does not work, and what to do."""
    return _REASONS.get(
        code, Text("Slack says “%(code)s”. Install the app again, or ask its administrator.", code=code)
    )
