"""What Slack would make of a text: mentions, links and dates. Tests ask it that user text makes none."""

import re
from dataclasses import dataclass

ANGLES = re.compile(r"<([^<>\n]*)>")
BARE = re.compile(r"(?<![\w<|/])(https?://[^\s<>|]+)")
SPECIAL = ("here", "channel", "everyone")


@dataclass(frozen=True)
class Mention:
    kind: str  # user, channel, usergroup, broadcast, date, link
    target: str
    label: str = ""


def mentions(text, *, bare=False):
    """The mentions and links in mrkdwn. ``bare`` also counts addresses without angle brackets, which Slack links."""
    found = []
    for match in ANGLES.finditer(text):
        inside, _, label = match[1].partition("|")
        if inside.startswith("@"):
            found.append(Mention("user", inside[1:], label))
        elif inside.startswith("#"):
            found.append(Mention("channel", inside[1:], label))
        elif inside.startswith("!subteam^"):
            found.append(Mention("usergroup", inside.removeprefix("!subteam^"), label))
        elif inside.startswith("!date^"):
            found.append(Mention("date", inside.removeprefix("!date^"), label))
        elif inside.startswith("!"):
            if inside[1:].split("^")[0] in SPECIAL:
                found.append(Mention("broadcast", inside[1:], label))
        elif re.match(r"(https?://|mailto:|tel:)", inside):
            found.append(Mention("link", inside, label))
    if bare:
        found += [Mention("link", one[1]) for one in BARE.finditer(ANGLES.sub(" ", text))]
    return found


def texts(what):
    """Every (kind, text) that mrkdwn or a plain text object holds anywhere in blocks or a view."""
    if isinstance(what, dict):
        if what.get("type") in {"mrkdwn", "plain_text"} and isinstance(what.get("text"), str):
            yield what["type"], what["text"]
        for value in what.values():
            yield from texts(value)
    elif isinstance(what, list):
        for value in what:
            yield from texts(value)


def mentions_in(blocks):
    """The mentions in every mrkdwn text of blocks or a view; plain texts make none."""
    return [one for kind, text in texts(blocks) if kind == "mrkdwn" for one in mentions(text)]
