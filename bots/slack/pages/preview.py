"""What Slack would show, drawn in the site from the very same blocks: my cards, my morning, my Home tab, the windows.

It works without any Slack. Nothing is sent, and nothing can be pressed.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.reminders import due
from auditapp.reminders.digest.queries import recipient_of, standing
from auditapp.reminders.digest.queries.building import CLOSING, OPENINGS
from auditapp.reminders.digest.rules import grouped, subject_of
from auditapp.reminders.outbox.rules import Message, MessageKind
from bots.deeds import mine
from bots.deeds.ground import today
from bots.deeds.raising import may_raise
from bots.deeds.registry import trade_of
from bots.deeds.rules import Deed, Thing, deed_of
from bots.deeds.subjects import subject_of as subject_of_item
from bots.slack import home
from bots.slack.blocks import Block, Drawn
from bots.slack.cards import card
from bots.slack.forms import Meta, form_modal, thing_modal
from bots.slack.identity.queries import allowed_people
from bots.slack.install.queries import anything_active
from bots.slack.pages.rendering import html_of, lines_of
from bots.slack.pen import Pen
from bots.slack.posts.drawing import draw_digest
from bots.slack.posts.looking import Seen, look, paths_of, pen_for

bp = Blueprint("slack_preview", __name__, template_folder="templates")
CARDS, DIGEST, HOME = "cards", "digest", "home"
A_PAGE = 3  # cards


class Shown:
    """A thing as its card shows it, its picture, and the windows that its buttons open."""

    def __init__(self, seen: Seen, pen: Pen) -> None:
        """Draw the card."""
        self.seen = seen
        self.thing = seen.thing
        self.drawn = card(seen.thing, pen, lines=seen.lines, reminders=seen.reminders, private=seen.private)

    @property
    def windows(self) -> list[tuple[Thing, Deed]]:
        """What asks for something first."""
        return [(one, deed) for one in (self.thing, *self.seen.reminders) for deed in one.deeds if deed.form]


@bp.app_template_filter("mrkdwn")
def _mrkdwn(text: str) -> str:
    return html_of(text)


@bp.app_template_filter("plain_lines")
def _plain_lines(text: str) -> str:
    return lines_of(text)


@bp.get("/slack/preview")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """My cards, my morning's digest or my Home tab."""
    who, session, at = actor(), current_session(), clock.now()
    person, pen = _reader(session, who, at)
    wanted = request.args.get("show", CARDS)
    page: Page[Shown] | None = None
    drawn: Drawn | None = None
    view: Block | None = None
    told = _is_told(session, person)
    if told and wanted == DIGEST:
        drawn = _digest(session, person, at)
    elif told and wanted == HOME:
        view = _home(session, who, pen, at)
    elif told:
        page = _cards(session, person, pen, at)
    return render_template(
        "slack_preview/index.html",
        page=page,
        drawn=drawn,
        view=view,
        told=told,
        tab_list=_tabs(wanted),
        connected=anything_active(session),
        name=person.name,
        lists=list(home.LISTS.items()),
    )


@bp.get("/slack/preview/<kind>/<thing_id>")
@guard(Capability.SIGNED_IN)
def window(kind: str, thing_id: str) -> str:
    """The window of a thing with all its deeds; with ``verb``, the form of one of them."""
    who, session, at = actor(), current_session(), clock.now()
    person, pen = _reader(session, who, at)
    if not _is_told(session, person):
        raise NotFound
    verb = request.args.get("verb", "")
    title = ""
    if verb:
        trade = trade_of(kind)
        thing = trade.look(session, who, thing_id, at=at) if trade is not None else None
        deed = deed_of(thing, verb) if thing is not None else None
        if trade is None or thing is None or deed is None or not deed.form:
            raise NotFound
        form = trade.form(session, who, thing_id, verb, at=at)
        about = f"{thing.ref} · {thing.title}"
        view = form_modal(form, pen, meta=Meta(ref=pen.ref(thing, verb)), about=about)
        title = pen.words(deed.label)
    else:
        seen = look(session, this_app(), person, f"{kind}:{thing_id}", at=at)
        if seen is None:
            raise NotFound
        view = thing_modal(seen.thing, pen, lines=seen.lines, reminders=seen.reminders)
        title = f"{seen.thing.ref} {seen.thing.title}".strip()
    return render_template("slack_preview/window.html", view=view, title=title)


def _reader(session: Session, who: Principal, at: datetime) -> tuple[Person, Pen]:
    person = session.get(Person, who.person_id)
    if person is None:
        raise NotFound
    app = this_app()
    return person, pen_for(app, person, at=at)


def _is_told(session: Session, person: Person) -> bool:
    """Whether Slack tells somebody anything: a partner's contact where their relationships allow it."""
    return person.partner_id is None or bool(allowed_people(session, [person.id]))


def _tabs(wanted: str) -> list[dict[str, object]]:
    labels = {CARDS: _("Cards"), DIGEST: _("Morning digest"), HOME: _("Home tab")}
    return [
        {
            "label": label,
            "url": url_for(".index", show=name if name != CARDS else None),
            "current": name == (wanted if wanted in labels else CARDS),
        }
        for name, label in labels.items()
    ]


def _cards(session: Session, person: Person, pen: Pen, at: datetime) -> Page[Shown]:
    """A card for each thing of which something is due: the most urgent first."""
    app = this_app()
    items = due.items(session, at=at, until=clock.LAST_DAY, person_id=person.id)
    subjects = list(dict.fromkeys(":".join(subject_of_item(one)) for one in items))
    number = max(1, min(request.args.get("page", 1, type=int), -(-len(subjects) // A_PAGE) or 1))
    chosen = subjects[(number - 1) * A_PAGE : number * A_PAGE]
    found = [look(session, app, person, one, at=at, theirs=items) for one in chosen]
    rows = [Shown(one, pen) for one in found if one is not None]
    return Page(rows=rows, number=number, per_page=A_PAGE, total=len(subjects))


def _days(session: Session, at: datetime, count: int) -> date:
    return min(clock.LAST_DAY, today(session, at) + timedelta(days=count))


def _digest(session: Session, person: Person, at: datetime) -> Drawn | None:
    """What this morning would say, if it said all that is at hand."""
    app = this_app()
    items = due.items(session, at=at, until=_days(session, at, mine.AT_HAND), person_id=person.id)
    lines = standing(session, recipient_of(person), items, at=at, path_of=paths_of(app).of)
    if not lines:
        return None
    kind = MessageKind.DIGEST
    message = Message(
        id=UUID(int=0), kind=kind, to=recipient_of(person), subject=subject_of(kind, lines, at, person.zone),
        opening=Text(OPENINGS[kind].msgid, name=person.name), groups=grouped(lines, at, person.zone),
        closing=CLOSING, thread="", made_at=at, extra={},
    )  # fmt: skip
    return draw_digest(session, app, message, at=at)[0]


def _home(session: Session, who: Principal, pen: Pen, at: datetime) -> Block:
    shown = request.args.get("list", home.MINE)
    shown = shown if shown in home.LISTS else home.MINE
    number = max(0, request.args.get("page", 1, type=int) - 1)
    offset = {name: home.page_of(number) if name == shown else 0 for name in home.LISTS}
    lists = {
        home.MINE: mine.mine(session, who, at=at, offset=offset[home.MINE]),
        home.WAITING: mine.waiting_for_others(session, who, at=at, offset=offset[home.WAITING]),
        home.COMING: mine.coming(session, who, at=at, offset=offset[home.COMING]),
    }
    return home.home(lists, pen, shown=shown, raises=may_raise(session, who))
