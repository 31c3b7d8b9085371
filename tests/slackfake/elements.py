"""Every element that stands in a block, and the inside of rich text."""

import re

from tests.slackfake.blockparts import (
    CONFIRM,
    URL,
    action_id,
    array,
    boolean,
    choice,
    either,
    focus,
    integer,
    kinds,
    record,
    say,
    string,
    text,
)

DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d$")
NUMBER = re.compile(r"-?\d+(\.\d+)?$")
USER = re.compile(r"[UW][A-Z0-9]+$")
CONVERSATION = re.compile(r"[CDG][A-Z0-9]+$")
IMAGE_SOURCE = {
    "image_url": string(1, 3000, re.compile(r"https?://\S+$")),
    "slack_file": record({"id": string(1, 255), "url": string(1, 3000)}),
}
PLACEHOLDER = text("plain_text", most=150)


def option(*types, url=False, most=75):
    keys = {
        "text": text(*types, most=most),
        "value": string(1, 150),
        "description": text(*types, most=75),
    }
    return record(keys | ({"url": string(1, 3000, URL)} if url else {}), required=("text", "value"))


PLAIN_OPTION, RICH_OPTION = option("plain_text"), option("plain_text", "mrkdwn")
GROUP = record(
    {"label": text("plain_text", most=75), "options": array(PLAIN_OPTION, 1, 100)},
    required=("label", "options"),
)


def element(kind, keys, *, required=(), confirm=True, focusable=True):
    """An element with what nearly all have."""
    shared = {"type": choice(kind), "action_id": action_id}
    if confirm:
        shared["confirm"] = CONFIRM
    if focusable:
        shared["focus_on_load"] = focus
    return record(shared | keys, required=required)


def all_options(value):
    groups = value.get("option_groups")
    found = value.get("options") if isinstance(value.get("options"), list) else []
    for group in groups if isinstance(groups, list) else []:
        inside = group.get("options") if isinstance(group, dict) else None
        found = [*found, *(inside if isinstance(inside, list) else [])]
    return found


def picking(kind, keys, *, groups=False, **options):
    """An element with options: what is picked at first stands among them, and no value stands twice."""
    inner = element(kind, keys, **options)

    def check(value, at, c):
        inner(value, at, c)
        if groups:
            either(value, ("options", "option_groups"), at, c)
        here = all_options(value)
        values = [one.get("value") for one in here if isinstance(one, dict)]
        if len(set(map(str, values))) != len(values):
            say(c, "option values must be unique", f"{at}/options")
        first = value.get("initial_options")
        for one in [
            *([value["initial_option"]] if "initial_option" in value else []),
            *(first if isinstance(first, list) else []),
        ]:
            if one not in here:
                say(c, "initial options must exactly match one of the options", at)

    return check


def selects():
    """Every select menu, single and multiple."""
    sources = {
        "static_select": (
            {"options": array(PLAIN_OPTION, 1, 100), "option_groups": array(GROUP, 1, 100)},
            "option",
            PLAIN_OPTION,
        ),
        "external_select": ({"min_query_length": integer(0, 1000)}, "option", PLAIN_OPTION),
        "users_select": ({}, "user", string(1, 255, USER)),
        "conversations_select": (
            {
                "default_to_current_conversation": boolean,
                "filter": record(
                    {
                        "include": array(choice("im", "mpim", "private", "public"), 1, 4),
                        "exclude_external_shared_channels": boolean,
                        "exclude_bot_users": boolean,
                    }
                ),
            },
            "conversation",
            string(1, 255, CONVERSATION),
        ),
        "channels_select": ({}, "channel", string(1, 255, CONVERSATION)),
    }
    for kind, (keys, noun, initial) in sources.items():
        single = {"placeholder": PLACEHOLDER, f"initial_{noun}": initial, **keys}
        if noun in {"conversation", "channel"}:
            single["response_url_enabled"] = boolean
        many = {
            "placeholder": PLACEHOLDER,
            f"initial_{noun}s": array(initial, 1, 100),
            "max_selected_items": integer(1, 1000),
            **keys,
        }
        make = picking if kind == "static_select" else element
        extra = {"groups": True} if kind == "static_select" else {}
        yield kind, make(kind, single, **extra)
        yield f"multi_{kind}", make(f"multi_{kind}", many, **extra)


def written(kind, keys, *, required=()):
    """An element somebody writes in."""
    shared = {
        "placeholder": PLACEHOLDER,
        "dispatch_action_config": record(
            {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 1, 2)}
        ),
    }
    return element(kind, shared | keys, required=required, confirm=False)


def plain_text_input(value, at, c):
    written(
        "plain_text_input",
        {
            "initial_value": string(0, 3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    )(value, at, c)
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    first = value.get("initial_value", "")
    if isinstance(least, int) and isinstance(most, int):
        if least > most:
            say(c, "min_length must be less than max_length", at)
        if isinstance(first, str) and len(first) > most:
            say(c, f"must be less than {most + 1} characters", f"{at}/initial_value")


def image(value, at, c):
    record({"type": choice("image"), "alt_text": string(1, 2000), **IMAGE_SOURCE}, required=("alt_text",))(
        value, at, c
    )
    either(value, ("image_url", "slack_file"), at, c)


ELEMENTS = {
    "button": element(
        "button",
        {
            "text": text("plain_text", most=75),
            "url": string(1, 3000, URL),
            "value": string(1, 2000),
            "style": choice("primary", "danger"),
            "accessibility_label": string(1, 75),
        },
        required=("text",),
        focusable=False,
    ),
    "image": image,
    "overflow": picking(
        "overflow",
        {"options": array(option("plain_text", url=True), 1, 5)},
        required=("options",),
        focusable=False,
    ),
    "checkboxes": picking(
        "checkboxes",
        {"options": array(RICH_OPTION, 1, 10), "initial_options": array(RICH_OPTION, 1, 10)},
        required=("options",),
    ),
    "radio_buttons": picking(
        "radio_buttons",
        {"options": array(RICH_OPTION, 1, 10), "initial_option": RICH_OPTION},
        required=("options",),
    ),
    "datepicker": element("datepicker", {"placeholder": PLACEHOLDER, "initial_date": string(1, 10, DATE)}),
    "timepicker": element(
        "timepicker",
        {"placeholder": PLACEHOLDER, "initial_time": string(1, 5, TIME), "timezone": string(1, 255)},
    ),
    "datetimepicker": element("datetimepicker", {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": plain_text_input,
    "email_text_input": written("email_text_input", {"initial_value": string(0, 3000)}),
    "url_text_input": written("url_text_input", {"initial_value": string(0, 3000)}),
    "number_input": written(
        "number_input",
        {
            "is_decimal_allowed": boolean,
            "initial_value": string(1, 255, NUMBER),
            "min_value": string(1, 255, NUMBER),
            "max_value": string(1, 255, NUMBER),
        },
        required=("is_decimal_allowed",),
    ),
    "file_input": element(
        "file_input",
        {"filetypes": array(string(1, 255), 1, 100), "max_files": integer(1, 10)},
        confirm=False,
        focusable=False,
    ),
    "rich_text_input": written(
        "rich_text_input",
        {"initial_value": record({"type": choice("rich_text"), "elements": array(lambda *_: None, 1, 1000)})},
    ),
    **dict(selects()),
}

STYLE = record(
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    )
)


def inline(kind, keys, *, required=()):
    return record({"type": choice(kind), "style": STYLE, **keys}, required=required)


def not_empty(value, at, c):
    """Rich text may hold a blank alone, but not nothing."""
    if not isinstance(value, str):
        say(c, "must provide a string", at)
    elif not value:
        say(c, "must be more than 0 characters", at)


INLINE = kinds(
    {
        "text": inline("text", {"text": not_empty}, required=("text",)),
        "link": inline(
            "link", {"url": string(1, 3000), "text": string(0, 3000), "unsafe": boolean}, required=("url",)
        ),
        "emoji": inline("emoji", {"name": string(1, 255), "unicode": string(0, 255)}, required=("name",)),
        "user": inline("user", {"user_id": string(1, 255, USER)}, required=("user_id",)),
        "usergroup": inline("usergroup", {"usergroup_id": string(1, 255)}, required=("usergroup_id",)),
        "channel": inline("channel", {"channel_id": string(1, 255, CONVERSATION)}, required=("channel_id",)),
        "broadcast": inline(
            "broadcast", {"range": choice("here", "channel", "everyone")}, required=("range",)
        ),
        "color": inline("color", {"value": string(1, 255)}, required=("value",)),
        "date": inline(
            "date",
            {
                "timestamp": integer(0, 9_999_999_999),
                "format": string(1, 255),
                "url": string(1, 3000),
                "fallback": string(0, 3000),
            },
            required=("timestamp", "format"),
        ),
    }
)
INSIDE = array(INLINE, 0, 1000)
SECTION = record({"type": choice("rich_text_section"), "elements": INSIDE}, required=("elements",))
RICH_TEXT = array(
    kinds(
        {
            "rich_text_section": SECTION,
            "rich_text_preformatted": record(
                {
                    "type": choice("rich_text_preformatted"),
                    "elements": INSIDE,
                    "border": integer(0, 1),
                    "language": string(0, 255),
                },
                required=("elements",),
            ),
            "rich_text_quote": record(
                {"type": choice("rich_text_quote"), "elements": INSIDE, "border": integer(0, 1)},
                required=("elements",),
            ),
            "rich_text_list": record(
                {
                    "type": choice("rich_text_list"),
                    "elements": array(SECTION, 0, 1000),
                    "style": choice("bullet", "ordered"),
                    "indent": integer(0, 8),
                    "offset": integer(0, 1_000_000),
                    "border": integer(0, 1),
                },
                required=("elements", "style"),
            ),
        }
    ),
    1,
    1000,
)
