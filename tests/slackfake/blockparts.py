"""The parts checks are put together from. A check takes (value, JSON pointer, Check) and says what is wrong."""

import re
from dataclasses import dataclass, field

URL = re.compile(r"(https?|mailto|tel|slack)://?\S+$|mailto:\S+$|tel:\S+$")


@dataclass
class Check:
    surface: str
    found: list = field(default_factory=list)
    block_ids: set = field(default_factory=set)
    action_ids: dict = field(default_factory=dict)  # of the block at hand
    focused: int = 0


def say(c, words, at):
    c.found.append(f"{words} [json-pointer:{at}]")


def string(least, most, pattern=None):
    def check(value, at, c):
        if not isinstance(value, str):
            say(c, "must provide a string", at)
        elif len(value) > most:
            say(c, f"must be less than {most + 1} characters", at)
        elif len(value) < least or (least and not value.strip()):
            say(c, f"must be more than {least - 1} characters", at)
        elif pattern is not None and not pattern.match(value):
            say(c, "must match the required pattern", at)

    return check


def boolean(value, at, c):
    if not isinstance(value, bool):
        say(c, "must provide a boolean", at)


def integer(least, most):
    def check(value, at, c):
        if isinstance(value, bool) or not isinstance(value, int):
            say(c, "must provide an integer", at)
        elif not least <= value <= most:
            say(c, f"must be between {least} and {most}", at)

    return check


def choice(*values):
    def check(value, at, c):
        if not isinstance(value, str) or value not in values:
            say(c, "must be a valid enum value", at)

    return check


def array(item, least, most):
    def check(value, at, c):
        if not isinstance(value, list):
            say(c, "must provide an array", at)
            return
        if len(value) > most:
            say(c, f"no more than {most} items allowed", at)
        if len(value) < least:
            say(c, f"no fewer than {least} items allowed", at)
        for number, one in enumerate(value):
            item(one, f"{at}/{number}", c)

    return check


def nothing_else(value, allowed, required, at, c):
    for key in required:
        if key not in value:
            say(c, f"missing required field: {key}", at)
    for key in value:
        if key not in allowed:
            say(c, f"invalid additional property: {key}", at)


def record(keys, *, required=(), typed=None):
    """An object with these keys and no others. ``typed``: a block of that type, which may have a block_id."""
    if typed is not None:
        keys = {**keys, "type": choice(typed), "block_id": string(1, 255)}
        required = ("type", *required)

    def check(value, at, c):
        if not isinstance(value, dict):
            say(c, "must provide an object", at)
            return
        nothing_else(value, keys, required, at, c)
        for key, inner in keys.items():
            if key in value:
                inner(value[key], f"{at}/{key}", c)

    return check


def kinds(table):
    """An object whose ``type`` says which of the checks it has to pass."""

    def check(value, at, c):
        if not isinstance(value, dict):
            say(c, "must provide an object", at)
        elif "type" not in value:
            say(c, "missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in table:
            say(c, f"unsupported type: {value['type']}", f"{at}/type")
        else:
            table[value["type"]](value, at, c)

    return check


def text(*types, most=3000, least=1):
    """A text object of one of the types; both when none is named."""
    types = types or ("plain_text", "mrkdwn")
    shapes = {
        "plain_text": record(
            {"type": choice("plain_text"), "text": string(least, most), "emoji": boolean}, required=("text",)
        ),
        "mrkdwn": record(
            {"type": choice("mrkdwn"), "text": string(least, most), "verbatim": boolean}, required=("text",)
        ),
    }
    return kinds({name: shapes[name] for name in types})


def action_id(value, at, c):
    string(1, 255)(value, at, c)
    if isinstance(value, str):
        if value in c.action_ids:
            say(c, f'`action_id` "{value}" already exists', at)
        c.action_ids[value] = at


def focus(value, at, c):
    boolean(value, at, c)
    c.focused += value is True


def either(value, names, at, c):
    """Exactly one of the names is there."""
    if sum(name in value for name in names) != 1:
        say(c, "must define either " + " or ".join(f"`{name}`" for name in names), at)


CONFIRM = record(
    {
        "title": text("plain_text", most=100),
        "text": text(most=300),
        "confirm": text("plain_text", most=30),
        "deny": text("plain_text", most=30),
        "style": choice("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)
