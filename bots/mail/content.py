"""What a mail says, as plain values in the recipient's language: the same for the text and the HTML."""

from dataclasses import dataclass
from datetime import date

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Line, Message, MessageKind, NoticeKind
from auditapp.shell.reader import Reader
from bots.mail.links import Links
from bots.words import tidy

MOST_LINES = 40  # a mail that is longer is cut by its reader's program
LONGEST = {"subject": 150, "title": 300}
BEGINNING = 20  # so much of a title tells what it is
URGENT = {
    NoticeKind.ESCALATION: Text("Escalation"),
    NoticeKind.DECISION: Text("A decision"),
    NoticeKind.QUESTION: Text("A question"),
    NoticeKind.OVERDUE: Text("Overdue"),
}


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where something leads; ``answers``: it gives an answer, after being confirmed."""

    label: str
    url: str
    answers: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing. ``due``: until when, in a sentence; ``late``: that sentence is the most important one here."""

    kind: str
    ref: str
    title: str
    due: str
    late: bool
    step: str
    why: str
    next: str
    links: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class Content:
    """A whole mail. ``more``: how many things did not fit, in a sentence; ``quiet``: how to end the digest."""

    subject: str
    opening: str
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    more: Link | None
    closing: str
    careful: str
    quiet: Link | None


def content_of(message: Message, *, links: Links, private_titles: bool = False) -> Content:
    """Everything that a mail says, for its recipient."""
    reader = Reader(locale=message.to.locale, zone=message.to.zone)
    today = reader.day_of(message.made_at)
    groups: list[tuple[str, tuple[Entry, ...]]] = []
    room = MOST_LINES
    for title, lines in message.groups:
        entries = tuple(_entry(line, message, reader, links, today) for line in lines[: max(room, 0)])
        room -= len(lines)
        if entries:
            groups.append((reader.say(title), entries))
    more = None
    if room < 0:
        said = reader.ngettext("%(count)s more is on your page", "%(count)s more are on your page", -room)
        more = Link(label=said, url=links.page("/"))
    answers = any(link.answers for _, entries in groups for entry in entries for link in entry.links)
    quiet = None
    if message.kind is MessageKind.DIGEST:
        quiet = Link(
            label=reader.gettext("Switch the digest by mail off"),
            url=links.quiet(message.to.person_id, at=message.made_at),
        )
    if message.kind is MessageKind.REPORT and message.extra.get("path"):
        more = Link(label=reader.gettext("Open the report"), url=links.page(message.extra["path"]))
        quiet = Link(label=reader.gettext("Have it come no more"), url=links.page(message.extra["stop"]))
    if message.kind is MessageKind.VISITOR and message.extra.get("visit"):
        more = Link(label=reader.gettext("Open the evidence pack"), url=links.page(message.extra["visit"]))
    return Content(
        subject=subject_of(message, reader, private_titles=private_titles),
        opening=tidy(reader.say(message.opening)),
        groups=tuple(groups),
        more=more,
        closing=tidy(reader.say(message.closing)),
        careful=reader.gettext("The links that answer do so in your name. Take them out before you pass this mail on.")
        if answers
        else "",
        quiet=quiet,
    )  # fmt: skip


def subject_of(message: Message, reader: Reader, *, private_titles: bool) -> str:
    """The most important thing first; with ``private_titles`` no title stands in it."""
    said = tidy(reader.say(message.subject), LONGEST["subject"])
    if private_titles and (kept := message.extra.get("invitation")):
        hidden = Text(message.subject.msgid, **(message.subject.params | {"title": tidy(kept["ref"])}))
        return tidy(reader.say(hidden), LONGEST["subject"])
    lines = [line for _, group in message.groups for line in group]
    if not private_titles or not any(_tells(message.subject, line, reader) for line in lines):
        return said or reader.gettext("What is due")
    refs = ", ".join(dict.fromkeys(tidy(line.ref) for line in lines))
    first = URGENT.get(lines[0].kind)
    if message.kind is MessageKind.NOW and first is not None:
        said = reader.gettext("%(what)s: %(refs)s", what=reader.say(first), refs=refs)
    else:
        said = reader.gettext("What is due: %(refs)s", refs=refs)
    return tidy(said, LONGEST["subject"])


def _tells(subject: Text, line: Line, reader: Reader) -> bool:
    """Whether a subject holds a title, or the beginning of one."""
    if any(
        key == "title" or (isinstance(value, Text) and _tells(value, line, reader))
        for key, value in subject.params.items()
    ):
        return True
    beginning = tidy(line.title)[:BEGINNING].casefold()
    return bool(beginning) and beginning in tidy(reader.say(subject)).casefold()


def _entry(line: Line, message: Message, reader: Reader, links: Links, today: date) -> Entry:
    offered = [
        Link(label=reader.say(offer.label), url=url, answers=True)
        for offer in line.offers
        if (url := links.answer(offer, message.to.person_id, at=message.made_at)) is not None
    ]
    return Entry(
        kind=tidy(reader.say(line.kind_label)),
        ref=tidy(line.ref, LONGEST["title"]),
        title=tidy(line.title, LONGEST["title"]),
        due=_due(line, reader, today),
        late=line.overdue,
        step=tidy(reader.say(line.step)),
        why=tidy(reader.say(line.why)),
        next=tidy(reader.say(line.next)) if line.next is not None else "",
        links=(*offered, Link(label=reader.gettext("Open"), url=links.page(line.path))),
    )


def _due(line: Line, reader: Reader, today: date) -> str:
    day = reader.day_of(line.due_at) if line.due_at else line.due_on
    when = reader.moment(line.due_at, today=today) if line.due_at else reader.day(line.due_on, today=today)
    days = (today - day).days
    if line.overdue and days > 0:
        return reader.ngettext(
            "%(count)s day overdue: it was due %(when)s", "%(count)s days overdue: it was due %(when)s", days, when=when
        )  # fmt: skip
    if line.overdue:
        return reader.gettext("Overdue: it was due %(when)s", when=when)
    if days < -1:
        return reader.ngettext(
            "Due %(when)s, in %(count)s day", "Due %(when)s, in %(count)s days", -days, when=when
        )
    return reader.gettext("Due %(when)s", when=when)
