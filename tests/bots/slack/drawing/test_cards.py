"""What stands on a card, in a nudge, in a digest, on the Home tab and in a window, and what does not."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Line, Message, MessageKind, NoticeKind, Recipient
from bots.deeds.mine import Row, Rows
from bots.deeds.rules import Deed, Event, Field, FieldKind, Form, Option, Thing, Tone
from bots.slack import cards, forms, home
from bots.slack.forms import Meta
from bots.slack.rules import OPEN, PAGE, Ref, read
from tests.bots.slack.drawing.hostile import NOW, ONE, SITE, pen_for

PEN = pen_for()
DEEDS = tuple(Deed(verb=f"do-{number}", label=Text("Deed %(n)s", n=number)) for number in range(7))
THING = Thing(
    kind="action", id=str(ONE), kind_label=Text("Action"), ref="NC-1-A1", title="Fit the guard", status=Text("Under way"),
    turn=Text("Your turn: do it."), facts=((Text("Due on"), date(2026, 12, 4)),), text="As agreed.",
    events=(Event(at=NOW, who="Dana", said=Text("Dana accepted it.")),), deeds=DEEDS, version=4, endpoint="page",
    args={"ref": "NC-1-A1"},
)  # fmt: skip
LINE = Line(
    kind=NoticeKind.ESCALATION, item_key="action:1", kind_label=Text("Action"), ref="NC-1-A1", title="Fit the guard",
    step=Text("Do it."), why=Text("Ada was silent for two days."), next=Text("On Monday the lead is told."),
    due_on=date(2026, 11, 25), due_at=None, overdue=True, path="/p/1",
)  # fmt: skip


def said(drawn):
    return json.dumps(drawn.blocks, ensure_ascii=False)


def buttons(blocks):
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]


def test_a_card_says_all_of_it_twice():
    drawn = cards.card(THING, PEN, lines=[LINE])
    for words in ("Fit the guard", "Under way", "Your turn: do it.", "2 days overdue", "Ada was silent", "On Monday the lead is told.",
                  "Friday 4 December", "As agreed.", "Dana accepted it.", f"{SITE}/p/page/NC-1-A1"):  # fmt: skip
        assert words in said(drawn), words
        assert words in drawn.text, words
    labels = [one["text"]["text"] for one in buttons(drawn.blocks)]
    assert labels == ["Deed 0", "Deed 1", "Deed 2", "Deed 3", "More …"]
    assert read(PEN.secret, buttons(drawn.blocks)[1]["value"]) == Ref(
        kind="action", id=str(ONE), verb="do-1", version=4
    )
    assert (
        drawn.hash
        == cards.card(THING, PEN, lines=[LINE]).hash
        != cards.card(replace(THING, version=5), PEN).hash
    )


def test_a_preview_tells_nothing_of_what_is_private():
    for drawn in (cards.card(THING, PEN, lines=[LINE], private=True), cards.nudge(LINE, PEN, private=True)):
        assert "NC-1-A1" in drawn.text
        assert "guard" not in drawn.text
        assert "Ada" not in drawn.text


def test_of_what_is_closed_stays_who_and_when():
    closed = cards.card(replace(THING, closed=True, deeds=(), turn=None), PEN)
    assert buttons(closed.blocks) == []
    assert "Nothing more is to be done here." in closed.text
    assert "Dana accepted it." in said(closed)


def test_a_reminder_is_answered_below_and_nothing_of_it_is_lost():
    answers = replace(
        THING,
        kind="reminder",
        deeds=(*DEEDS[:3], Deed(verb="ask", label=Text("Ask"), confirm=Text("Really?"))),
    )
    row = cards.card(replace(THING, deeds=DEEDS[:1]), PEN, reminders=[answers]).blocks
    kinds = [[one["type"] for one in block["elements"]] for block in row if block["type"] == "actions"]
    assert kinds == [
        ["button", "button"],
        ["button", "overflow"],
    ]  # the first row has “More …”: one answer asks once more
    menu = buttons(row)[-1]
    assert [one["text"]["text"] for one in menu["options"]] == ["Deed 1", "Deed 2"]
    view = forms.thing_modal(replace(THING, deeds=DEEDS[:1]), PEN, reminders=[answers])
    assert [one["text"]["text"] for one in buttons(view["blocks"])] == [
        "Deed 0",
        "Deed 0",
        "Deed 1",
        "Deed 2",
        "Ask",
    ]


def test_a_nudge_names_who_was_silent_and_what_comes():
    drawn = cards.nudge(LINE, PEN)
    for words in ("Escalation", "Ada was silent for two days.", "On Monday the lead is told."):
        assert words in said(drawn)
        assert words in drawn.text


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 1), (20, 20), (21, 20), (300, 20)])
def test_a_digest_says_how_many_more(count, shown):
    message = Message(
        id=ONE, kind=MessageKind.DIGEST, to=Recipient(person_id=ONE, name="Ada", email="", locale="en", zone="UTC"),
        subject=Text("Today"), opening=Text("Good morning."), groups=((Text("Late"), (LINE,) * count),), closing=Text("Bye."),
        thread="", made_at=NOW, extra={},
    )  # fmt: skip
    drawn = cards.digest(message, PEN, subjects=[["action:1"] * count])
    opened = [one["accessory"]["value"] for one in drawn.blocks if "accessory" in one]
    assert len(opened) == shown
    assert all(read(PEN.secret, one) == Ref(kind="action", id="1", verb=OPEN) for one in opened)
    assert (f"{count - shown} more are on" in drawn.text or "1 more is on" in drawn.text) is (count > shown)
    assert ("All of it is settled." in drawn.text) is (not count)


def test_home_turns_its_pages():
    row = Row(
        subject=("action", str(ONE)), kind_label=Text("Action"), ref="A1", title="Fit", step=Text("Do it."), turn=None,
        due_on=NOW.date() + timedelta(days=1), overdue=False, endpoint="page", args={"ref": "A1"},
    )  # fmt: skip
    lists = {name: Rows(rows=(), total=0, offset=0) for name in home.LISTS}
    lists[home.COMING] = Rows(rows=(row,) * 10, total=25, offset=home.page_of(1))
    view = home.home(lists, PEN, shown=home.COMING)
    turns = [
        read(PEN.secret, one["value"])
        for one in buttons(view["blocks"])
        if one["action_id"].startswith("page-")
    ]
    assert [(one.id, one.verb, one.version) for one in turns] == [
        ("mine", PAGE, 0), ("waiting", PAGE, 0), ("coming", PAGE, 0), ("coming", PAGE, 0), ("coming", PAGE, 2),
    ]  # fmt: skip
    assert "Page 2 of 3, 25 in all" in json.dumps(view)
    assert "Due tomorrow" in json.dumps(view)


def test_a_link_tells_others_its_number_only():
    assert "guard" not in json.dumps(home.unfurl(THING, PEN, whole=False))
    assert "guard" in json.dumps(home.unfurl(THING, PEN, whole=True))


FORM = Form(
    title=Text("More time"),
    fields=(
        Field(name="until", kind=FieldKind.DAY, label=Text("Until"), required=True, earliest=NOW.date(), latest=date(2026, 12, 24)),
        Field(name="reason", kind=FieldKind.TEXT, label=Text("Why"), required=True),
        Field(name="who", kind=FieldKind.CHOICE, label=Text("Who"), options=tuple(Option(value=f"p{n}", label=f"Person {n}") for n in range(300))),
    ),
)  # fmt: skip


def state(**given):
    return {"values": {name: {name: value} for name, value in given.items()}}


@pytest.mark.parametrize(
    ("day", "problem"),
    [(None, "This is asked for."), ("2026-12-24", None), ("2026-12-25", "Choose a day from 2026-11-27 to 2026-12-24."), ("x", "This is asked for.")],
)  # fmt: skip
def test_a_day_is_bounded_where_it_is_typed(day, problem):
    values, problems = forms.values_of(FORM, state(until={"selected_date": day}, reason={"value": " late "}))
    assert values["reason"] == "late"
    assert str(problems.get("until")) == str(problem)


def test_a_refusal_keeps_what_was_typed():
    meta = Meta(ref=Ref(kind="action", id="1", verb="more", version=4), nonce="n")
    values = {"until": date(2026, 12, 4), "reason": "The part is late", "who": "p7"}
    at_field = forms.refused(FORM, PEN, Invalid(Text("Too late."), field="until"), meta=meta, values=values)
    assert at_field == {"response_action": "errors", "errors": {"until": "Too late."}}
    on_top = forms.refused(FORM, PEN, Invalid(Text("Somebody else was faster.")), meta=meta, values=values)
    view = json.dumps(on_top["view"])
    for words in ("Somebody else was faster.", "2026-12-04", "The part is late", "Person 7"):
        assert words in view
    assert Meta.load(PEN.secret, on_top["view"]["private_metadata"]) == meta


def test_many_options_are_found_by_their_letters():
    view = forms.form_modal(FORM, PEN, meta=Meta(ref=Ref(kind="a", id="1")))
    assert view["blocks"][-1]["element"]["type"] == "external_select"
    assert len(forms.options(FORM, "who", "", PEN)) == 100
    assert [one["value"] for one in forms.options(FORM, "who", " person 29", PEN)][:2] == ["p29", "p290"]
    assert forms.options(FORM, "nothing", "x", PEN) == []


def test_tones_are_styles():
    drawn = cards.card(
        replace(
            THING, deeds=(replace(DEEDS[0], tone=Tone.PRIMARY), replace(DEEDS[1], tone=Tone.DANGER), DEEDS[2])
        ),
        PEN,
    )
    assert [one.get("style") for one in buttons(drawn.blocks)] == ["primary", "danger", None]
