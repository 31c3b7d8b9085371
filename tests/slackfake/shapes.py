"""Slack's JSON: how users, channels, messages, files and views look in answers and in payloads."""

import copy


def user_json(user, *, email=False, world=None):
    profile = {
        "real_name": user.real_name,
        "display_name": user.name,
        "real_name_normalized": user.real_name,
        "display_name_normalized": user.name,
        "team": user.team.id,
        "image_48": "https://example.org/48.png",
        "status_text": "",
        "status_emoji": "",
    }
    if email and user.email and user.email_visible and not user.is_bot:
        profile["email"] = user.email
    if user.is_bot:
        profile["bot_id"] = user.bot_id
        profile["api_app_id"] = world.app.id if world else ""
    made = {
        "id": user.id,
        "team_id": user.team.id,
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    if user.deleted:
        return made
    made |= {
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.tz_offset,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.restricted or user.ultra_restricted,
        "is_ultra_restricted": user.ultra_restricted,
        "is_email_confirmed": True,
        "has_2fa": False,
    }
    if user.stranger:
        made["is_stranger"] = True
    if user.team.enterprise_id:
        made["enterprise_user"] = {
            "id": user.id,
            "enterprise_id": user.team.enterprise_id,
            "enterprise_name": user.team.enterprise_name,
            "teams": [user.team.id],
        }
    return made


def channel_json(channel, bots=()):
    shared = bool(channel.shared_with)
    made = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_private": channel.kind != "public",
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_org_shared": False,
        "context_team_id": channel.team.id,
    }
    if channel.kind == "im":
        made["user"] = next(
            (one for one in channel.members if one not in {bot.id for bot in bots}), channel.members[-1]
        )
        made["is_user_deleted"] = False
    else:
        made |= {
            "name": channel.name,
            "name_normalized": channel.name,
            "is_member": any(bot.id in channel.members for bot in bots),
            "num_members": len(channel.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "shared_team_ids": [channel.team.id, *(one.id for one in channel.shared_with)],
        }
    return made


def message_json(message, *, metadata=True, base="", thread=True):
    """A message as conversations.history has it."""
    made = {
        "type": "message",
        "user": message.user.id if message.user else "",
        "ts": message.ts,
        "text": message.text,
    }
    if message.user is not None:
        made["team"] = message.user.team.id
    if message.bot_id:
        made |= {"bot_id": message.bot_id, "app_id": message.app_id}
    if message.blocks:
        made["blocks"] = copy.deepcopy(message.blocks)
    if message.attachments:
        made["attachments"] = copy.deepcopy(message.attachments)
    if message.unfurls:
        made.setdefault("attachments", []).extend(
            {"from_url": url, "is_app_unfurl": True, "app_unfurl_url": url, **copy.deepcopy(body)}
            for url, body in message.unfurls.items()
        )
    _marks(made, message, base)
    if message.metadata:
        made["metadata"] = (
            copy.deepcopy(message.metadata) if metadata else {"event_type": message.metadata["event_type"]}
        )
    if message.broadcast:
        made["subtype"] = "thread_broadcast"
    if thread:
        _thread(made, message)
    return made


def _marks(made, message, base):
    """Files, edits and reactions."""
    if message.files:
        made["files"] = [file_json(one, base) for one in message.files]
        if not message.bot_id:
            made["upload"] = True
    if message.edited:
        made["edited"] = dict(message.edited)
    if message.reactions:
        made["reactions"] = copy.deepcopy(message.reactions)


def _thread(made, message):
    replies = [
        one
        for one in message.channel.messages
        if one.thread_ts == message.ts and one is not message and not one.deleted
    ]
    if message.thread_ts and message.thread_ts != message.ts:
        made["thread_ts"] = message.thread_ts
        parent = message.channel.find(message.thread_ts)
        if parent is not None and parent.user is not None:
            made["parent_user_id"] = parent.user.id
    elif replies:
        made |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len({one.user.id for one in replies}),
            "reply_users": sorted({one.user.id for one in replies}),
            "latest_reply": replies[-1].ts,
        }


def file_json(file, base=""):
    if file.mode != "hosted":
        return {"id": file.id, "mode": file.mode, "file_access": "visible", "created": file.created}
    if file.external:
        return {
            "id": file.id,
            "mode": "file_access",
            "file_access": "check_file_info",
            "created": file.created,
        }
    return full_file_json(file, base)


def full_file_json(file, base=""):
    if file.mode != "hosted":
        return file_json(file, base)
    kind = file.name.rsplit(".", 1)[-1] if "." in file.name else "binary"
    where = f"{base}/files-pri/{file.team.id}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user.id,
        "user_team": file.team.id,
        "editable": False,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{where}/{file.name}",
        "url_private_download": f"{where}/download/{file.name}",
        "permalink": f"https://{file.team.domain}.slack.com/files/{file.user.id}/{file.id}/{file.name}",
        "permalink_public": "",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": [one for one in file.channels if one.startswith("C")],
        "groups": [],
        "ims": [one for one in file.channels if one.startswith("D")],
        "shares": {},
    }


def view_json(view, world):
    """A view as views.* answers and interactions carry it."""
    bot = view.installation.bot_in(view.team) if view.installation else None
    body = copy.deepcopy(view.body)
    return {
        "id": view.id,
        "team_id": view.team.id,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": copy.deepcopy(view.values)},
        "hash": view.hash,
        "title": body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "submit_disabled": body.get("submit_disabled", False),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": world.app.id,
        "app_installed_team_id": view.team.enterprise_id
        if view.installation and view.installation.team is None
        else view.team.id,
        "bot_id": bot.bot_id if bot else "",
    }
