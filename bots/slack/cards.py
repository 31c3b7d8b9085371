"""What a message shows: a card for one thing, a nudge below it, a digest of several, a channel's news. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Line, Message, MessageKind, NoticeKind
from bots.deeds.rules import Event, Thing
from bots.slack import blocks as b
from bots.slack.blocks import Block, Drawn
from bots.slack.pen import Pen
from bots.slack.rules import OPEN, WORK, Ref
from bots.slack.text import bold, escape, link, one_line, seen, when

SHOWN_DEEDS = 4  # the likeliest; the others behind “More”
SHOWN_EVENTS = 3
SHOWN_LINES = 5  # due items of one thing
SHOWN_FACTS = 8
TITLE = 120
MOST_ROWS = 20  # of a digest: each may have a heading of its own
A_SENTENCE = 600  # of several in a row
FIRST: dict[NoticeKind, Text] = {
    NoticeKind.ESCALATION: Text("Escalation"),
    NoticeKind.DECISION: Text("Your decision is asked for"),
    NoticeKind.QUESTION: Text("Is it still in hand?"),
    NoticeKind.OVERDUE: Text("Overdue"),
    NoticeKind.REMINDER: Text("Reminder"),
    NoticeKind.COPY: Text("For your information"),
    NoticeKind.INFORMATION: Text("For your information"),
}


def card(
    thing: Thing,
    pen: Pen,
    *,
    lines: Sequence[Line] = (),
    reminders: Sequence[Thing] = (),
    private: bool = False,
) -> Drawn:
    """One thing as one person sees it now: what it is, whose turn, until when, what comes next, what can be done.

    ``lines``: what of it is due for this person; ``reminders``: those of them that can be answered. ``private``: no title
    stands in the text, which previews show.
    """
    name = f"{one_line(thing.ref)} · {one_line(thing.title)}".strip(" ·")
    made: list[Block] = [b.header(name), b.section(_status(thing, pen))]
    made += b.fields(
        [f"*{pen.say(label)}*\n{pen.value(value)}" for label, value in thing.facts[:SHOWN_FACTS]]
    )
    if seen(thing.text):
        made.append(b.quote(thing.text, 600))
    for line in lines[:SHOWN_LINES]:
        made += _due_blocks(line, pen)
    made += thing_buttons(thing, pen, reminders=reminders)
    made += _foot(thing, pen)
    return Drawn(text=_text(thing, name, lines, pen, private=private), blocks=tuple(made))


def _text(thing: Thing, name: str, lines: Sequence[Line], pen: Pen, *, private: bool) -> str:
    """All of it for whoever hears it; what a preview shows of it comes first."""
    kind, where = pen.say(thing.kind_label), _where(thing, pen)
    if private:
        return b.message_text(f"{kind} {escape(one_line(thing.ref))}", where)
    return b.message_text(
        f"{kind} {escape(name, TITLE * 2)}",
        _status_text(thing, pen),
        *(_due_text(one, pen) for one in lines[:SHOWN_LINES]),
        *(f"{pen.say(label)}: {pen.value(value)}" for label, value in thing.facts[:SHOWN_FACTS]),
        pen.cut(thing.text, 600) if seen(thing.text) else "",
        *(_event(one, pen) for one in thing.events[:SHOWN_EVENTS]),
        _nothing_more(thing, pen),
        where,
    )


def _where(thing: Thing, pen: Pen) -> str:
    url = pen.url_of(thing.endpoint, thing.args)
    return link(url, pen.reader.gettext("Open in auditapp")) if url else ""


def _nothing_more(thing: Thing, pen: Pen) -> str:
    return pen.reader.gettext("Nothing more is to be done here.") if thing.closed and not thing.deeds else ""


def _status(thing: Thing, pen: Pen) -> str:
    said = f"*{pen.cut(thing.kind_label, TITLE)}* · {pen.cut(thing.status, A_SENTENCE)}"
    return f"{said}\n{pen.cut(thing.turn, A_SENTENCE)}" if thing.turn is not None else said


def _status_text(thing: Thing, pen: Pen) -> str:
    return f"{pen.say(thing.status)}. {pen.say(thing.turn) if thing.turn is not None else ''}".strip()


def _due_blocks(line: Line, pen: Pen) -> list[Block]:
    mark = ":red_circle: " if line.overdue else ""
    said = [f"{mark}*{due_words(line, pen)}*", pen.cut(line.step, A_SENTENCE), pen.cut(line.why, A_SENTENCE)]
    made = [b.section("\n".join(one for one in said if one))]
    return (
        [*made, b.context(f":arrow_right: {pen.cut(line.next, A_SENTENCE)}")]
        if line.next is not None
        else made
    )


def _due_text(line: Line, pen: Pen) -> str:
    parts = [due_words(line, pen), pen.say(line.step), pen.say(line.why)]
    return " ".join(
        [*(one for one in parts if one), *([pen.say(line.next)] if line.next is not None else [])]
    )


def due_words(line: Line, pen: Pen) -> str:
    """Until when, in a sentence, escaped."""
    return due_said(line.due_on, line.due_at, pen, overdue=line.overdue)


def due_said(due_on: date, due_at: datetime | None, pen: Pen, *, overdue: bool) -> str:
    """The same of a day, or of a moment on it."""
    today = pen.today
    day: date = pen.reader.day_of(due_at) if due_at else due_on
    said = when(due_at, pen.reader, today=today) if due_at else pen.value(due_on)
    days = (today - day).days
    if overdue and days > 0:
        return pen.reader.ngettext(
            "%(count)s day overdue: it was due %(when)s", "%(count)s days overdue: it was due %(when)s", days, when=said
        )  # fmt: skip
    if overdue:
        return pen.gettext("Overdue: it was due %(when)s", when=said)
    return pen.gettext("Due %(when)s", when=said)


def thing_buttons(thing: Thing, pen: Pen, *, reminders: Sequence[Thing] = ()) -> list[Block]:
    """The likeliest deeds as buttons, the others behind “More”; answers to the reminder below them.

    Of what is closed only “More” stays, where something can be done still: a comment, or to open it again.
    """
    rows: list[Block] = []
    few = 0 if thing.closed else SHOWN_DEEDS
    shown = [one for number, deed in enumerate(thing.deeds[:few]) if (one := pen.deed(thing, deed, number))]
    row, all_there = _reminder_buttons(reminders[0], pen) if reminders else ([], True)
    if len(thing.deeds) > few or any(one.deeds for one in reminders[1:]) or not all_there:
        shown.append(b.button(pen.reader.gettext("More …"), action_id="more", value=pen.sign(pen.ref(thing))))
    if shown:
        rows += b.actions(shown, block_id="deeds")
    return rows + b.actions(row, block_id="reminder")


def _reminder_buttons(reminder: Thing, pen: Pen) -> tuple[list[Block], bool]:
    """The likeliest answer as a button and five others in a menu; whether these are all of them.

    A menu neither leads to a page nor asks once more.
    """
    made = [one for one in (pen.deed(reminder, deed, 0, style="") for deed in reminder.deeds[:1]) if one]
    others = [one for one in reminder.deeds[1:] if not one.endpoint and one.confirm is None]
    if others:
        made.append(
            b.overflow(
                [b.option(pen.words(one.label), pen.sign(pen.ref(reminder, one.verb))) for one in others],
                action_id="other",
            )
        )
    return made, len(made) + min(len(others), b.MOST_OVERFLOW) - bool(others) == len(reminder.deeds)


def _event(event: Event, pen: Pen) -> str:
    """When and what; who, where the sentence does not begin with them."""
    at, said, who = (
        when(event.at, pen.reader, today=pen.today),
        pen.cut(event.said, 400),
        escape(one_line(event.who), 80),
    )
    return f"{at} · {said}" if said.startswith(who) else f"{at} · {who}: {said}"


def _foot(thing: Thing, pen: Pen) -> list[Block]:
    made: list[Block] = []
    if thing.events:
        made.append(b.context(*(_event(one, pen) for one in thing.events[:SHOWN_EVENTS])))
    foot = " · ".join(one for one in (_nothing_more(thing, pen), _where(thing, pen)) if one)
    return [*made, b.context(foot)] if foot else made


def nudge(line: Line, pen: Pen, *, private: bool = False) -> Drawn:
    """The reply below a card: why this comes now, who was silent, and what comes next. The card has the buttons."""
    first = pen.say(FIRST[line.kind])
    said = [f"*{first}* · {due_words(line, pen)}", pen.say(line.why), pen.say(line.step)]
    made: list[Block] = [b.section("\n".join(one for one in said if one))]
    if line.next is not None:
        made.append(b.context(f":arrow_right: {pen.say(line.next)}"))
    text = [
        f"{first}: {escape(one_line(line.ref))}"
        if private
        else f"{first}: {escape(one_line(line.ref))} {escape(one_line(line.title), TITLE)}"
    ]
    if not private:
        text += [due_words(line, pen), pen.say(line.why), pen.say(line.step)]
        text += [pen.say(line.next)] if line.next is not None else []
    return Drawn(text=b.message_text(*text), blocks=tuple(made))


def digest(
    message: Message, pen: Pen, *, subjects: Sequence[Sequence[str]], private: Collection[str] = ()
) -> Drawn:
    """Several things in one message, each with the button that opens it.

    ``subjects``: of each line of each group, ``kind:id`` or empty where nothing can be opened; ``private``: item keys whose
    titles stay out of the text.
    """
    made: list[Block] = [b.header(pen.words(message.subject)), b.section(pen.say(message.opening))]
    text = (
        [pen.say(MESSAGE_NAMES[message.kind])]
        if private
        else [pen.say(message.subject), pen.say(message.opening)]
    )
    rows, total = 0, sum(len(lines) for _, lines in message.groups)
    for (label, lines), found in zip(message.groups, subjects, strict=True):
        if rows >= MOST_ROWS:
            break
        if not lines:
            continue
        made.append(b.section(f"*{pen.say(label)}*"))
        text.append(pen.say(label))
        for line, subject in list(zip(lines, found, strict=True))[: MOST_ROWS - rows]:
            made.append(_row(line, subject, pen, rows))
            text.append(_row_text(line, pen, private=line.item_key in private))
            rows += 1
    if not total:
        made.append(b.section(pen.reader.gettext("All of it is settled.")))
        text.append(pen.reader.gettext("All of it is settled."))
    if total > rows:
        more = pen.reader.ngettext(
            "%(count)s more is on your Home tab and in auditapp.", "%(count)s more are on your Home tab and in auditapp.",
            total - rows,
        )  # fmt: skip
        made.append(b.context(more))
        text.append(more)
    if pen.words(message.closing):
        made.append(b.context(pen.say(message.closing)))
        text += [pen.say(message.closing)] if not private else []
    return Drawn(text=b.message_text(*text), blocks=tuple(made))


MESSAGE_NAMES: dict[MessageKind, Text] = {
    MessageKind.DIGEST: Text("What is due"),
    MessageKind.NOW: Text("Something needs you now"),
    MessageKind.PLACE: Text("What is due"),
    MessageKind.ANSWER: Text("An answer"),
    MessageKind.REPORT: Text("A report"),
    MessageKind.INVITATION: Text("An invitation"),
    MessageKind.VISITOR: Text("An invitation"),
}


def _row(line: Line, subject: str, pen: Pen, number: int) -> Block:
    name = bold(f"{one_line(line.ref)} · {line.title}".strip(" ·"), TITLE * 2)
    url = pen.page(line.path)
    mark = ":red_circle: " if line.overdue else ""
    said = [
        f"{mark}{name}".strip(),
        f"{due_words(line, pen)} · {pen.cut(line.step, A_SENTENCE).removesuffix('.')}",
        pen.cut(line.why, A_SENTENCE) if pen.words(line.why) else "",
    ]
    if line.next is not None:
        said.append(f":arrow_right: {pen.cut(line.next, A_SENTENCE)}")
    accessory = None
    if subject:
        kind, _, thing_id = subject.partition(":")
        accessory = b.button(
            pen.reader.gettext("Answer"),
            action_id=f"open-{number}",
            value=pen.sign(Ref(kind=kind, id=thing_id, verb=OPEN)),
            spoken=f"{pen.reader.gettext('Answer')}: {one_line(line.ref)} {one_line(line.title)}",
        )
    elif url:
        accessory = b.button(pen.reader.gettext("Open"), action_id=f"link-{number}", url=url)
    return b.section("\n".join(one for one in said if one), accessory=accessory)


def _row_text(line: Line, pen: Pen, *, private: bool) -> str:
    if private:
        return f"{pen.say(line.kind_label)} {escape(one_line(line.ref))}"
    return f"{escape(one_line(f'{line.ref} {line.title}'), TITLE * 2)}. {_due_text(line, pen)}"


def note(text: Text | str, pen: Pen, *, thing: Thing | None = None) -> Drawn:
    """A sentence to one person: what was done, or why it was not."""
    said = pen.say(text)
    made: list[Block] = [b.section(said)]
    if thing is not None:
        made += b.actions(
            [b.button(pen.reader.gettext("Open"), action_id="open", value=pen.sign(pen.ref(thing)))],
            block_id="note",
        )
    return Drawn(text=b.message_text(said), blocks=tuple(made))


def answer(message: Message, pen: Pen, *, work_id: str = "") -> Drawn:
    """How something ended that its reader had asked for: a sentence. ``work_id``: a form that can be opened again."""
    said = pen.say(message.opening)
    again = pen.reader.gettext("Open it again")
    buttons = (
        [b.button(again, action_id="again", value=pen.sign(Ref(kind=WORK, id=work_id)), style="primary")]
        if work_id
        else []
    )
    return Drawn(
        text=b.message_text(pen.say(message.subject), said),
        blocks=(
            b.section(f"*{pen.say(message.subject)}*\n{said}"),
            *b.actions(buttons, block_id="again"),
        ),
    )


def report(message: Message, pen: Pen) -> Drawn:
    """A report that comes by itself: what it says first, the way to all of it, and the way to end it."""
    said, title = pen.say(message.opening), pen.say(message.subject)
    ways = (("path", "Open the report", "link-report"), ("stop", "Have it come no more", "link-stop"))
    buttons = [
        b.button(pen.reader.gettext(label), action_id=action, url=url)
        for key, label, action in ways
        if (url := pen.page(str(message.extra.get(key) or "")))
    ]
    return Drawn(
        text=b.message_text(title, said),
        blocks=(
            b.section(f"*{title}*\n{said}"),
            *b.actions(buttons, block_id="report"),
            b.context(pen.say(message.closing)),
        ),
    )


def plainer(drawn: Drawn) -> Drawn:
    """The same without blocks: for when Slack refuses them."""
    return Drawn(text=drawn.text, blocks=())


def unlinked(pen: Pen, url: str, why: Text | str) -> Drawn:
    """Who is not connected may do so, once, with a link of their own."""
    return Drawn(
        text=b.message_text(pen.say(why)),
        blocks=(
            b.section(pen.say(why)),
            *b.actions([b.button(pen.reader.gettext("Connect my account"), action_id="link", url=url, style="primary")], block_id="link"),
        ),
    )  # fmt: skip
