"""The addresses that interactions carry for answers: five uses within thirty minutes."""

from werkzeug.wrappers import Response

from tests.slackfake.blockkit import problems
from tests.slackfake.world import Message

USES, SECONDS = 5, 1800


def respond(fake, key, body):
    world = fake.world
    with world.lock:
        place = world.response_urls.get(key)
        if place is None or world.now() - place["at"] > SECONDS:
            return Response('{"ok":false,"error":"expired_url"}', 404, mimetype="application/json")
        if place["uses"] >= USES:
            return Response('{"ok":false,"error":"used_url"}', 404, mimetype="application/json")
        wrong = wrong_with(body)
        if wrong:
            return Response(wrong, 400)
        place["uses"] += 1
        apply(fake, place, body)
    return Response("ok", 200, mimetype="text/html")


def wrong_with(body):
    """Why an answer is refused, or None."""
    if not isinstance(body, dict):
        return "invalid_payload"
    if body.get("delete_original"):
        return None
    if not body.get("text") and not body.get("blocks") and not body.get("attachments"):
        return "no_text"
    found = problems(body["blocks"]) if body.get("blocks") else []
    return "invalid_blocks: " + "; ".join(found) if found else None


def apply(fake, place, body):
    """Replace, delete or add a message. An answer to a click replaces its message unless it says otherwise."""
    world, message = fake.world, place["message"]
    if message is not None and body.get("delete_original"):
        message.deleted = True
        return None
    blocks = world.named(body.get("blocks") or [])
    in_channel = body.get("response_type") == "in_channel"
    if message is not None and body.get("replace_original", not in_channel and "response_type" not in body):
        message.earlier.append((message.text, message.blocks))
        message.text, message.blocks = body.get("text", ""), blocks
        message.edited = {"user": message.user.id, "ts": world.new_ts()}
        return message
    channel = place["channel"]
    bot = world.bot_of(channel.team)
    new = Message(
        channel,
        world.new_ts(),
        bot,
        body.get("text", ""),
        blocks,
        body.get("attachments") or [],
        thread_ts=body.get("thread_ts"),
        bot_id=bot.bot_id,
        app_id=world.app.id,
        only_for=None if in_channel else place["user"],
    )
    (channel.messages if in_channel else world.ephemerals).append(new)
    return new
