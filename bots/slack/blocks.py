"""Block Kit, so small that nothing invalid can be made of it: limits are kept here, and nowhere else. Pure.

Limits: docs.slack.dev/reference/block-kit, and `slackblocks` spec/limits.json.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.slack.rules import MOST_VALUE
from bots.slack.text import mrkdwn, one_line, plain

Block = dict[str, Any]
MOST_BLOCKS = 50  # of a message
MOST_VIEW_BLOCKS = 100
MOST_TEXT = 3000
MOST_MESSAGE = 4000  # characters of a message's own text
MOST_FIELDS, MOST_FIELD = 10, 2000
MOST_ELEMENTS, MOST_CONTEXT, MOST_OVERFLOW, MOST_CHECKS, MOST_OPTIONS = 25, 10, 5, 10, 100
MOST_FILES = 10
MOST_METADATA = 3000
LABEL, HINT = 300, 600  # Slack takes 2000; a window as a whole takes 250 kB
TITLE, BUTTON, OPTION = 24, 75, 75


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A message: all it says as text (for screen readers and previews), its blocks, and what tells two of them apart."""

    text: str
    blocks: tuple[Block, ...]

    @property
    def hash(self) -> str:
        """The same for the same picture."""
        return digest([self.text, self.blocks])


def digest(value: Any) -> str:
    """What tells two pictures apart."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    ).hexdigest()


def header(text: str) -> Block:
    """A heading; people's words are only words in it."""
    return {"type": "header", "text": plain(text, 150)}


def section(text: str, *, accessory: Mapping[str, Any] | None = None) -> Block:
    """A paragraph of escaped pieces."""
    made: Block = {"type": "section", "text": mrkdwn(text, MOST_TEXT)}
    return made | {"accessory": dict(accessory)} if accessory else made


def quote(text: str, limit: int = 1500) -> Block:
    """What people wrote, as they wrote it: nothing in it is read as anything but text."""
    return {"type": "section", "text": plain(text, limit, lines=True)}


def fields(pairs: Sequence[str]) -> list[Block]:
    """Short facts beside each other, ten to a block; each is escaped already."""
    return [
        {"type": "section", "fields": [mrkdwn(one, MOST_FIELD) for one in pairs[start : start + MOST_FIELDS]]}
        for start in range(0, len(pairs), MOST_FIELDS)
    ]


def context(*texts: str) -> Block:
    """Small print."""
    return {
        "type": "context",
        "elements": [mrkdwn(one, MOST_TEXT) for one in texts[:MOST_CONTEXT]] or [mrkdwn("")],
    }


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def button(
    label: str, *, action_id: str, value: str = "", url: str = "", style: str = "", confirm: Mapping[str, Any] | None = None,
    spoken: str = "",
) -> Block:  # fmt: skip
    """Something to press. ``spoken``: what is heard instead of a label that stands beside many of the same."""
    made: Block = {"type": "button", "text": plain(label, BUTTON), "action_id": action_id}
    made |= {"accessibility_label": plain(spoken, BUTTON)["text"]} if spoken else {}
    made |= {"value": value} if value else {}
    made |= {"url": url} if url else {}
    made |= {"style": style} if style else {}
    return made | ({"confirm": dict(confirm)} if confirm else {})


def confirm(text: str, *, yes: str, no: str, title: str) -> Block:
    """Asked once more."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def option(label: str, value: str, hint: str = "") -> Block:
    """One of several. Raises ValueError for a value that Slack would not take."""
    if not 0 < len(value) <= MOST_VALUE:
        raise ValueError(value)
    made: Block = {"text": plain(label, OPTION), "value": value}
    return made | ({"description": plain(hint, OPTION)} if one_line(hint) else {})


def overflow(options: Sequence[Block], *, action_id: str) -> Block:
    """A small menu of up to five."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:MOST_OVERFLOW])}


def actions(elements: Sequence[Block], *, block_id: str) -> list[Block]:
    """Buttons in a row, 25 to a block."""
    return [
        {
            "type": "actions",
            "block_id": f"{block_id}-{number}",
            "elements": list(elements[start : start + MOST_ELEMENTS]),
        }
        for number, start in enumerate(range(0, len(elements), MOST_ELEMENTS))
    ]


def question(
    name: str, element: Mapping[str, Any], *, label: str, hint: str = "", required: bool = False
) -> Block:
    """A field of a form; its name is the block's."""
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL),
        "element": {"action_id": name, **element},
        "optional": not required,
    }
    return made | ({"hint": plain(hint, HINT)} if one_line(hint) else {})


def modal(
    title: str, blocks: Iterable[Block], *, callback_id: str, metadata: str, close: str, submit: str = ""
) -> Block:  # fmt: skip
    """A window. Raises ValueError for metadata that Slack would cut."""
    if len(metadata) > MOST_METADATA:
        raise ValueError(metadata)
    made: Block = {
        "type": "modal",
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "callback_id": callback_id,
        "private_metadata": metadata,
        "blocks": list(blocks)[:MOST_VIEW_BLOCKS],
    }
    return made | ({"submit": plain(submit, TITLE)} if submit else {})


def home(blocks: Iterable[Block]) -> Block:
    """The Home tab."""
    return {"type": "home", "callback_id": "home", "blocks": list(blocks)[:MOST_VIEW_BLOCKS]}


def message_text(*parts: str) -> str:
    """All that a message says, escaped already, for whoever hears it instead of seeing it."""
    return str(mrkdwn("\n".join(one for one in parts if one), MOST_MESSAGE)["text"])
