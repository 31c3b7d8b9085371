"""Files: files.*, with the three steps of an upload."""

from tests.slackfake.api import chat
from tests.slackfake.api.calls import messages, method
from tests.slackfake.shapes import full_file_json
from tests.slackfake.world import Refusal


def _file(call, key="file"):
    file = call.world.files.get(call.get(key))
    if file is None or not file.complete or not (call.sees(file.team) or file.external):
        raise Refusal("file_not_found")
    return file


@method("files.info", "files:read", required=("file",))
def info(call):
    file = _file(call)
    if file.mode == "tombstone":
        raise Refusal("file_deleted")
    return {
        "file": full_file_json(file, call.fake.files_url),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


@method("files.getUploadURLExternal", "files:write", required=("filename",))
def upload_url(call):
    length = call.number("length", 0, 0, 1_000_000_000)
    if length == 0:
        raise Refusal(
            "invalid_arguments", response_metadata=messages("must be greater than 0 [json-pointer:/length]")
        )
    bot = call.bot()
    file = call.fake.add_file(bot, call.get("filename"), b"", complete=False)
    key = call.world.random(24)
    call.world.uploads[key] = {"file": file, "length": length}
    return {"upload_url": f"{call.fake.url}/upload/v1/{key}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", required=("files",))
def complete(call):
    named = call.parsed("files", "invalid_arguments")
    channel_id = call.get("channel_id") or call.get("channels")
    if isinstance(channel_id, str) and channel_id[:1] in "UW":
        raise Refusal("channel_not_found")  # needs the id of a conversation, not of a person
    found = []
    for one in named:
        file = call.world.files.get(one.get("id"))
        if file is None or not call.sees(file.team):
            raise Refusal("file_not_found")
        if not file.content:
            raise Refusal("file_update_failed")
        file.title = one.get("title") or file.title
        found.append(file)
    for file in found:
        file.complete = True
    if channel_id:
        channel = call.channel(channel_id, member=True, live=True)
        blocks = chat.checked_blocks(call)
        message = chat.add(
            call,
            channel,
            text=call.get("initial_comment", ""),
            blocks=blocks,
            thread_ts=chat.thread(call, channel),
            files=found,
        )
        for file in found:
            file.channels.append(channel.id)
            file.shared_ts[channel.id] = message.ts
    return {"files": [full_file_json(one, call.fake.files_url) for one in found]}
