"""Windows: a thing with everything that can be done to it, a form, a word; and what was typed, read back. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Line
from bots.deeds.rules import Field, FieldKind, Form, Option, Thing
from bots.slack import blocks as b
from bots.slack.blocks import Block
from bots.slack.cards import card
from bots.slack.pen import Pen
from bots.slack.rules import FORM, NOTE, THING, Ref, read, sign
from bots.slack.text import escape, one_line, units

BUTTONS_A_ROW = 5
MOST_OPENING = 12
CUT_OPTIONS = Text("There are more. Write a few letters to find the one you want.")
WANTED = Text("This is asked for.")
NOT_A_DAY = Text("Choose a day.")


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What a window carries with it: what it is about, a key that is spent once, and where it came from.

    ``about``: small JSON values of ours, such as the message that something is raised from.
    """

    ref: Ref
    nonce: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    def dump(self, secret: str) -> str:
        """As ``private_metadata``: the ref is signed, the rest is ours because Slack keeps it."""
        return json.dumps(
            {"r": sign(secret, self.ref), "n": self.nonce, "a": dict(self.about)}, ensure_ascii=False
        )

    @classmethod
    def load(cls, secret: str, kept: str) -> "Meta":
        """What :meth:`dump` kept. Raises WrongValueError, ValueError or KeyError for what is not ours."""
        found = json.loads(kept)
        return cls(ref=read(secret, found["r"]), nonce=str(found["n"]), about=dict(found["a"]))


def thing_modal(
    thing: Thing, pen: Pen, *, lines: Sequence[Line] = (), reminders: Sequence[Thing] = (), said: Text | None = None
) -> Block:  # fmt: skip
    """A thing with all its deeds, and those of its reminders."""
    shown = list(card(thing, pen, lines=lines).blocks)
    body = [one for one in shown if one["type"] != "actions"][: b.MOST_VIEW_BLOCKS // 2]
    made = [b.section(f":white_check_mark: {pen.say(said)}")] if said is not None else []
    made += body
    for number, one in enumerate((thing, *reminders)):
        buttons = [found for count, deed in enumerate(one.deeds) if (found := pen.deed(one, deed, count))]
        buttons = [button | {"action_id": f"{button['action_id']}-{number}"} for button in buttons]
        if not buttons:
            continue
        if number:
            made.append(b.section(f"*{pen.say(one.kind_label)}*\n{pen.say(one.status)}"))
        for start in range(0, len(buttons), BUTTONS_A_ROW):
            made += b.actions(buttons[start : start + BUTTONS_A_ROW], block_id=f"deeds-{number}-{start}")
    title = one_line(thing.ref) or pen.words(thing.kind_label)
    return b.modal(
        title, made, callback_id=THING, metadata=Meta(ref=pen.ref(thing)).dump(pen.secret),
        close=pen.reader.gettext("Close"),
    )  # fmt: skip


def form_modal(
    form: Form, pen: Pen, *, meta: Meta, about: str = "", values: Mapping[str, Any] | None = None,
    error: Text | None = None,
) -> Block:  # fmt: skip
    """A form; ``about``: the thing it is about, in a line; ``values``: what was typed already."""
    made: list[Block] = [b.section(f":warning: {pen.say(error)}")] if error is not None else []
    if one_line(about):
        made.append(b.context(escape(one_line(about), 500)))
    made += [b.section(pen.say(one)) for one in form.opening[:MOST_OPENING] if pen.words(one)]
    for one in form.fields[: b.MOST_VIEW_BLOCKS - len(made)]:
        value = values[one.name] if values is not None and one.name in values else one.initial
        element = _element(one, value, pen)
        if element is not None:
            made.append(
                b.question(
                    one.name,
                    element,
                    label=pen.words(one.label),
                    hint=pen.words(one.hint) if one.hint else "",
                    required=one.required,
                )
            )
    if not made:
        made = [b.section(pen.say(form.title))]
    return b.modal(
        pen.words(form.title), made, callback_id=FORM, metadata=meta.dump(pen.secret),
        close=pen.reader.gettext("Cancel"), submit=pen.words(form.send),
    )  # fmt: skip


def note_modal(text: Text | str, pen: Pen, *, title: Text, mark: str = "") -> Block:
    """A sentence in a window: it is being done, it is done, or why it is not."""
    said = pen.say(text)
    return b.modal(
        pen.words(title), [b.section(f"{mark} {said}".strip())], callback_id=NOTE, metadata="",
        close=pen.reader.gettext("Close"),
    )  # fmt: skip


def _element(one: Field, value: Any, pen: Pen) -> Block | None:
    """What a field is asked with; ``None`` for a choice of nothing."""
    return _ELEMENTS[one.kind](one, value, pen)


def _text_input(one: Field, value: Any, pen: Pen) -> Block:
    del pen
    longest = max(1, min(one.longest, b.MOST_TEXT))
    made: Block = {
        "type": "plain_text_input", "multiline": one.kind is FieldKind.TEXT, "max_length": longest,
    }  # fmt: skip
    begun = str(value or "")
    while begun and units(begun) > longest:
        begun = begun[: len(begun) - max(1, (units(begun) - longest) // 2)]
    return made | ({"initial_value": begun} if begun else {})


def _option(one: Option, pen: Pen) -> Block:
    return b.option(pen.words(one.label), one.value, pen.words(one.hint) if one.hint is not None else "")


def _choice(one: Field, value: Any, pen: Pen) -> Block | None:
    if not one.options:
        return None
    chosen = next((option for option in one.options if option.value == value), None)
    initial = {"initial_option": _option(chosen, pen)} if chosen is not None else {}
    placeholder = {
        "placeholder": {"type": "plain_text", "text": pen.reader.gettext("Choose …"), "emoji": False}
    }
    if len(one.options) > b.MOST_OPTIONS:
        return {"type": "external_select", "min_query_length": 0, **placeholder, **initial}
    return {
        "type": "static_select", "options": [_option(option, pen) for option in one.options], **placeholder, **initial,
    }  # fmt: skip


def _many(one: Field, value: Any, pen: Pen) -> Block | None:
    if not one.options:
        return None
    given = set(value or ())
    chosen = [_option(option, pen) for option in one.options if option.value in given]
    if len(one.options) <= b.MOST_CHECKS:
        made: Block = {"type": "checkboxes", "options": [_option(option, pen) for option in one.options]}
    elif len(one.options) <= b.MOST_OPTIONS:
        made = {"type": "multi_static_select", "options": [_option(option, pen) for option in one.options]}
    else:
        made = {"type": "multi_external_select", "min_query_length": 0}
    return made | ({"initial_options": chosen[: b.MOST_OPTIONS]} if chosen else {})


def _day_input(one: Field, value: Any, pen: Pen) -> Block:
    del one, pen
    return {"type": "datepicker"} | ({"initial_date": value.isoformat()} if isinstance(value, date) else {})


def _moment_input(one: Field, value: Any, pen: Pen) -> Block:
    del one, pen
    given = {"initial_date_time": int(value.timestamp())} if isinstance(value, datetime) else {}
    return {"type": "datetimepicker", **given}


def _file_input(one: Field, value: Any, pen: Pen) -> Block:
    del one, value, pen
    return {"type": "file_input", "max_files": b.MOST_FILES}


def _tick(one: Field, value: Any, pen: Pen) -> Block:
    only = b.option(pen.words(one.label), "yes")
    return {"type": "checkboxes", "options": [only]} | ({"initial_options": [only]} if value else {})


_ELEMENTS: Mapping[FieldKind, Callable[[Field, Any, Pen], Block | None]] = {
    FieldKind.LINE: _text_input,
    FieldKind.TEXT: _text_input,
    FieldKind.DAY: _day_input,
    FieldKind.MOMENT: _moment_input,
    FieldKind.FILES: _file_input,
    FieldKind.TICK: _tick,
    FieldKind.CHOICE: _choice,
    FieldKind.MANY: _many,
}


def options(form: Form, name: str, query: str, pen: Pen) -> list[Block]:
    """The options of a field that fit what somebody writes, as many as Slack takes."""
    one = next((found for found in form.fields if found.name == name), None)
    if one is None:
        return []
    wanted = one_line(query).casefold()
    fitting = [found for found in one.options if wanted in pen.words(found.label).casefold()]
    return [_option(found, pen) for found in fitting[: b.MOST_OPTIONS]]


def values_of(form: Form, state: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Text]]:
    """What was typed, in the type of each field, and what is missing. FILES: Slack's ids of the files.

    A choice that is not among the options (any more) counts as none.
    """
    values: dict[str, Any] = {}
    problems: dict[str, Text] = {}
    given: Mapping[str, Any] = state.get("values") or {}
    for one in form.fields:
        found = (given.get(one.name) or {}).get(one.name) or {}
        value = _value(one, found)
        values[one.name] = value
        if one.required and value in (None, "", [], (), False):
            problems[one.name] = WANTED
        elif one.kind is FieldKind.DAY and value is not None and _out_of_bounds(one, value):
            problems[one.name] = _bounds(one)
    return values, problems


def _value(one: Field, found: Mapping[str, Any]) -> Any:
    return _VALUES[one.kind](one, found)


def _written(one: Field, found: Mapping[str, Any]) -> str:
    del one
    return str(found.get("value") or "").strip()


def _moment(one: Field, found: Mapping[str, Any]) -> datetime | None:
    del one
    stamp = found.get("selected_date_time")
    return datetime.fromtimestamp(int(stamp), tz=UTC) if stamp else None


def _chosen(one: Field, found: Mapping[str, Any]) -> str:
    value = str((found.get("selected_option") or {}).get("value") or "")
    return value if any(option.value == value for option in one.options) else ""


def _all_chosen(one: Field, found: Mapping[str, Any]) -> list[str]:
    chosen = {str(option.get("value")) for option in found.get("selected_options") or []}
    return [option.value for option in one.options if option.value in chosen]


def _ticked(one: Field, found: Mapping[str, Any]) -> bool:
    del one
    return bool(found.get("selected_options"))


def _files(one: Field, found: Mapping[str, Any]) -> tuple[str, ...]:
    del one
    return tuple(str(file["id"]) for file in found.get("files") or [] if "id" in file)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


_VALUES: Mapping[FieldKind, Callable[[Field, Mapping[str, Any]], Any]] = {
    FieldKind.LINE: _written,
    FieldKind.TEXT: _written,
    FieldKind.DAY: lambda _, found: _day(found.get("selected_date")),
    FieldKind.MOMENT: _moment,
    FieldKind.CHOICE: _chosen,
    FieldKind.MANY: _all_chosen,
    FieldKind.TICK: _ticked,
    FieldKind.FILES: _files,
}


def _out_of_bounds(one: Field, value: date) -> bool:
    return (one.earliest is not None and value < one.earliest) or (
        one.latest is not None and value > one.latest
    )


def _bounds(one: Field) -> Text:
    if one.earliest is not None and one.latest is not None:
        return Text(
            "Choose a day from %(first)s to %(last)s.",
            first=one.earliest.isoformat(),
            last=one.latest.isoformat(),
        )
    if one.earliest is not None:
        return Text("Choose %(first)s or later.", first=one.earliest.isoformat())
    return Text("Choose %(last)s or earlier.", last=one.latest.isoformat() if one.latest else "")


def refused(
    form: Form, pen: Pen, error: Refusal, *, meta: Meta, values: Mapping[str, Any], about: str = ""
) -> dict[str, Any]:
    """How a form answers a refusal: at the field it names, else on top, with everything typed still there."""
    names = [
        one.name
        for one in form.fields
        if not (one.kind in {FieldKind.CHOICE, FieldKind.MANY} and not one.options)
    ]
    has_files = any(one.kind is FieldKind.FILES for one in form.fields)
    place = error.field if error.field in names else (names[0] if names and has_files else None)
    if place is not None:  # drawing anew would lose the files that were chosen
        return wrong({place: error.text}, pen)
    return {
        "response_action": "update",
        "view": form_modal(form, pen, meta=meta, about=about, values=values, error=error.text),
    }


def wrong(problems: Mapping[str, Text], pen: Pen) -> dict[str, Any]:
    """What is wrong, at its fields."""
    return {"response_action": "errors", "errors": {name: pen.words(text) for name, text in problems.items()}}
