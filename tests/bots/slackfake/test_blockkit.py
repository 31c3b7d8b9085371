"""The validator: what Slack takes passes, and each limit is refused just beyond it."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bots.slackfake.samples import actions, button, field, home, modal, options, plain, section
from tests.slackfake import Mention, mentions, mentions_in, problems

SELECT = {"type": "static_select", "action_id": "s", "placeholder": plain("Pick"), "options": options(100)}
CONFIRM = {
    "title": plain("t" * 100),
    "text": plain("t" * 300),
    "confirm": plain("y" * 30),
    "deny": plain("n" * 30),
}
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": " ", "style": {"bold": True}}]}
    ],
}
GOOD = {
    "fifty": ("message", [section("x" * 3000)] * 50),
    "hundred": ("home", home(*[{"type": "divider"}] * 100)),
    "fields": ("message", [{"type": "section", "fields": [plain("x" * 2000)] * 10}]),
    "header": ("message", [{"type": "header", "text": plain("h" * 150)}]),
    "context": ("message", [{"type": "context", "elements": [plain()] * 10}]),
    "actions": ("message", [actions(*[button(f"a{one}", "b" * 75, value="v" * 2000) for one in range(25)])]),
    "the same action in two blocks": ("message", [actions(button()), actions(button())]),
    "confirm": ("message", [actions(button(confirm=CONFIRM, style="danger"))]),
    "select": ("home", home(section() | {"accessory": SELECT})),
    "overflow": (
        "message",
        [section() | {"accessory": {"type": "overflow", "action_id": "o", "options": options(5, 75)}}],
    ),
    "rich text": ("message", [RICH]),
    "files": (
        "modal",
        modal(field({"type": "file_input", "action_id": "f", "filetypes": ["png"], "max_files": 10})),
    ),
    "modal": ("modal", modal(title=plain("t" * 24), private_metadata="x" * 3000, notify_on_close=True)),
    "modal without inputs": ("modal", {"type": "modal", "title": plain(), "blocks": [section()]}),
    "picker": (
        "message",
        [actions({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1_800_000_000})],
    ),
    "people": (
        "modal",
        modal(field({"type": "multi_users_select", "action_id": "u", "initial_users": ["U1"]})),
    ),
}
BAD = {
    "51 blocks": ("message", [section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "101 blocks": (
        "home",
        home(*[section()] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "long": (
        "message",
        [section("x" * 3001)],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "empty": ("message", [section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "no text": (
        "message",
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0]",
    ),
    "long field": ("message", [{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001"),
    "11 fields": ("message", [{"type": "section", "fields": [plain()] * 11}], "no more than 10 items"),
    "unknown": (
        "message",
        [section() | {"colour": "red"}],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "unknown block": (
        "message",
        [{"type": "table"}],
        "unsupported type: table [json-pointer:/blocks/0/type]",
    ),
    "no type": ("message", [{"text": plain()}], "missing required field: type [json-pointer:/blocks/0]"),
    "no block": ("message", ["text"], "must provide an object [json-pointer:/blocks/0]"),
    "mrkdwn header": (
        "message",
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn",
    ),
    "emoji": (
        "message",
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}],
        "property: emoji",
    ),
    "bare string": (
        "message",
        [{"type": "header", "text": "Title"}],
        "must provide an object [json-pointer:/blocks/0/text]",
    ),
    "two buttons, one id": ("message", [actions(button(), button())], '`action_id` "go" already exists'),
    "two blocks, one id": ("message", [section() | {"block_id": "b"}] * 2, '`block_id` "b" already exists'),
    "26 buttons": ("message", [actions(*[button(f"a{one}") for one in range(26)])], "no more than 25 items"),
    "no buttons": ("message", [actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "style": ("message", [actions(button(style="default"))], "must be a valid enum value"),
    "button text": ("message", [actions(button(text="b" * 76))], "less than 76"),
    "button value": ("message", [actions(button(value="b" * 2001))], "less than 2001"),
    "disabled": ("message", [actions(button(disabled=True))], "invalid additional property: disabled"),
    "confirm": ("message", [actions(button(confirm=CONFIRM | {"deny": plain("n" * 31)}))], "less than 31"),
    "overflow": (
        "message",
        [section() | {"accessory": {"type": "overflow", "options": options(6)}}],
        "no more than 5 items",
    ),
    "101 options": (
        "home",
        home(section() | {"accessory": SELECT | {"options": options(101)}}),
        "no more than 100 items",
    ),
    "no options": (
        "home",
        home(section() | {"accessory": SELECT | {"options": []}}),
        "no fewer than 1 items",
    ),
    "option text": (
        "home",
        home(section() | {"accessory": SELECT | {"options": options(1, 76)}}),
        "less than 76",
    ),
    "two sources": (
        "home",
        home(section() | {"accessory": SELECT | {"option_groups": []}}),
        "must define either",
    ),
    "initial": (
        "home",
        home(section() | {"accessory": SELECT | {"initial_option": options(101)[100]}}),
        "exactly match",
    ),
    "no submit": (
        "modal",
        {key: value for key, value in modal().items() if key != "submit"},
        "missing required field: submit",
    ),
    "home with submit": (
        "home",
        home(submit=plain()),
        "invalid additional property: submit [json-pointer:/view]",
    ),
    "title": (
        "modal",
        modal(title=plain("t" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "metadata": ("modal", modal(private_metadata="x" * 3001), "less than 3001"),
    "no blocks": (
        "modal",
        modal() | {"blocks": []},
        "no fewer than 1 items allowed [json-pointer:/view/blocks]",
    ),
    "file in home": (
        "home",
        home(field({"type": "file_input", "action_id": "f"})),
        "unsupported type: file_input",
    ),
    "11 files": ("modal", modal(field({"type": "file_input", "max_files": 11})), "must be between 1 and 10"),
    "input in actions": (
        "message",
        [actions({"type": "plain_text_input"})],
        "unsupported type: plain_text_input",
    ),
    "date": (
        "message",
        [actions({"type": "datepicker", "initial_date": "2026-13-01"})],
        "must match the required pattern",
    ),
    "two in focus": (
        "modal",
        modal(*[field({"type": "plain_text_input", "focus_on_load": True})] * 2),
        "only one element may have `focus_on_load`",
    ),
    "rich text": (
        "message",
        [{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}],
        "unsupported type: text",
    ),
    "view too large": ("modal", modal(*[section("\N{GRINNING FACE}" * 3000)] * 30), "view_too_large"),
}


@pytest.mark.parametrize("name", GOOD)
def test_taken(name):
    surface, what = GOOD[name]
    assert problems(json.loads(json.dumps(what)), surface) == []


@pytest.mark.parametrize("name", BAD)
def test_refused(name):
    surface, what, words = BAD[name]
    found = problems(what, surface)
    assert any(words in one for one in found), found


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=6,
)


def places(what, path=()):
    """The path to every value inside."""
    for key, value in (
        what.items() if isinstance(what, dict) else enumerate(what) if isinstance(what, list) else ()
    ):
        yield (*path, key)
        yield from places(value, (*path, key))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_good_one_is_judged_and_never_breaks_it(data):
    surface, what = GOOD[data.draw(st.sampled_from(sorted(set(GOOD) - {"fifty", "hundred"})))]
    what = copy.deepcopy(what)
    *path, last = data.draw(st.sampled_from(list(places(what))))
    holder = what
    for key in path:
        holder = holder[key]
    holder[last] = data.draw(ODD)
    assert all("[json-pointer:/" in one for one in problems(what, surface))


def test_what_becomes_a_mention():
    assert mentions("&lt;!channel&gt; *bold* 3 < 4 <nothing>") == []
    assert mentions("<!channel> <@U1|ada> <#C1> <https://example.org|here> <!date^1^{date}|x>") == [
        Mention("broadcast", "channel"),
        Mention("user", "U1", "ada"),
        Mention("channel", "C1"),
        Mention("link", "https://example.org", "here"),
        Mention("date", "1^{date}", "x"),
    ]
    assert [one.target for one in mentions("see https://example.org", bare=True)] == ["https://example.org"]
    assert mentions_in([{"type": "header", "text": plain("<!here>")}, section("<!here>")]) == [
        Mention("broadcast", "here")
    ]
