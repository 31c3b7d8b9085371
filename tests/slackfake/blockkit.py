"""Block Kit as Slack checks it: pure functions, usable without the fake.

``problems`` answers in Slack's own words, as they stand in ``response_metadata.messages`` without the ``[ERROR] ``.
Where Slack's documentation leaves a question open, this is the stricter reading.
"""

import json

from tests.slackfake.blockparts import (
    CONFIRM,
    Check,
    action_id,
    array,
    boolean,
    choice,
    either,
    integer,
    kinds,
    nothing_else,
    record,
    say,
    string,
    text,
)
from tests.slackfake.elements import ELEMENTS, IMAGE_SOURCE, RICH_TEXT

MESSAGE, MODAL, HOME = SURFACES = ("message", "modal", "home")
MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
MOST_VIEW_BYTES = 250_000
SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI = tuple(f"multi_{one}" for one in SELECTS)
IN_ACTIONS = (
    "button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "overflow", "radio_buttons", *SELECTS,
)  # fmt: skip
IN_SECTION = (
    "button", "checkboxes", "datepicker", "timepicker", "image", "overflow", "radio_buttons", *SELECTS, *MULTI,
)  # fmt: skip
IN_INPUT = (
    "checkboxes", "datepicker", "datetimepicker", "timepicker", "plain_text_input", "email_text_input",
    "url_text_input", "number_input", "radio_buttons", "rich_text_input", "file_input", *SELECTS, *MULTI,
)  # fmt: skip
ONLY_MODAL = {"email_text_input", "url_text_input", "number_input", "file_input", "rich_text_input"}
NOT_HOME = {"datetimepicker"}


def element(names):
    """One of the named elements, if the surface shows it."""

    def checked(value, at, c):
        kind = str(value.get("type")) if isinstance(value, dict) else None
        if (kind in ONLY_MODAL and c.surface != MODAL) or (kind in NOT_HOME and c.surface == HOME):
            say(c, f"unsupported type: {kind}", f"{at}/type")
            return
        kinds({name: ELEMENTS[name] for name in names})(value, at, c)

    return checked


def section(value, at, c):
    record(
        {
            "text": text(most=3000),
            "fields": array(text(most=2000), 1, 10),
            "accessory": element(IN_SECTION),
            "expand": boolean,
        },
        typed="section",
    )(value, at, c)
    if isinstance(value, dict) and "text" not in value and "fields" not in value:
        say(c, "must define either `text` or `fields`", at)


def image(value, at, c):
    record(
        {"alt_text": string(1, 2000), "title": text("plain_text", most=2000), **IMAGE_SOURCE},
        required=("alt_text",),
        typed="image",
    )(value, at, c)
    either(value, ("image_url", "slack_file"), at, c)


def input_block(value, at, c):
    record(
        {
            "label": text("plain_text", most=2000),
            "element": element(IN_INPUT),
            "dispatch_action": boolean,
            "hint": text("plain_text", most=2000),
            "optional": boolean,
        },
        required=("label", "element"),
        typed="input",
    )(value, at, c)
    part = value.get("element")
    if value.get("dispatch_action") and isinstance(part, dict) and part.get("type") == "file_input":
        say(c, "file_input cannot dispatch actions", f"{at}/dispatch_action")


BLOCKS = {
    "section": section,
    "header": record({"text": text("plain_text", most=150)}, required=("text",), typed="header"),
    "divider": record({}, typed="divider"),
    "context": record(
        {
            "elements": array(
                kinds(
                    {"image": ELEMENTS["image"], "plain_text": text("plain_text"), "mrkdwn": text("mrkdwn")}
                ),
                1,
                10,
            )
        },
        required=("elements",),
        typed="context",
    ),
    "actions": record(
        {"elements": array(element(IN_ACTIONS), 1, 25)}, required=("elements",), typed="actions"
    ),
    "image": image,
    "input": input_block,
    "rich_text": record({"elements": RICH_TEXT}, required=("elements",), typed="rich_text"),
    "markdown": record({"text": string(1, 12000)}, required=("text",), typed="markdown"),
}
SURFACES_OF = {"markdown": (MESSAGE,)}


def _block(value, at, c):
    c.action_ids = {}
    if isinstance(value, dict):
        kind = value.get("type")
        if c.surface not in SURFACES_OF.get(str(kind), SURFACES):
            say(c, f"unsupported type: {kind}", f"{at}/type")
            return
        named = value.get("block_id")
        if isinstance(named, str):
            if named in c.block_ids:
                say(c, f'`block_id` "{named}" already exists', f"{at}/block_id")
            c.block_ids.add(named)
    kinds(BLOCKS)(value, at, c)


def _blocks(value, at, c, *, least):
    array(_block, least, MOST_BLOCKS[c.surface])(value, at, c)
    if c.focused > 1:
        say(c, "only one element may have `focus_on_load`", at)


VIEW = {
    "type": choice(MODAL, HOME),
    "blocks": lambda value, at, c: _blocks(value, at, c, least=0 if c.surface == HOME else 1),
    "private_metadata": string(0, 3000),
    "callback_id": string(0, 255),
    "external_id": string(0, 255),
}
IN_MODAL = {
    "title": text("plain_text", most=24),
    "close": text("plain_text", most=24),
    "submit": text("plain_text", most=24),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}


def _view(view, surface):
    c = Check(surface)
    at = "/view"
    if not isinstance(view, dict):
        say(c, "must provide an object", at)
        return c.found
    allowed = VIEW | (IN_MODAL if surface == MODAL else {})
    needed = ("type", "blocks", *(("title",) if surface == MODAL else ()))
    nothing_else(view, allowed, needed, at, c)
    for key, check in allowed.items():
        if key in view:
            check(view[key], f"{at}/{key}", c)
    if view.get("type") != surface:
        say(c, f"must be a {surface} view", f"{at}/type")
    blocks = view.get("blocks")
    inputs = (
        [one for one in blocks if isinstance(one, dict) and one.get("type") == "input"]
        if isinstance(blocks, list)
        else []
    )
    if surface == MODAL and inputs and "submit" not in view:
        say(c, "missing required field: submit", at)
    if len(json.dumps(view, ensure_ascii=False).encode()) > MOST_VIEW_BYTES:
        say(c, "view_too_large", at)
    return c.found


def problems(what, surface=MESSAGE):
    """What Slack would refuse, as sentences with JSON pointers; an empty list when it would take it.

    ``what`` is a list of blocks for a ``message``, and a whole view for ``modal`` and ``home``.
    """
    if surface not in SURFACES:
        raise ValueError(surface)
    if surface != MESSAGE and not isinstance(what, list):
        return _view(what, surface)
    c = Check(surface)
    _blocks(what, "/blocks", c, least=0)
    return c.found


__all__ = ["CONFIRM", "HOME", "MESSAGE", "MODAL", "action_id", "integer", "problems"]
