"""Messages: chat.*."""

import re

from tests.slackfake.api.calls import messages, method
from tests.slackfake.blockkit import problems
from tests.slackfake.shapes import message_json
from tests.slackfake.world import Message, Refusal

MOST_POSTED, MOST_UPDATED = 40_000, 4_000
MOST_METADATA = 8_000
TS = re.compile(r"\d{1,12}\.\d{6}$")


def checked_blocks(call, key="blocks"):
    """The blocks of a call, or None when there are none; refuses what Slack would refuse."""
    blocks = call.parsed(key, "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    refuse_blocks(blocks)
    return call.world.named(blocks)


def refuse_blocks(blocks):
    wrong = problems(blocks)
    if wrong:
        raise Refusal("invalid_blocks", errors=wrong, response_metadata=messages(*wrong))


def content(call, most):
    """Text, blocks and attachments of a message, checked."""
    text = call.get("text", "")
    if not isinstance(text, str):
        raise Refusal(
            "invalid_arguments", response_metadata=messages("must provide a string [json-pointer:/text]")
        )
    blocks = checked_blocks(call)
    attachments = call.parsed("attachments", "invalid_attachments")
    if len(text) > most:
        raise Refusal("msg_too_long")
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")
    for number, one in enumerate(attachments or ()):
        if one.get("blocks"):
            wrong = problems(one["blocks"])
            if wrong:
                raise Refusal(
                    "invalid_attachments",
                    response_metadata=messages(*(f"{word} (attachment {number})" for word in wrong)),
                )
    return text, blocks, attachments


def metadata(call):
    value = call.parsed("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if (
        not isinstance(value, dict)
        or not {"event_type", "event_payload"} <= set(value)
        or not isinstance(value["event_payload"], dict)
    ):
        raise Refusal("invalid_metadata_format")
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,255}", str(value["event_type"])):
        raise Refusal("invalid_metadata_schema")
    if len(str(value)) > MOST_METADATA:
        raise Refusal("metadata_too_large")
    return {"event_type": value["event_type"], "event_payload": value["event_payload"]}


def target(call):
    """Where a message goes: a channel's id or name, or a person's id, whose direct messages it opens."""
    value = str(call.get("channel") or "")
    if not value:
        raise Refusal("channel_not_found")
    if value[0] in "UW":
        return _direct(call, value)
    if value.startswith("#"):
        named = [one for one in call.world.channels.values() if one.name == value[1:] and call.sees(one.team)]
        value = named[0].id if named else value
    channel = call.channel(value)
    if channel.archived:
        raise Refusal("is_archived")
    if (
        not any(bot.id in channel.members for bot in call._bots())
        and "chat:write.public" not in call.token.scopes
    ):
        raise Refusal("not_in_channel")
    if channel.kind == "im":
        _refuse_person(
            call, next(call.world.users[one] for one in channel.members if not call.world.users[one].is_bot)
        )
    return channel


def _refuse_person(call, user):
    if user.deleted:
        raise Refusal("user_disabled")
    if not call.world.app.messages_tab:
        raise Refusal("messages_tab_disabled")


def _direct(call, value):
    user = call.user(value, "channel_not_found")
    if user.is_bot:
        raise Refusal("cannot_dm_bot")
    _refuse_person(call, user)
    return call.world.im(call.bot(user.team) or call.token.user, user)


def thread(call, channel):
    """The thread an answer belongs to."""
    ts = call.get("thread_ts")
    if ts is None:
        return None
    if not TS.match(str(ts)):
        raise Refusal("invalid_thread_ts")
    parent = next((one for one in channel.messages if one.ts == str(ts)), None)
    if parent is None or parent.deleted:
        raise Refusal("thread_not_found")
    return parent.thread_ts or parent.ts


def add(call, channel, *, text, blocks, attachments=None, **more):
    """Put a message of the bot there."""
    bot = call.bot(channel.team) or call.token.user
    message = Message(
        channel,
        call.world.new_ts(),
        bot,
        text,
        blocks or [],
        attachments or [],
        bot_id=bot.bot_id,
        app_id=call.world.app.id,
        **more,
    )
    if message.only_for is None:
        channel.messages.append(message)
    else:
        call.world.ephemerals.append(message)
    return message


@method("chat.postMessage", "chat:write", required=("channel",))
def post(call):
    channel = target(call)
    text, blocks, attachments = content(call, MOST_POSTED)
    call.fake.rates.check_channel(channel)
    seen = call.get("client_msg_id")
    if seen and any(one.arguments.get("client_msg_id") == seen for one in channel.messages):
        raise Refusal("duplicate_message_not_found")
    message = add(
        call,
        channel,
        text=text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=thread(call, channel),
        metadata=metadata(call),
        broadcast=call.true("reply_broadcast"),
        arguments={
            key: value
            for key, value in call.args.items()
            if key not in {"token", "text", "blocks", "attachments"}
        },
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(message)}


@method("chat.postEphemeral", "chat:write", required=("channel", "user"))
def post_ephemeral(call):
    channel = target(call)
    user = call.user(call.get("user"))
    if user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks, attachments = content(call, MOST_POSTED)
    message = add(
        call,
        channel,
        text=text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=call.get("thread_ts"),
        only_for=user,
    )
    return {"message_ts": message.ts}


def own(call, error):
    """The bot's own message that is named."""
    channel = call.channel(call.get("channel"))
    message = channel.find(str(call.get("ts")))
    if message is None:
        raise Refusal("message_not_found")
    if message.user not in call._bots():
        raise Refusal(error)
    return channel, message


@method("chat.update", "chat:write", required=("channel", "ts"))
def update(call):
    channel, message = own(call, "cant_update_message")
    if channel.archived:
        raise Refusal("is_archived")
    given = {key for key in ("text", "blocks", "attachments") if call.get(key) is not None}
    if not given:
        raise Refusal("no_text")
    # Blocks that are given empty are taken away; blocks that are not named stay only while the text is not changed.
    text = call.get("text", message.text if "blocks" in given else "")
    blocks = checked_blocks(call)
    if len(text) > MOST_UPDATED:
        raise Refusal("msg_too_long")
    attachments = call.parsed("attachments", "invalid_attachments")
    kept = (blocks or []) if blocks is not None or call.get("text") is not None else message.blocks
    if not text.strip() and not kept and not attachments:
        raise Refusal("no_text")
    changed = metadata(call)
    message.earlier.append((message.text, message.blocks))
    message.text, message.blocks = text, kept
    message.attachments = attachments if attachments is not None else message.attachments
    message.metadata = changed if changed is not None else message.metadata
    message.edited = {"user": message.user.id, "ts": call.world.new_ts()}
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": message_json(message)}


@method("chat.delete", "chat:write", required=("channel", "ts"))
def delete(call):
    channel, message = own(call, "cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", kinds=("bot", "user"), required=("channel", "message_ts"))
def permalink(call):
    channel = call.channel(call.get("channel"))
    message = channel.find(str(call.get("message_ts")))
    if message is None:
        raise Refusal("message_not_found")
    address = f"https://{channel.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


@method("chat.unfurl", "links:write")
def unfurl(call):
    unfurls = call.parsed("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refusal("missing_unfurls")
    if call.get("unfurl_id"):
        found = call.fake.unfurling.get(call.get("unfurl_id"))
        if found is None:
            raise Refusal("cannot_find_message")
        message = found
    else:
        channel = call.channel(call.get("channel"))
        message = channel.find(str(call.get("ts")))
        if message is None:
            raise Refusal("cannot_find_message")
    for url, body in unfurls.items():
        if url.replace("&", "&amp;") not in message.text and url not in message.text:
            raise Refusal("cannot_unfurl_url")
        if body.get("blocks"):
            refuse_blocks(body["blocks"])
    message.unfurls |= unfurls
    return {}
