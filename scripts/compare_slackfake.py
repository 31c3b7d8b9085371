"""Send the same calls to the Slack of our tests and to `emulate` (npm, 0.8.0), and print where they answer otherwise.

`python scripts/compare_slackfake.py PATH/TO/node_modules/.bin/emulate`. Neither is Slack: a difference is a question to
Slack's documentation, and each one that is known has its answer in ``KNOWN``.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.slackfake import SlackFake

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Values = dict[str, str]
PLAIN = {"type": "plain_text", "text": "Text"}
SECTION = {"type": "section", "text": PLAIN}
MODAL = {"type": "modal", "title": PLAIN, "blocks": [SECTION]}
HOME = {"type": "home", "blocks": [SECTION]}
MARK = {"event_type": "auditapp", "event_payload": {"d": "1"}}
SEED = {
    "slack": {
        "team": {"name": "Acme", "domain": "acme"},
        "users": [
            {"name": "ada", "real_name": "Ada", "email": "ada@example.org"},
            {"name": "eve", "email": "eve@example.org"},
        ],
        "channels": [{"name": "general", "topic": "x"}, {"name": "apart", "topic": "x"}],
        "bots": [{"name": "auditapp"}],
    }
}
STRICTER = "emulate checks no limits of Block Kit and no lengths; Slack does"
KNOWN = {
    "51 blocks": STRICTER,
    "a section of 3001": STRICTER,
    "an empty text object": STRICTER,
    "a button twice": STRICTER,
    "text of 40001": STRICTER,
    "update text of 4001": STRICTER,
    "modal with a long title": STRICTER,
    "modal with an input and no submit": STRICTER,
    "home with submit": STRICTER,
    "blocks that are no JSON": "Slack names invalid_blocks_format",
    "replies of nothing": "Slack names thread_not_found",
    "modal without a trigger": "Slack says which argument is missing",
    "home as a modal": "Slack lists what does not fit the schema of a modal",
}


class Side:
    """One of the two: where it is, its token, and the ids that answers gave."""

    def __init__(self, name: str, url: str, token: str) -> None:
        self.name, self.url, self.token = name, url, token
        self.values: Values = {}

    def call(self, method: str, args: dict[str, Any], *, token: str | None = None) -> dict[str, Any]:
        """The answer to a call with JSON, where slack_sdk sends JSON; else with a form."""
        filled = self._filled(args)
        fields = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in filled.items()
        }
        bearer = self.token if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        request = urllib.request.Request(f"{self.url}/api/{method}", urlencode(fields).encode(), headers)  # noqa: S310
        try:
            with OPENER.open(request, timeout=10) as answer:
                found = json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                found = {"ok": False, "error": f"HTTP {refused.code}"}
        return dict(found)

    def _filled(self, args: dict[str, Any]) -> dict[str, Any]:
        return {
            key: self.values.get(value[1:], value) if isinstance(value, str) and value[:1] == "$" else value
            for key, value in args.items()
        }

    def trigger(self, user: str) -> str:
        """A trigger as a click would bring it."""
        found = self.call("views.generateTriggerId", {"user_id": user})
        return str(found.get("trigger_id", ""))


Case = tuple[str, str, dict[str, Any], dict[str, str]]  # name, method, arguments, {value: path in the answer}


def cases() -> Iterator[Case]:
    """The calls, in order: what one gives ($dm, $ts) the next ones use."""
    yield "who am I", "auth.test", {}, {}
    yield "people", "users.list", {}, {}
    yield "a person", "users.info", {"user": "$ada"}, {}
    yield "nobody", "users.info", {"user": "U404"}, {}
    yield "by e-mail", "users.lookupByEmail", {"email": "ada@example.org"}, {}
    yield "by unknown e-mail", "users.lookupByEmail", {"email": "no@example.org"}, {}
    yield "open a conversation", "conversations.open", {"users": "$ada"}, {"dm": "channel.id"}
    yield "open with nobody", "conversations.open", {}, {}
    yield "open with an unknown one", "conversations.open", {"users": "U404"}, {}
    yield "join", "conversations.join", {"channel": "$general"}, {}
    yield "post", "chat.postMessage", {"channel": "$dm", "text": "Hello", "metadata": MARK}, {"ts": "ts"}
    yield "post to a person", "chat.postMessage", {"channel": "$ada", "text": "Hello"}, {}
    yield "post nothing", "chat.postMessage", {"channel": "$dm"}, {}
    yield "post nowhere", "chat.postMessage", {"channel": "C404", "text": "x"}, {}
    yield "post in a thread", "chat.postMessage", {"channel": "$dm", "text": "x", "thread_ts": "$ts"}, {}
    yield "51 blocks", "chat.postMessage", {"channel": "$dm", "text": "x", "blocks": [SECTION] * 51}, {}
    long = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}
    yield "a section of 3001", "chat.postMessage", {"channel": "$dm", "text": "x", "blocks": [long]}, {}
    empty = {"type": "section", "text": {"type": "plain_text", "text": ""}}
    yield "an empty text object", "chat.postMessage", {"channel": "$dm", "text": "x", "blocks": [empty]}, {}
    twice = {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": PLAIN}] * 2}
    yield "a button twice", "chat.postMessage", {"channel": "$dm", "text": "x", "blocks": [twice]}, {}
    yield "blocks that are no JSON", "chat.postMessage", {"channel": "$dm", "text": "x", "blocks": "{"}, {}
    yield "text of 40001", "chat.postMessage", {"channel": "$dm", "text": "x" * 40_001}, {}
    yield "update", "chat.update", {"channel": "$dm", "ts": "$ts", "text": "Bye"}, {}
    yield "update text of 4001", "chat.update", {"channel": "$dm", "ts": "$ts", "text": "x" * 4001}, {}
    yield "update what is not there", "chat.update", {"channel": "$dm", "ts": "1.000001", "text": "x"}, {}
    yield "permalink", "chat.getPermalink", {"channel": "$dm", "message_ts": "$ts"}, {}
    yield "permalink of nothing", "chat.getPermalink", {"channel": "$dm", "message_ts": "1.000001"}, {}
    yield "history", "conversations.history", {"channel": "$dm", "include_all_metadata": "true"}, {}
    yield "history of nothing", "conversations.history", {"channel": "C404"}, {}
    yield "replies", "conversations.replies", {"channel": "$dm", "ts": "$ts"}, {}
    yield "replies of nothing", "conversations.replies", {"channel": "$dm", "ts": "1.000001"}, {}
    yield "channels", "conversations.list", {}, {}
    yield "a channel", "conversations.info", {"channel": "$general"}, {}
    yield "no channel", "conversations.info", {"channel": "C404"}, {}
    yield "members", "conversations.members", {"channel": "$general"}, {}
    yield "react", "reactions.add", {"channel": "$dm", "timestamp": "$ts", "name": "eyes"}, {}
    yield "react twice", "reactions.add", {"channel": "$dm", "timestamp": "$ts", "name": "eyes"}, {}
    yield (
        "only for somebody not there",
        "chat.postEphemeral",
        {"channel": "$general", "user": "U404", "text": "x"},
        {},
    )
    yield from views()
    yield "upload of nothing", "files.getUploadURLExternal", {"filename": "a.txt"}, {}
    yield "upload", "files.getUploadURLExternal", {"filename": "a.txt", "length": "3"}, {"file": "file_id"}
    yield "no file", "files.info", {"file": "F404"}, {}
    yield "the team", "team.info", {}, {}
    yield "no bot", "bots.info", {"bot": "B404"}, {}
    yield "delete", "chat.delete", {"channel": "$dm", "ts": "$ts"}, {}
    yield "delete again", "chat.delete", {"channel": "$dm", "ts": "$ts"}, {}


def views() -> Iterator[Case]:
    """Modals and the Home tab; $trigger is a new one each time."""
    yield "home", "views.publish", {"user_id": "$ada", "view": HOME}, {"hash": "view.hash"}
    yield "home again", "views.publish", {"user_id": "$ada", "view": HOME, "hash": "$hash"}, {}
    yield "home with an old hash", "views.publish", {"user_id": "$ada", "view": HOME, "hash": "1.old"}, {}
    yield "home of nobody", "views.publish", {"user_id": "U404", "view": HOME}, {}
    yield "home with submit", "views.publish", {"user_id": "$ada", "view": HOME | {"submit": PLAIN}}, {}
    yield "modal", "views.open", {"trigger_id": "$trigger", "view": MODAL}, {"view": "view.id"}
    yield "modal without a trigger", "views.open", {"view": MODAL}, {}
    yield "modal with a wrong trigger", "views.open", {"trigger_id": "1.2.3", "view": MODAL}, {}
    yield "modal with a used trigger", "views.open", {"trigger_id": "$used", "view": MODAL}, {}
    title = {"type": "plain_text", "text": "t" * 25}
    yield (
        "modal with a long title",
        "views.open",
        {"trigger_id": "$trigger", "view": MODAL | {"title": title}},
        {},
    )
    asks = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input", "action_id": "a"}}
    yield (
        "modal with an input and no submit",
        "views.open",
        {"trigger_id": "$trigger", "view": MODAL | {"blocks": [asks]}},
        {},
    )
    yield "home as a modal", "views.open", {"trigger_id": "$trigger", "view": HOME}, {}
    yield "update a modal", "views.update", {"view_id": "$view", "view": MODAL}, {}
    yield "update with an old hash", "views.update", {"view_id": "$view", "view": MODAL, "hash": "1.old"}, {}
    yield "update no view", "views.update", {"view_id": "V404", "view": MODAL}, {}


def keep(side: Side, answer: dict[str, Any], wanted: dict[str, str]) -> None:
    """Remember what later calls need."""
    for name, path in wanted.items():
        found: Any = answer
        for part in path.split("."):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        if isinstance(found, str):
            side.values[name] = found


def ask(side: Side, method: str, args: dict[str, Any], wanted: dict[str, str]) -> str:
    """``ok`` or the error."""
    if args.get("trigger_id") == "$trigger":
        side.values["trigger"] = side.trigger(side.values["ada"])
    answer = side.call(method, args)
    if answer.get("ok") and args.get("trigger_id") == "$trigger":
        side.values["used"] = side.values["trigger"]
    keep(side, answer, wanted)
    return "ok" if answer.get("ok") else str(answer.get("error"))


class Ours(Side):
    """The fake, whose triggers come from clicks."""

    def __init__(self, fake: SlackFake, token: str) -> None:
        super().__init__("ours", fake.url, token)
        self.make: Callable[[str], str] = lambda user: fake.world.new_trigger(fake.world.users[user])

    def trigger(self, user: str) -> str:
        """A new one."""
        return self.make(user)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def emulate(program: str) -> Iterator[Side]:
    """The other one, started and ended."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed.json"
        seed.write_text(json.dumps(SEED), encoding="utf-8")
        began = [program, "start", "-s", "slack", "-p", str(port), "--seed", str(seed)]
        process = subprocess.Popen(
            began, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"CI": "1"}
        )
        try:
            side = Side("emulate", f"http://127.0.0.1:{port}", "xoxb-compare")
            for _ in range(100):
                try:
                    side.call("auth.test", {})
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            people = side.call("users.list", {})["members"]
            side.values |= {one["name"]: one["id"] for one in people}
            side.values |= {one["name"]: one["id"] for one in side.call("conversations.list", {})["channels"]}
            yield side
        finally:
            process.terminate()
            process.wait(timeout=10)


def main() -> None:
    """Ask both and print."""
    with SlackFake() as fake, emulate(sys.argv[1]) as theirs:
        ours = Ours(fake, fake.install().value)
        for name in ("ada", "eve"):
            ours.values[name] = fake.add_user(name, email=f"{name}@example.org").id
        ours.values["general"] = fake.add_channel("general", bot=False).id
        same = other = 0
        for name, method, args, wanted in cases():
            answers = [ask(side, method, args, wanted) for side in (ours, theirs)]
            if answers[0] == answers[1]:
                same += 1
                continue
            other += 1
            print(
                f"{name:36} {method:28} ours {answers[0]:26} emulate {answers[1]:26} {KNOWN.get(name, '?')}"
            )
        print(f"{same} answered alike, {other} otherwise")


if __name__ == "__main__":
    main()
