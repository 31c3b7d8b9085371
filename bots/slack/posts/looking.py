"""What a card shows of a thing to one person now: read in one unit of work, drawn without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from auditapp.kit.clock import LAST_DAY
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.reminders import due
from auditapp.reminders.digest.queries import recipient_of, standing
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.outbox.rules import Line
from auditapp.reminders.rules import DueItem
from auditapp.shell.reader import Reader
from bots.deeds.other import look_at_item
from bots.deeds.registry import trade_of
from bots.deeds.rules import Thing
from bots.deeds.subjects import subject_of
from bots.paths import Paths
from bots.slack.identity.queries import private_kinds
from bots.slack.pen import Pen
from bots.slack.posts.service import item_subject
from bots.slack.web import site_of

PATHS = "auditapp_paths"  # in app.extensions
REMINDER = "reminder"  # the trade of reminders


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A thing as one person sees it now. ``subjects``: what else it shows; when one of them changes it is drawn anew."""

    thing: Thing
    lines: tuple[Line, ...]
    reminders: tuple[Thing, ...]
    private: bool
    subjects: frozenset[str]


def paths_of(app: Flask) -> Paths:
    """The pages of this site."""
    found = app.extensions.get(PATHS)
    if not isinstance(found, Paths):
        found = app.extensions[PATHS] = Paths(app)
    return found


def pen_of(app: Flask, *, locale: str, zone: str, at: datetime) -> Pen:
    """What is drawn with for somebody who reads like that."""
    settings = site_of(app).settings
    return Pen(
        reader=Reader(locale=locale, zone=zone), secret=settings.secret_key.get_secret_value(),
        path_of=paths_of(app).of, site=settings.public_url.rstrip("/"), now=at,
    )  # fmt: skip


def pen_for(app: Flask, person: Person | None, *, at: datetime, zone: str = "UTC") -> Pen:
    """The same for a person; for nobody known, English in ``zone``."""
    if person is None:
        return pen_of(app, locale="en", zone=zone, at=at)
    return pen_of(app, locale=person.locale, zone=person.zone, at=at)


def look(
    session: Session, app: Flask, person: Person, subject: str, *, at: datetime, keys: Sequence[str] = (),
    lines: Sequence[Line] = (), theirs: Sequence[DueItem] | None = None,
) -> Seen | None:  # fmt: skip
    """One thing for one person; ``None`` when it is not there any more, or not theirs to see.

    ``keys``: due items that stood on its card before; ``lines``: those of a message about it, which know why it came;
    ``theirs``: all that is due for this person, where it was read already.
    """
    who = principal_of_person(session, person.id)
    if who is None or not person.active:
        return None
    kind, _, thing_id = subject.partition(":")
    if theirs is None:
        theirs = due.items(session, at=at, until=LAST_DAY, person_id=person.id)
    items = [one for one in theirs if subject_of(one) == (kind, thing_id)]
    known = {one.key for one in items}
    others = sorted({*keys, *(one.item_key for one in lines)} - known)
    if others:
        items += [
            one
            for one in due.items(session, at=at, until=LAST_DAY, keys=others)
            if any(person.id in people for people in one.holders.values())
        ]
    thing = _thing(session, who, kind, thing_id, items, at=at)
    if thing is None:
        return None
    told = {one.item_key: one for one in lines}
    paths = paths_of(app)
    drawn = standing(session, recipient_of(person), items, at=at, path_of=paths.of)
    private = private_kinds(session)
    return Seen(
        thing=thing,
        lines=tuple(told.get(one.item_key, one) for one in drawn),
        reminders=_reminders(session, who, [one.key for one in items], at=at),
        private=any(one.kind.value in private for one in items),
        subjects=frozenset({subject, *(item_subject(one.key) for one in items)}),
    )


def _thing(
    session: Session, who: Principal, kind: str, thing_id: str, items: Sequence[DueItem], *, at: datetime
) -> Thing | None:
    trade = trade_of(kind)
    if trade is not None:
        return trade.look(session, who, thing_id, at=at)
    return look_at_item(session, who, items[0], at=at) if items else None


def _reminders(session: Session, who: Principal, keys: Sequence[str], *, at: datetime) -> tuple[Thing, ...]:
    """The reminders of these items that this person may answer."""
    trade = trade_of(REMINDER)
    if trade is None or not keys:
        return ()
    ids = session.scalars(
        sa.select(ReminderRun.id)
        .where(ReminderRun.item_key.in_(keys), ReminderRun.ended_at.is_(None))
        .order_by(ReminderRun.started_at)
    )
    found = (trade.look(session, who, str(one), at=at) for one in ids)
    return tuple(one for one in found if one is not None and one.deeds)


def settled_words(session: Session, keys: Sequence[str]) -> Text:
    """What is said of a thing that is over and known by its reminders only."""
    run = session.scalar(
        sa.select(ReminderRun)
        .where(ReminderRun.item_key.in_(keys))
        .order_by(ReminderRun.started_at.desc())
        .limit(1)
    )
    if run is None:
        return Text("This is settled. Nothing more is to be done here.")
    return Text("%(ref)s %(title)s: settled. Nothing more is to be done here.", ref=run.ref, title=run.title)


def person_of(session: Session, person_id: UUID | None) -> Person | None:
    """A person of an account."""
    return session.get(Person, person_id) if person_id is not None else None
