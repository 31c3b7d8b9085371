"""What a person does to elements: finding them on the screen, and what they hold once filled in."""

import datetime as dt
import re

from tests.slackfake.shapes import full_file_json
from tests.slackfake.world import StoredFile, User

STATELESS = {"button", "overflow", "image"}
MANY = ("multi_static_select", "multi_external_select", "checkboxes")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+$")
LINK = re.compile(r"https?://\S+$")


class NotPossible(AssertionError):
    """A person could not do this: it is not on the screen, or Slack's own form would not let it through."""


def parts(blocks):
    """Every (block, element) that somebody could use."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element")]
        if block["type"] == "actions":
            inside += block["elements"]
        for part in inside:
            if part is not None and part["type"] != "image":
                yield block, part


def label_of(block, part):
    """What stands on an element, or over it."""
    if part["type"] == "button":
        return part["text"]["text"]
    if block["type"] == "input":
        return block["label"]["text"]
    return (part.get("placeholder") or {}).get("text", "")


def options_of(part):
    return [
        *part.get("options", ()),
        *(one for group in part.get("option_groups", ()) for one in group["options"]),
    ]


def find(blocks, what, block_id=None):
    """(block, element, option): by action_id, by what stands on it, or by the text of an overflow's option."""
    found = [
        (block, part, None)
        for block, part in parts(blocks)
        if what in {part["action_id"], label_of(block, part)} and block_id in {None, block["block_id"]}
    ]
    if not found:
        found = [
            (block, part, one)
            for block, part in parts(blocks)
            if part["type"] == "overflow" and block_id in {None, block["block_id"]}
            for one in part["options"]
            if one["text"]["text"] == what
        ]
    if not found:
        here = sorted({label_of(block, part) or part["action_id"] for block, part in parts(blocks)})
        raise NotPossible(f"There is no {what!r} here; there is {here}.")
    if len(found) > 1:
        raise NotPossible(f"{what!r} stands here {len(found)} times; say which block_id.")
    return found[0]


def _option(part, wanted):
    for one in options_of(part):
        if wanted in (one["value"], one["text"]["text"]) or one == wanted:
            return {key: one[key] for key in ("text", "value", "description") if key in one}
    raise NotPossible(
        f"{wanted!r} is no option of {part['action_id']}: {[one['value'] for one in options_of(part)]}"
    )


def _id(value):
    return value.id if hasattr(value, "id") else value


def held(part, value, base=""):
    """What ``state.values`` holds of an element that was filled in with ``value`` (None: left empty)."""
    kind = part["type"]
    if kind in MANY:
        name = "selected_options"
        value = (
            []
            if value is None
            else [_option(part, one) for one in ([value] if isinstance(value, str) else value)]
        )
    elif kind in {"static_select", "external_select", "radio_buttons"}:
        name, value = "selected_option", None if value is None else _option(part, value)
    elif kind.startswith("multi_"):
        name = f"selected_{kind.split('_')[1]}"
        value = [_id(one) for one in value or ()]
    elif kind.endswith("s_select"):
        name, value = f"selected_{kind.removesuffix('s_select')}", None if value is None else _id(value)
    elif kind == "datepicker":
        name = "selected_date"
        value = value.isoformat() if isinstance(value, dt.date) else value
    elif kind == "timepicker":
        name = "selected_time"
    elif kind == "datetimepicker":
        name = "selected_date_time"
        value = int(value.timestamp()) if isinstance(value, dt.datetime) else value
    elif kind == "file_input":
        name = "files"
        value = [full_file_json(one, base) if isinstance(one, StoredFile) else one for one in value or ()]
    elif kind == "rich_text_input":
        name = "rich_text_value"
    else:
        name, value = "value", value if value in (None, "") or isinstance(value, str) else str(value)
        value = value or None
    return {"type": kind, name: value}


def empty(state):
    return not next(value for key, value in state.items() if key != "type")


def at_first(part, base=""):
    """What an element holds before anybody touched it."""
    kind = part["type"]
    noun = kind.removeprefix("multi_").removesuffix("s_select")
    for key in (
        "initial_value",
        "initial_option",
        "initial_options",
        "initial_date",
        "initial_time",
        "initial_date_time",
        f"initial_{noun}",
        f"initial_{noun}s",
    ):
        if key in part:
            value = part[key]
            if kind.endswith("external_select"):  # its options are asked for when somebody opens it
                return {"type": kind, "selected_options" if kind in MANY else "selected_option": value}
            return held(part, value, base)
    return held(part, None, base)


def _wrong_text(part, value):
    kind = part["type"]
    least, most = part.get("min_length", 0), part.get("max_length", 3000)
    if kind == "plain_text_input" and not least <= len(value) <= most:
        return f"has {len(value)} characters; {least} to {most} are allowed"
    if kind == "plain_text_input" and "\n" in value and not part.get("multiline"):
        return "has one line only"
    if kind == "email_text_input" and not EMAIL.match(value):
        return "is no e-mail address"
    if kind == "url_text_input" and not LINK.match(value):
        return "is no link"
    if kind == "number_input":
        return _wrong_number(part, value)
    return None


def _wrong_number(part, value):
    if not re.fullmatch(r"-?\d+(\.\d+)?" if part["is_decimal_allowed"] else r"-?\d+", value):
        return "is no number"
    if float(value) < float(part.get("min_value", "-inf")) or float(value) > float(
        part.get("max_value", "inf")
    ):
        return "is out of range"
    return None


def wrong(block, part, state):
    """Why Slack's form would not let this through, or None."""
    value = next(inner for key, inner in state.items() if key != "type")
    if not value:
        return None if block.get("optional") else "has to be filled in"
    if "value" in state:
        return _wrong_text(part, value)
    if part["type"] == "file_input":
        names = [one["name"].rsplit(".", 1)[-1].lower() for one in value]
        allowed = [one.lower() for one in part.get("filetypes", ())]
        if len(value) > part.get("max_files", 10):
            return f"takes {part.get('max_files', 10)} files"
        if allowed and not set(names) <= {
            *allowed,
            *(["jpg", "jpeg"] if {"jpg", "jpeg"} & set(allowed) else []),
        }:
            return f"takes {allowed} only"
    if isinstance(value, list) and len(value) > part.get("max_selected_items", len(value)):
        return f"takes {part['max_selected_items']} only"
    return None


def state_of(blocks, known, base=""):
    """``state.values``: what is known of each element, else what it holds at first."""
    values = {}
    for block, part in parts(blocks):
        if part["type"] in STATELESS:
            continue
        here = (known.get(block["block_id"]) or {}).get(part["action_id"])
        values.setdefault(block["block_id"], {})[part["action_id"]] = here or at_first(part, base)
    return values


def filled(view, values, base=""):
    """The state of a view once a person wrote ``values`` into it: by block_id, action_id or label."""
    blocks, left = view.body["blocks"], dict(values)
    state = state_of(blocks, view.values, base)
    for block, part in parts(blocks):
        if part["type"] in STATELESS:
            continue
        for key in (block["block_id"], part["action_id"], label_of(block, part)):
            if key in left:
                state[block["block_id"]][part["action_id"]] = held(part, left.pop(key), base)
                break
    if left:
        raise NotPossible(
            f"There is no field {sorted(left)}; there is {[label_of(*one) for one in parts(blocks)]}."
        )
    for block, part in parts(blocks):
        if block["type"] == "input":
            reason = wrong(block, part, state[block["block_id"]][part["action_id"]])
            if reason:
                raise NotPossible(f"{label_of(block, part)}: {reason}")
    return state


__all__ = ["NotPossible", "User", "filled", "find", "held", "parts", "state_of"]
