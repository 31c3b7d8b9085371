"""Every message and every view in the product, of the worst data: Slack takes it, and people's words call and link nobody."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from bots.deeds.rules import Field, FieldKind, Form
from bots.slack import cards, home
from bots.slack import forms as f
from bots.slack.blocks import MOST_MESSAGE, Drawn
from bots.slack.forms import Meta
from bots.slack.rules import Ref, read
from bots.slack.text import clean, one_line, units
from tests.bots.slack.drawing import hostile as h
from tests.slackfake import blockkit, filling
from tests.slackfake.mentions import mentions, mentions_in

SHORT, LONG = 50, 650  # examples of each shape: in every run, and in `make soak`
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
REF = Ref(kind="nonconformity", id=str(h.ONE), verb="plan", version=3)
TITLE = Text("Not done")
CASES: Counter[str] = Counter()


def _things(draw: Callable[..., Any]) -> dict[str, Any]:
    reminder = draw(h.things("reminder"))
    return {
        "lines": [draw(h.LINES)] * draw(st.sampled_from((0, 1, 7))),
        "reminders": [reminder] * draw(st.sampled_from((0, 1, 2))),
    }


def _digest(draw: Callable[..., Any], pen: Any) -> Drawn:
    message = draw(h.messages())
    subject = draw(st.sampled_from(("", REF.subject)))
    subjects = [[subject] * len(lines) for _, lines in message.groups]
    return cards.digest(message, pen, subjects=subjects, private=draw(st.sampled_from(((), {"a:1"}))))


def _meta(draw: Callable[..., Any]) -> Meta:
    about = {"source": {"text": draw(h.WORDS), "author": draw(h.WORDS)}, "files": ["F1"] * 3}
    return Meta(ref=REF, nonce="n" * 36, about=about)


def _refused(draw: Callable[..., Any], pen: Any) -> Any:
    form = draw(h.forms())
    values = {one.name: one.initial for one in form.fields}
    error = Invalid(
        draw(h.TEXTS), field=draw(st.sampled_from(["", "nothing", *(one.name for one in form.fields)]))
    )
    answer = f.refused(form, pen, error, meta=_meta(draw), values=values, about=draw(h.WORDS))
    if answer["response_action"] == "errors":
        view = f.form_modal(form, pen, meta=_meta(draw), values=values)
        assert set(answer["errors"]) <= {
            one.get("block_id") for one in view["blocks"] if one["type"] == "input"
        }
        assert all(answer["errors"].values())
        return view
    return answer["view"]


def _home(draw: Callable[..., Any], pen: Any) -> Any:
    lists = {name: draw(h.rows()) for name in home.LISTS}
    return home.home(
        lists, pen, shown=draw(st.sampled_from(list(home.LISTS))),
        raises=draw(st.sampled_from(((), tuple(home.RAISES)))),
    )  # fmt: skip


MESSAGES: Mapping[str, Callable[[Callable[..., Any], Any], Drawn]] = {
    "card": lambda draw, pen: cards.card(draw(h.things()), pen, **_things(draw)),
    "private card": lambda draw, pen: cards.card(draw(h.things()), pen, **_things(draw), private=True),
    "card as text": lambda draw, pen: cards.plainer(cards.card(draw(h.things()), pen, **_things(draw))),
    "nudge": lambda draw, pen: cards.nudge(draw(h.LINES), pen, private=draw(st.booleans())),
    "digest": _digest,
    "note": lambda draw, pen: cards.note(draw(h.TEXTS), pen, thing=draw(st.none() | h.things())),
    "answer": lambda draw, pen: cards.answer(draw(h.messages()), pen),
    "not connected": lambda draw, pen: cards.unlinked(pen, f"{h.SITE}/slack/link/x", draw(h.TEXTS)),
    "list": lambda draw, pen: home.listing(draw(st.sampled_from(list(home.LISTS))), draw(h.rows()), pen),
    "found": lambda draw, pen: home.found(draw(h.WORDS), draw(h.rows()).rows, pen),
    "help": lambda draw, pen: home.help_text(pen, said=draw(h.MAYBE)),
    "new": lambda draw, pen: home.choose(draw(st.sampled_from(((), tuple(home.RAISES)))), pen),
    "link": lambda draw, pen: Drawn(
        text="-", blocks=tuple(home.unfurl(draw(h.things()), pen, whole=draw(st.booleans()))["blocks"])
    ),
}  # fmt: skip
MODALS: Mapping[str, Callable[[Callable[..., Any], Any], Any]] = {
    "thing": lambda draw, pen: f.thing_modal(draw(h.things()), pen, **_things(draw), said=draw(h.MAYBE)),
    "form": lambda draw, pen: f.form_modal(
        draw(h.forms()), pen, meta=_meta(draw), about=draw(h.WORDS), error=draw(h.MAYBE)
    ),
    "refused form": _refused,
    "word": lambda draw, pen: f.note_modal(draw(h.TEXTS), pen, title=draw(h.TEXTS), mark=":warning:"),
    "new": lambda _, pen: home.choose_modal(tuple(home.RAISES), pen, callback_id="new"),
}  # fmt: skip
HOMES: Mapping[str, Callable[[Callable[..., Any], Any], Any]] = {
    "lists": _home,
    "not connected": lambda draw, pen: home.unlinked(pen, draw(h.TEXTS), may_link=draw(st.booleans())),
    "safe": lambda _, pen: home.safe(pen),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def how_many(request: pytest.FixtureRequest) -> Iterator[None]:
    """Say at the end how many cases were looked at."""
    CASES.clear()
    yield
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"\ncases drawn for Slack: {sum(CASES.values())} {dict(CASES)}")


EVERY = [
    *((blockkit.MESSAGE, name) for name in MESSAGES),
    *((blockkit.MODAL, name) for name in MODALS),
    *((blockkit.HOME, name) for name in HOMES),
]


def only_ours(found: list[Any], site: str = h.SITE) -> None:
    """No mention, and no link but to our own pages."""
    for one in found:
        assert one.kind in {"date", "link"}, one
        if one.kind == "link":
            assert one.target.startswith(f"{site}/"), one
        else:
            assert one.target.endswith("^{date_short_pretty} {time}"), one


def _look_at(surface: str, name: str, data: st.DataObject) -> None:
    pen = data.draw(h.PENS)
    if surface == blockkit.MESSAGE:
        drawn = MESSAGES[name](data.draw, pen)
        what: Any = json.loads(json.dumps(list(drawn.blocks)))
        assert 0 < units(drawn.text) <= MOST_MESSAGE
        only_ours(mentions(drawn.text))
    else:
        what = json.loads(json.dumps((MODALS if surface == blockkit.MODAL else HOMES)[name](data.draw, pen)))
    assert blockkit.problems(what, surface) == []
    only_ours(mentions_in(what))
    json.dumps(what, ensure_ascii=False).encode()  # no half of a pair
    CASES[surface] += 1


@pytest.mark.parametrize(("surface", "name"), EVERY)
@given(data=st.data())
@settings(max_examples=SHORT, suppress_health_check=QUIET)
def test_slack_takes_it_and_nobody_is_called(surface: str, name: str, data: st.DataObject) -> None:
    """No shape, length or id that Slack would refuse; no mention and no link but our own."""
    _look_at(surface, name, data)


@pytest.mark.soak
@pytest.mark.parametrize(("surface", "name"), EVERY)
@given(data=st.data())
@settings(max_examples=LONG, suppress_health_check=QUIET)
def test_slack_takes_it_and_nobody_is_called_at_length(surface: str, name: str, data: st.DataObject) -> None:
    """The same, more than ten thousand times in all."""
    _look_at(surface, name, data)


def _typed(one: Field, value: Any) -> Any:
    """What comes back of a value that was set."""
    values = {option.value for option in one.options}
    if one.kind in {FieldKind.LINE, FieldKind.TEXT}:
        kept = clean(value) if one.kind is FieldKind.TEXT else one_line(value)
        return kept.strip()
    if one.kind is FieldKind.CHOICE:
        return value if value in values else ""
    if one.kind is FieldKind.MANY:
        return [option for option in dict.fromkeys(each.value for each in one.options) if option in value]
    if one.kind is FieldKind.MOMENT and value is not None:
        whole = value.replace(microsecond=0)
        return whole if f.FIRST_STAMP <= int(value.timestamp()) <= f.LAST_STAMP else None
    return () if one.kind is FieldKind.FILES else value


def _fits(one: Field, value: Any) -> bool:
    return one.kind not in {FieldKind.LINE, FieldKind.TEXT} or units(str(value)) <= min(one.longest, 3000)


def _round(form: Form, pen: Any) -> None:
    view = json.loads(json.dumps(f.form_modal(form, pen, meta=Meta(ref=REF))))
    values, problems = f.values_of(form, {"values": filling.state_of(view["blocks"], {})})
    for one in form.fields[: f.MOST_FIELDS]:
        if _fits(one, one.initial):
            assert values[one.name] == _typed(one, one.initial), one
        if one.kind is not FieldKind.FILES and not one.required:
            assert one.name not in problems
    CASES["round trip"] += 1


@given(form=h.forms(), pen=h.PENS)
@settings(max_examples=SHORT, suppress_health_check=QUIET)
def test_what_was_typed_comes_back(form: Form, pen: Any) -> None:
    """Values, drawn as a form and read back from it as it stands, are the same values."""
    _round(form, pen)


@pytest.mark.soak
@given(form=h.forms(), pen=h.PENS)
@settings(max_examples=LONG, suppress_health_check=QUIET)
def test_what_was_typed_comes_back_at_length(form: Form, pen: Any) -> None:
    """The same at length."""
    _round(form, pen)


@given(meta=st.data())
@settings(max_examples=SHORT, suppress_health_check=QUIET)
def test_a_window_remembers_what_it_is_about(meta: st.DataObject) -> None:
    """However long the message was that it began with."""
    given_meta = _meta(meta.draw)
    kept = given_meta.dump("s" * 40)
    back = Meta.load("s" * 40, kept)
    assert (back.ref, back.nonce, back.about["files"]) == (given_meta.ref, given_meta.nonce, ["F1"] * 3)
    assert units(kept) <= 3000


def test_buttons_say_what_they_said() -> None:
    """A signed value is read back as it was, and not under another key."""
    pen_secret = "s" * 40
    pen = h.Pen(
        reader=h.Reader(locale="en", zone="UTC"), secret=pen_secret, path_of=h.path_of, site=h.SITE, now=h.NOW
    )
    assert read(pen_secret, pen.sign(REF)) == REF
    with pytest.raises(ValueError, match="nonconformity"):
        read("t" * 40, pen.sign(REF))
