"""Lists: the Home tab, what ``/audit`` answers, what stands below a link to us. Pure.

One list is shown at a time, ten rows to a page; which one, and which page, stands in the buttons.
"""

from collections.abc import Mapping, Sequence

from auditapp.kit.text import Text
from bots.deeds.mine import Row, Rows
from bots.deeds.raising import RAISE
from bots.deeds.rules import Thing
from bots.slack import blocks as b
from bots.slack.blocks import Block, Drawn
from bots.slack.cards import due_said
from bots.slack.pen import Pen
from bots.slack.rules import COMMAND, HOME, LINK, OPEN, PAGE, RAISE_ISSUE, RAISE_NONCONFORMITY, Ref
from bots.slack.text import bold, cut, escape, link, one_line

MINE, WAITING, COMING = "mine", "waiting", "coming"
LISTS: Mapping[str, Text] = {
    MINE: Text("For you"),
    WAITING: Text("With others"),
    COMING: Text("Coming"),
}
ABOUT: Mapping[str, Text] = {
    MINE: Text("What is overdue, and what falls due in the next two weeks."),
    WAITING: Text("What you raised, verify, asked for or lead, and where it is somebody else's turn."),
    COMING: Text("What is yours and falls due later, up to three months ahead."),
}
NOTHING: Mapping[str, Text] = {
    MINE: Text("Nothing needs you now. What falls due will stand here two weeks ahead."),
    WAITING: Text("Nothing of yours waits for others."),
    COMING: Text("Nothing more of yours falls due in the next three months."),
}
RAISES: Mapping[str, Text] = {
    RAISE_NONCONFORMITY: Text("Raise a nonconformity"),
    RAISE_ISSUE: Text("Raise an issue"),
}
A_PAGE = 10  # rows
MOST_LINES = 20  # rows of an answer to a command
TITLE, STEP = 200, 300


def home(
    lists: Mapping[str, Rows],
    pen: Pen,
    *,
    shown: str = MINE,
    raises: Sequence[str] = (),
) -> Block:
    """The Home tab. ``lists``: by name, all three; of those not ``shown`` only the total counts.

    ``raises``: what this person may raise.
    """
    made: list[Block] = _tabs(lists, pen, shown)
    made.append(b.context(pen.say(ABOUT[shown])))
    made += _rows(lists[shown], pen, shown)
    if not lists[shown].rows:
        made.append(b.section(pen.say(NOTHING[shown])))
    made += _pager(lists[shown], pen, shown)
    made.append(b.divider())
    made += b.actions(_raise_buttons(raises, pen), block_id="new")
    made.append(b.context(_foot(pen)))
    return b.home(made)


def page_of(number: int) -> int:
    """From which row on a page of Home shows."""
    return max(0, number) * A_PAGE


def _foot(pen: Pen) -> str:
    said = pen.gettext(
        "As it stood %(when)s. It is drawn anew whenever you come here.", when=pen.value(pen.now)
    )
    return f"{said} · {link(pen.site + '/', pen.reader.gettext('Open auditapp'))}"


def _tabs(lists: Mapping[str, Rows], pen: Pen, shown: str) -> list[Block]:
    made = []
    for name, label in LISTS.items():
        total = lists[name].total
        said = f"{pen.words(label)} ({total})"
        made.append(
            b.button(
                said, action_id=f"page-{name}", value=pen.sign(Ref(kind=HOME, id=name, verb=PAGE)),
                style="primary" if name == shown else "",
            )
        )  # fmt: skip
    return b.actions(made, block_id="lists")


def _pager(rows: Rows, pen: Pen, name: str) -> list[Block]:
    if rows.total <= A_PAGE and not rows.offset:
        return []
    number, last = rows.offset // A_PAGE, max(0, (rows.total - 1) // A_PAGE)
    made = []
    if number > 0:
        ref = Ref(kind=HOME, id=name, verb=PAGE, version=min(number - 1, last))
        made.append(b.button(pen.reader.gettext("← Earlier"), action_id="page-back", value=pen.sign(ref)))
    if number < last:
        ref = Ref(kind=HOME, id=name, verb=PAGE, version=number + 1)
        made.append(b.button(pen.reader.gettext("Later →"), action_id="page-on", value=pen.sign(ref)))
    where = pen.gettext(
        "Page %(number)s of %(last)s, %(total)s in all",
        number=min(number, last) + 1, last=last + 1, total=rows.total,
    )  # fmt: skip
    return [b.context(where), *b.actions(made, block_id="pages")]


def _rows(rows: Rows, pen: Pen, name: str) -> list[Block]:
    return [_row(one, pen, number, mine=name == MINE) for number, one in enumerate(rows.rows[:A_PAGE])]


def _name(row: Row) -> str:
    return cut(f"{one_line(row.ref)} · {one_line(row.title)}".strip(" ·"), TITLE)


def _row(row: Row, pen: Pen, number: int, *, mine: bool) -> Block:
    url = pen.url_of(row.endpoint, row.args)
    name = _name(row)
    kind, thing_id = row.subject
    label = pen.reader.gettext("Answer") if mine else pen.reader.gettext("Look")
    said = [
        f"{':red_circle: ' if row.overdue else ''}{f'*{link(url, name)}*' if url else bold(name)}",
        _about(row, pen),
        *([pen.cut(row.turn, STEP)] if row.turn is not None else []),
    ]
    return b.section(
        "\n".join(one for one in said if one),
        accessory=b.button(
            label, action_id=f"open-{number}", value=pen.sign(Ref(kind=kind, id=thing_id, verb=OPEN)),
            spoken=f"{label}: {name}",
        ),
    )  # fmt: skip


def _about(row: Row, pen: Pen) -> str:
    due = due_said(row.due_on, None, pen, overdue=row.overdue) if row.due_on is not None else ""
    step = pen.cut(row.step, STEP).removesuffix(".")
    return " · ".join(one for one in (pen.say(row.kind_label), step, due) if one)


def _row_text(row: Row, pen: Pen) -> str:
    said = [escape(_name(row)), _about(row, pen), *([pen.say(row.turn)] if row.turn is not None else [])]
    return ". ".join(one for one in said if one)


def _raise_buttons(raises: Sequence[str], pen: Pen) -> list[Block]:
    return [
        b.button(pen.words(label), action_id=f"do-{kind}", value=pen.sign(Ref(kind=kind, id="", verb=RAISE)))
        for kind, label in RAISES.items()
        if kind in raises
    ]


def unlinked(pen: Pen, why: Text | str, *, may_link: bool = True) -> Block:
    """The Home tab of an account that may not act; the button asks for a link, where connecting it would help.

    The address of a link is good once, so none stands here.
    """
    value = pen.sign(Ref(kind=HOME, id=LINK, verb=LINK))
    button = b.button(pen.reader.gettext("Connect my account"), action_id=LINK, value=value, style="primary")
    title = (
        pen.reader.gettext("One step is missing") if may_link else pen.reader.gettext("Nothing to show here")
    )
    return b.home(
        [
            b.header(title),
            b.section(pen.say(why)),
            *(b.actions([button], block_id="link") if may_link else []),
            b.context(_foot(pen)),
        ]
    )


def safe(pen: Pen) -> Block:
    """The Home tab when Slack refuses the other one."""
    return b.home(
        [
            b.section(
                pen.reader.gettext("Your lists cannot be shown here at present. They stand on the site.")
            ),
            b.context(_foot(pen)),
        ]
    )


def listing(name: str, rows: Rows, pen: Pen) -> Drawn:
    """What a command answers with a list, for nobody else to see."""
    return _answer(LISTS[name], rows.rows, rows.total, pen, nothing=NOTHING[name], mine=name == MINE)


def found(words: str, rows: Sequence[Row], pen: Pen) -> Drawn:
    """What a command found."""
    return _answer(
        Text("Found for “%(words)s”", words=cut(one_line(words), 80)), rows, len(rows), pen,
        nothing=Text("Nothing that you may see has these words."), mine=False,
    )  # fmt: skip


def _answer(title: Text, rows: Sequence[Row], total: int, pen: Pen, *, nothing: Text, mine: bool) -> Drawn:
    shown = rows[:MOST_LINES]
    made: list[Block] = [b.header(f"{pen.words(title)} ({total})" if total else pen.words(title))]
    made += [_row(one, pen, number, mine=mine) for number, one in enumerate(shown)]
    text = [pen.say(title), *(_row_text(one, pen) for one in shown)]
    more = ""
    if not shown:
        more = pen.say(nothing)
    elif total > len(shown):
        more = pen.reader.ngettext(
            "%(count)s more is on your Home tab and in auditapp.", "%(count)s more are on your Home tab and in auditapp.",
            total - len(shown),
        )  # fmt: skip
    if more:
        made.append(b.section(more))
        text.append(more)
    return Drawn(text=b.message_text(*text), blocks=tuple(made))


HELP: Sequence[tuple[str, Text]] = (
    ("mine", Text("what needs you now")),
    ("due", Text("what is yours and falls due later")),
    ("waiting", Text("where you wait for others")),
    ("find …", Text("a nonconformity, an action, an audit or an issue, by its number or its words")),
    ("new", Text("raise a nonconformity or an issue")),
    ("help", Text("this list")),
)


def help_text(pen: Pen, *, said: Text | None = None) -> Drawn:
    """What ``/audit`` can do; ``said``: what was not understood."""
    first = [pen.say(said)] if said is not None else []
    lines = [f"`{COMMAND} {escape(words)}` {pen.say(what)}" for words, what in HELP]
    more = pen.say(
        Text("On any message, the menu “More actions” keeps it as evidence, or raises something from it. Your lists stand on the Home tab.")
    )  # fmt: skip
    made = [*(b.section(one) for one in first), b.section("\n".join(lines)), b.context(more)]
    return Drawn(text=b.message_text(*first, *lines, more), blocks=tuple(made))


def choose(raises: Sequence[str], pen: Pen) -> Drawn:
    """Ask what is to be raised."""
    buttons = _raise_buttons(raises, pen)
    said = pen.reader.gettext("What do you want to raise?")
    if not buttons:
        said = pen.reader.gettext("There is nothing that you can raise here.")
    return Drawn(text=said, blocks=(b.section(said), *b.actions(buttons, block_id="new")))


def choose_modal(raises: Sequence[str], pen: Pen, *, callback_id: str) -> Block:
    """The same in a window, where a shortcut has no message to answer below."""
    return b.modal(
        pen.reader.gettext("Something new"), choose(raises, pen).blocks, callback_id=callback_id, metadata="",
        close=pen.reader.gettext("Cancel"),
    )  # fmt: skip


def unfurl(thing: Thing, pen: Pen, *, whole: bool) -> dict[str, list[Block]]:
    """What stands below a link to a thing, as one value of ``chat.unfurl``.

    Everybody in the conversation sees it. ``whole``: all of them may see the thing; otherwise its kind and number stand there,
    and whoever presses the button sees what they may.
    """
    kind, ref = pen.say(thing.kind_label), one_line(thing.ref)
    name = cut(f"{ref} · {one_line(thing.title)}".strip(" ·"), TITLE) if whole else ref
    said = [f"{bold(name)} · {kind}" if name else f"*{kind}*"]
    if whole:
        said += [
            pen.cut(one, STEP) for one in (thing.status, thing.turn) if one is not None and pen.words(one)
        ]
    return {
        "blocks": [
            b.section(
                "\n".join(said),
                accessory=b.button(
                    pen.reader.gettext("Open"), action_id="open", value=pen.sign(pen.ref(thing)),
                    spoken=f"{pen.reader.gettext('Open')}: {name or pen.words(thing.kind_label)}",
                ),
            )
        ]
    }  # fmt: skip
