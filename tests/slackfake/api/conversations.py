"""Channels and direct messages: conversations.*, reactions.add."""

from tests.slackfake.api.calls import KINDS, method, page
from tests.slackfake.shapes import channel_json, message_json
from tests.slackfake.world import Refusal

TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("conversations.open", kinds=("bot",))
def conversations_open(call):
    if call.get("channel"):
        call.scope("im:write")
        channel = call.channel(call.get("channel"))
        return {"channel": channel_json(channel, call._bots()), "no_op": True, "already_open": True}
    users = [one for one in str(call.get("users") or "").split(",") if one]
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        call.scope("mpim:write")
        raise Refusal("method_not_supported_for_channel_type")  # the product never talks to several at once
    call.scope("im:write")
    user = call.user(users[0])
    _may_dm(call, user)
    before = set(call.world.channels)
    channel = call.world.im(call.bot(user.team) or call.token.user, user)
    known = channel.id in before
    answer = channel_json(channel, call._bots()) if call.true("return_im") else {"id": channel.id}
    return {"channel": answer} | ({"no_op": True, "already_open": True} if known else {})


def _may_dm(call, user):
    if user.is_bot:
        raise Refusal("cannot_dm_bot")
    if user.deleted:
        raise Refusal("user_disabled")
    if not call.world.app.messages_tab:
        raise Refusal("messages_tab_disabled")


def _readable(call, what):
    """The channel named, when the token has the scope for its kind."""
    channel = call.channel(call.get("channel"))
    call.scope(f"{KINDS[channel.kind]}:{what}")
    return channel


@method("conversations.info", kinds=("bot",), required=("channel",))
def info(call):
    channel = _readable(call, "read")
    answer = channel_json(channel, call._bots())
    if channel.kind == "im":
        answer["is_user_deleted"] = call.world.users[answer["user"]].deleted
    if not call.true("include_num_members"):
        answer.pop("num_members", None)
    return {"channel": answer}


def _timestamp(call, key, default):
    value = call.get(key)
    if value is None:
        return default
    try:
        return float(value)
    except ValueError:
        raise Refusal(f"invalid_ts_{key}") from None


def _between(call, found):
    oldest, latest = _timestamp(call, "oldest", 0.0), _timestamp(call, "latest", float("inf"))
    inclusive = call.true("inclusive")
    return [
        one
        for one in found
        if oldest < float(one.ts) < latest or (inclusive and float(one.ts) in {oldest, latest})
    ]


def _shown(call, found):
    return [
        message_json(one, metadata=call.true("include_all_metadata"), base=call.fake.files_url)
        for one in found
    ]


@method("conversations.history", kinds=("bot",), required=("channel",))
def history(call):
    channel = _readable(call, "history")
    channel = call.channel(channel.id, member=True)
    top = [
        one
        for one in channel.messages
        if not one.deleted and (one.thread_ts is None or one.thread_ts == one.ts or one.broadcast)
    ]
    found, following = page(_between(call, top)[::-1], call, default=100, most=999)
    answer = {"messages": _shown(call, found), "has_more": bool(following["next_cursor"]), "pin_count": 0}
    return answer | ({"response_metadata": following} if following["next_cursor"] else {})


@method("conversations.replies", kinds=("bot",), required=("channel", "ts"))
def replies(call):
    channel = _readable(call, "history")
    channel = call.channel(channel.id, member=True)
    asked = next((one for one in channel.messages if one.ts == call.get("ts")), None)
    if asked is None:
        raise Refusal("thread_not_found")
    root = asked.thread_ts or asked.ts
    thread = [one for one in channel.messages if not one.deleted and root in {one.ts, one.thread_ts}]
    if not thread:
        raise Refusal("thread_not_found")
    parent = [one for one in thread if one.ts == root]
    inside = [one for one in _between(call, thread) if one.ts != root]
    found, following = page(parent + inside, call, default=1000)
    answer = {"messages": _shown(call, found), "has_more": bool(following["next_cursor"])}
    return answer | ({"response_metadata": following} if following["next_cursor"] else {})


def listed(call, *, only_mine):
    team, bots = call.team, list(call._bots())
    kinds = []
    for name in str(call.get("types") or "public_channel").split(","):
        if name.strip() not in TYPES:
            raise Refusal("invalid_types")
        kinds.append(TYPES[name.strip()])
    for kind in kinds:
        call.scope(f"{KINDS[kind]}:read")

    def shown(channel):
        mine = any(bot.id in channel.members for bot in bots)
        here = channel.team is team or team in channel.shared_with
        return (
            here
            and channel.kind in kinds
            and (mine or (channel.kind == "public" and not only_mine))
            and not (channel.archived and call.true("exclude_archived"))
        )

    found, following = page([one for one in call.world.channels.values() if shown(one)], call)
    return {"channels": [channel_json(one, bots) for one in found], "response_metadata": following}


@method("conversations.list")
def conversations_list(call):
    return listed(call, only_mine=False)


@method("users.conversations")
def users_conversations(call):
    return listed(call, only_mine=True)


@method("conversations.members", required=("channel",))
def members(call):
    channel = _readable(call, "read")
    found, following = page(channel.members, call)
    return {"members": list(found), "response_metadata": following}


@method("conversations.join", "channels:join", required=("channel",))
def join(call):
    channel = call.channel(call.get("channel"), live=True)
    if channel.kind != "public":
        raise Refusal("method_not_supported_for_channel_type")
    bot = call.bot(channel.team)
    if bot.id in channel.members:
        return {
            "channel": channel_json(channel, call._bots()),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    channel.members.append(bot.id)
    return {"channel": channel_json(channel, call._bots())}


@method("reactions.add", "reactions:write", required=("channel", "timestamp", "name"))
def react(call):
    channel = call.channel(call.get("channel"), member=True, live=True)
    message = channel.find(call.get("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    bot, name = call.bot(channel.team), call.get("name")
    here = next((one for one in message.reactions if one["name"] == name), None)
    if here is None:
        message.reactions.append({"name": name, "users": [bot.id], "count": 1})
    elif bot.id in here["users"]:
        raise Refusal("already_reacted")
    else:
        here["users"].append(bot.id)
        here["count"] += 1
    return {}
