"""Windows: a thing with everything that can be done to it, a form, a word; and what was typed, read back. Pure."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
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
from bots.slack.rules import FORM, MOST_VALUE, NOTE, THING, Ref, read, sign
from bots.slack.text import clean, cut, escape, one_line, units

BUTTONS_A_ROW, FEW_BUTTONS = 5, 50
MOST_OPENING, MOST_FIELDS = 12, 40  # of a form; with the rest of it less than a window takes
CUT_OPTIONS = Text("There are more. Write a few letters to find the one you want.")
MOST_ALL_OPTIONS = 200  # in one window; more of them are asked for when a choice is opened
MOST_DEEDS = 100  # in one window; the others stand on the page
FIRST_STAMP, LAST_STAMP = 1_000_000_000, 9_999_999_999  # what Slack takes: ten digits
ONLY_BEGINNING = Text("Only the beginning of it fits here. Change it on its page, or the rest is lost.")
NO_CHOICE = Text("There is nothing to choose from at present.")
ON_ITS_PAGE = Text("What does not fit here can be done on its page.")
WANTED = Text("This is asked for.")


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What a window carries with it: what it is about, a key that is spent once, and where it came from.

    ``about``: small JSON values of ours, such as the message that something is raised from.
    """

    ref: Ref
    nonce: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    def dump(self, secret: str) -> str:
        """As ``private_metadata``: the ref is signed, the rest is ours because Slack keeps it. Long texts are cut to fit."""
        longest = b.MOST_METADATA
        while True:
            kept = json.dumps(
                {"r": sign(secret, self.ref), "n": self.nonce, "a": _shorter(self.about, longest)}, ensure_ascii=False
            )  # fmt: skip
            if units(kept) <= b.MOST_METADATA or not longest:
                return kept
            longest //= 2

    @classmethod
    def load(cls, secret: str, kept: str) -> "Meta":
        """What :meth:`dump` kept. Raises WrongValueError, ValueError or KeyError for what is not ours."""
        found = json.loads(kept)
        return cls(ref=read(secret, found["r"]), nonce=str(found["n"]), about=dict(found["a"]))


def _shorter(value: Any, longest: int) -> Any:
    """Every text in it fit to be kept, with at most so many characters."""
    if isinstance(value, str):
        return cut(clean(value), longest)
    if isinstance(value, Mapping):
        return {key: _shorter(one, longest) for key, one in value.items()}
    return [_shorter(one, longest) for one in value] if isinstance(value, list | tuple) else value


def thing_modal(
    thing: Thing, pen: Pen, *, lines: Sequence[Line] = (), reminders: Sequence[Thing] = (), said: Text | None = None
) -> Block:  # fmt: skip
    """A thing with all its deeds, and those of its reminders."""
    shown = list(card(thing, pen, lines=lines).blocks)
    body = [one for one in shown if one["type"] != "actions"][: b.MOST_VIEW_BLOCKS // 2]
    made = [b.section(f":white_check_mark: {pen.say(said)}")] if said is not None else []
    made += body
    for number, one in enumerate((thing, *reminders)):
        deeds = one.deeds[:MOST_DEEDS]
        buttons = [found for count, deed in enumerate(deeds) if (found := pen.deed(one, deed, count))]
        buttons = [button | {"action_id": f"{button['action_id']}-{number}"} for button in buttons]
        if not buttons:
            continue
        if number:
            made.append(b.section(f"*{pen.say(one.kind_label)}*\n{pen.say(one.status)}"))
        row = BUTTONS_A_ROW if len(buttons) <= FEW_BUTTONS else b.MOST_ELEMENTS
        for start in range(0, len(buttons), row):
            made += b.actions(buttons[start : start + row], block_id=f"deeds-{number}-{start}")
    if any(len(one.deeds) > MOST_DEEDS for one in (thing, *reminders)):
        made.append(b.context(pen.say(ON_ITS_PAGE)))
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
    many = sum(len(one.options) for one in form.fields) > MOST_ALL_OPTIONS
    most = 0 if many else b.MOST_OPTIONS
    for one in form.fields[:MOST_FIELDS]:
        value = values[one.name] if values is not None and one.name in values else one.initial
        element = _element(one, value, pen, most=most)
        if element is None:
            made.append(b.section(f"*{pen.cut(one.label, b.LABEL)}*\n{pen.say(NO_CHOICE)}"))
            continue
        made.append(
            b.question(
                one.name, element, label=pen.words(one.label), hint=_hint(one, value, pen), required=one.required
            )
        )  # fmt: skip
    if len(form.fields) > MOST_FIELDS:
        made.append(b.context(pen.say(ON_ITS_PAGE)))
    if not made:
        made = [b.section(pen.say(form.title))]
    return b.modal(
        pen.words(form.title), made, callback_id=FORM, metadata=meta.dump(pen.secret),
        close=pen.reader.gettext("Cancel"), submit=pen.words(form.send) or pen.reader.gettext("Save"),
    )  # fmt: skip


def note_modal(text: Text | str, pen: Pen, *, title: Text, mark: str = "") -> Block:
    """A sentence in a window: it is being done, it is done, or why it is not."""
    said = pen.say(text)
    return b.modal(
        pen.words(title), [b.section(f"{mark} {said}".strip())], callback_id=NOTE, metadata="",
        close=pen.reader.gettext("Close"),
    )  # fmt: skip


def _hint(one: Field, value: Any, pen: Pen) -> str:
    said = [pen.words(one.hint)] if one.hint is not None else []
    if len(one.options) > b.MOST_OPTIONS:
        said.append(pen.words(CUT_OPTIONS))
    if one.kind in {FieldKind.LINE, FieldKind.TEXT} and units(str(value or "")) > _longest(one):
        said.insert(0, pen.words(ONLY_BEGINNING))
    return " ".join(said)


def _longest(one: Field) -> int:
    return max(1, min(one.longest, b.MOST_TEXT))


def _element(one: Field, value: Any, pen: Pen, *, most: int) -> Block | None:
    """What a field is asked with; ``None`` for a choice of nothing. ``most``: options that stand in the window itself."""
    if one.kind is FieldKind.CHOICE:
        return _choice(one, value, pen, most)
    if one.kind is FieldKind.MANY:
        return _many(one, value, pen, most)
    return _ELEMENTS[one.kind](one, value, pen)


def _text_input(one: Field, value: Any, pen: Pen) -> Block:
    del pen
    longest = _longest(one)
    made: Block = {
        "type": "plain_text_input", "multiline": one.kind is FieldKind.TEXT, "max_length": longest,
    }  # fmt: skip
    begun = clean(str(value or "")) if one.kind is FieldKind.TEXT else one_line(str(value or ""))
    while begun and units(begun) > longest:
        begun = begun[: len(begun) - max(1, (units(begun) - longest) // 2)]
    return made | ({"initial_value": begun} if begun else {})


def _option(one: Option, pen: Pen) -> Block:
    return b.option(pen.words(one.label), one.value, pen.words(one.hint) if one.hint is not None else "")


def _all(one: Field, pen: Pen, only: Collection[str] | None = None) -> list[Block]:
    """The options of a field, or those of these values; none twice."""
    found: dict[str, Option] = {}
    for option in one.options:
        found.setdefault(option.value, option)
    return [
        _option(option, pen)
        for value, option in found.items()
        if 0 < len(value) <= MOST_VALUE and (only is None or value in only)
    ]


def _choice(one: Field, value: Any, pen: Pen, most: int) -> Block | None:
    if not one.options:
        return None
    chosen = _all(one, pen, {str(value)})
    initial = {"initial_option": chosen[0]} if chosen else {}
    placeholder = {
        "placeholder": {"type": "plain_text", "text": pen.reader.gettext("Choose …"), "emoji": False}
    }
    if len(one.options) > most:
        return {"type": "external_select", "min_query_length": 0, **placeholder, **initial}
    return {
        "type": "static_select", "options": _all(one, pen), **placeholder, **initial,
    }  # fmt: skip


def _many(one: Field, value: Any, pen: Pen, most: int) -> Block | None:
    if not one.options:
        return None
    chosen = _all(one, pen, set(value or ()))
    if len(one.options) <= min(most, b.MOST_CHECKS):
        made: Block = {"type": "checkboxes", "options": _all(one, pen)}
    elif len(one.options) <= most:
        made = {"type": "multi_static_select", "options": _all(one, pen)}
    else:
        made = {"type": "multi_external_select", "min_query_length": 0}
    return made | ({"initial_options": chosen[: b.MOST_OPTIONS]} if chosen else {})


def _day_input(one: Field, value: Any, pen: Pen) -> Block:
    del one, pen
    return {"type": "datepicker"} | ({"initial_date": value.isoformat()} if isinstance(value, date) else {})


def _moment_input(one: Field, value: Any, pen: Pen) -> Block:
    del one, pen
    stamp = int(value.timestamp()) if isinstance(value, datetime) else 0
    given = {"initial_date_time": stamp} if FIRST_STAMP <= stamp <= LAST_STAMP else {}
    return {"type": "datetimepicker", **given}


def _file_input(one: Field, value: Any, pen: Pen) -> Block:
    del one, value, pen
    return {"type": "file_input", "max_files": b.MOST_FILES}


def _tick(one: Field, value: Any, pen: Pen) -> Block:
    only = b.option(pen.words(one.label), "yes")
    return {"type": "checkboxes", "options": [only]} | ({"initial_options": [only]} if value else {})


_ELEMENTS: Mapping[FieldKind, Callable[[Field, Any, Pen], Block]] = {
    FieldKind.LINE: _text_input,
    FieldKind.TEXT: _text_input,
    FieldKind.DAY: _day_input,
    FieldKind.MOMENT: _moment_input,
    FieldKind.FILES: _file_input,
    FieldKind.TICK: _tick,
}


def options(form: Form, name: str, query: str, pen: Pen) -> list[Block]:
    """The options of a field that fit what somebody writes, as many as Slack takes."""
    one = next((found for found in form.fields if found.name == name), None)
    if one is None:
        return []
    wanted = one_line(query).casefold()
    fitting = {found.value for found in one.options if wanted in pen.words(found.label).casefold()}
    return _all(one, pen, fitting)[: b.MOST_OPTIONS]


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
        if _asked(one) and one.required and value in (None, "", [], (), False):
            problems[one.name] = WANTED
        elif one.kind is FieldKind.DAY and value is not None and _out_of_bounds(one, value):
            problems[one.name] = _bounds(one)
    return values, problems


def _asked(one: Field) -> bool:
    """Whether it could be answered; what could not is the service's to refuse."""
    return bool(one.options) or one.kind not in {FieldKind.CHOICE, FieldKind.MANY}


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
    return [value for value in dict.fromkeys(option.value for option in one.options) if value in chosen]


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
    names = [one.name for one in form.fields[:MOST_FIELDS] if _asked(one)]
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
    return {
        "response_action": "errors",
        "errors": {
            name: cut(pen.words(text), b.LABEL) or pen.words(WANTED) for name, text in problems.items()
        },
    }
