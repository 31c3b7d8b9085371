"""A message is built when it is sent: what was settled meanwhile is not in it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import LAST_DAY, day_in
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import names_of
from auditapp.reminders import due
from auditapp.reminders.digest.rules import KNOW, grouped, invitation_said, subject_of
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.queries import course_of, grounds_of
from auditapp.reminders.ladder.rules.answers import answerable
from auditapp.reminders.ladder.rules.climbing import comes_next
from auditapp.reminders.ladder.rules.course import Ground
from auditapp.reminders.ladder.rules.words import next_words
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import (
    IMPERSONAL,
    Line,
    Message,
    MessageKind,
    NoticeKind,
    Offer,
    Recipient,
)
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.rules import ANSWER_LABELS, KIND_LABELS, Answer, DueItem, sort_label

PathOf = Callable[[str, Mapping[str, str]], str]
"""The path of a page, from its endpoint and arguments; empty for one that is not there."""
# A room above that puts messages of a kind of its own into the outbox says here how they read when they are sent.
Maker = Callable[[Session, OutboxMessage, Recipient, datetime, PathOf], Message | None]
_makers: dict[MessageKind, Maker] = {}
PLACE_AHEAD = timedelta(days=7)
OPENINGS: Mapping[MessageKind, Text] = {
    MessageKind.DIGEST: Text("Good morning, %(name)s. This is what needs you, as it stands now."),
    MessageKind.NOW: Text("%(name)s, this cannot wait for the morning."),
}
CLOSING = Text("You are told within your working hours only. Change when and how under “My reminders”.")


def makes(kind: MessageKind, maker: Maker) -> None:
    """Messages of this kind are made by ``maker`` from now on."""
    _makers[kind] = maker


def build_message(session: Session, message_id: UUID, *, at: datetime, path_of: PathOf) -> Message | None:
    """The message as it reads now; ``None`` when nothing is left to say, or nobody to say it to.

    A dozen statements, however many lines it has.
    """
    message = session.get(OutboxMessage, message_id)
    person = session.get(Person, message.person_id) if message is not None else None
    if message is None or person is None or not (person.active or message.kind in IMPERSONAL):
        return None
    to = recipient_of(person)
    if (maker := _makers.get(message.kind)) is not None:
        return maker(session, message, to, at, path_of)
    if message.kind is MessageKind.INVITATION:
        said = invitation_said(message.extra["invitation"], person.name, at, to.zone)
        return Message(
            id=message.id, kind=message.kind, to=to, subject=said.subject, opening=said.opening, groups=(),
            closing=said.closing, thread=said.thread, made_at=at, extra=message.extra,
        )  # fmt: skip
    if message.kind is MessageKind.ANSWER:
        return _answer(message, to, at=at)
    lines = _lines(session, message, to, at=at, path_of=path_of)
    if not lines and message.kind in OPENINGS:
        return None
    opening = OPENINGS.get(message.kind, Text("%(name)s,"))
    return Message(
        id=message.id,
        kind=message.kind,
        to=to,
        subject=subject_of(message.kind, lines, at, to.zone),
        opening=Text(opening.msgid, name=person.name),
        groups=grouped(lines, at, to.zone),
        closing=CLOSING,
        thread=lines[0].item_key if len(lines) == 1 else f"{message.kind.value}:{person.id}",
        made_at=at,
        extra=message.extra,
    )


def recipient_of(person: Person) -> Recipient:
    """A person as somebody a message goes to."""
    return Recipient(
        person_id=person.id, name=person.name, email=person.email, locale=person.locale, zone=person.zone,
        partner_id=person.partner_id,
    )  # fmt: skip


def _answer(message: OutboxMessage, to: Recipient, *, at: datetime) -> Message:
    """How something ended: ``extra["said"]`` says it, ``extra["about"]`` names the thing."""
    return Message(
        id=message.id, kind=message.kind, to=to, subject=Text.from_json(message.extra["about"]),
        opening=Text.from_json(message.extra["said"]), groups=(), closing=Text(""),
        thread=f"answer:{message.id}", made_at=at, extra=message.extra,
    )  # fmt: skip


def _for_place(
    session: Session, message: OutboxMessage, to: Recipient, at: datetime, path_of: PathOf
) -> Message | None:
    """What a channel is told of its relationship or programme: all of it, or one thing that went up a level.

    ``extra``: ``relationship_id`` or ``programme_id``, ``name``, ``shared`` (people of others read it), ``key`` (of the one
    thing, else empty).
    """
    kept = message.extra
    one_only = [kept["key"]] if kept["key"] else None
    found = due.items(
        session, at=at, until=LAST_DAY if one_only else day_in(to.zone, at) + PLACE_AHEAD, keys=one_only,
        relationship_ids=[UUID(kept["relationship_id"])] if kept["relationship_id"] else None,
        programme_id=UUID(kept["programme_id"]) if kept["programme_id"] else None,
    )  # fmt: skip
    shown = [one for one in found if one.shared or not kept["shared"]]
    lines = standing(session, to, shown, at=at, path_of=path_of)
    if not lines:
        return None
    return Message(
        id=message.id, kind=message.kind, to=to,
        subject=Text("%(name)s: %(what)s", name=kept["name"], what=subject_of(MessageKind.DIGEST, lines, at, to.zone)),
        opening=Text("It was not answered, and goes up a level.") if one_only else Text("This is what is due in the coming days."),
        groups=grouped(lines, at, to.zone), closing=Text("Whoever answers for a thing is reminded of it in person too."),
        thread=f"place:{kept['place_id']}", made_at=at, extra=kept,
    )  # fmt: skip


makes(MessageKind.PLACE, _for_place)


def _lines(
    session: Session, message: OutboxMessage, to: Recipient, *, at: datetime, path_of: PathOf
) -> list[Line]:
    notices = session.scalars(
        sa.select(Notice)
        .where(Notice.message_id == message.id, Notice.cancelled_at.is_(None))
        .order_by(Notice.created_at, Notice.id)
    ).all()
    runs = {
        run.id: run
        for run in session.scalars(
            sa.select(ReminderRun).where(ReminderRun.id.in_({one.run_id for one in notices if one.run_id}))
        )
    }
    live = {run.item_key for run in runs.values() if run.ended_at is None}
    items = (
        {one.key: one for one in due.items(session, at=at, until=LAST_DAY, keys=sorted(live))} if live else {}
    )
    kept = {run.item_key: Policy.from_json(run.policy) for run in runs.values() if run.item_key in items}
    grounds = grounds_of(session, {key: items[key] for key in kept}, kept, at=at) if kept else {}
    comes = {
        run.id: comes_next(course_of(run), grounds[run.item_key])
        for run in runs.values()
        if run.item_key in grounds
    }
    names = names_of(session, {one for found in comes.values() if found is not None for one in found.people})
    lines: dict[str, Line] = {}
    for notice in notices:
        run = runs.get(notice.run_id) if notice.run_id is not None else None
        item = items.get(notice.item_key)
        if notice.run_id is not None and (run is None or item is None or not _stands(notice, run)):
            continue
        words = (
            next_words(comes.get(run.id), names, reader=to.person_id, zone=to.zone)
            if run is not None
            else None
        )
        line = _line(notice, run, item, grounds.get(notice.item_key), words, at=at, path_of=path_of)
        # Of several about one thing the newest says how it stands; a decision is never hidden by a reminder.
        before = lines.get(notice.item_key)
        if before is None or before.kind in KNOW or line.kind not in KNOW:
            lines[notice.item_key] = line
    return list(lines.values())


def _stands(notice: Notice, run: ReminderRun) -> bool:
    """Whether what a notice says still holds: nobody answered since."""
    return run.ended_at is None and notice.generation == run.generation


def _line(
    notice: Notice, run: ReminderRun | None, item: DueItem | None, ground: Ground | None, words: Text | None, *,
    at: datetime, path_of: PathOf,
) -> Line:  # fmt: skip
    kept: dict[str, Any] = notice.about
    said = Text.from_json(kept["said"]) if kept.get("said") else None
    why = said or (item.why if item is not None else Text.from_json(kept["why"]))
    if kept.get("instead_of"):
        why = Text("%(why)s You stand in for %(name)s, who is away.", why=why, name=kept["instead_of"])
    due_at = datetime.fromisoformat(kept["due_at"]) if kept["due_at"] else None
    return Line(
        kind=notice.kind,
        item_key=notice.item_key,
        kind_label=sort_label(kept["kind"]) or Text("%(kind)s", kind=kept["kind"]),
        ref=kept["ref"],
        title=item.title if item is not None else kept["title"],
        step=item.step if item is not None else Text.from_json(kept["step"]),
        why=why,
        next=words,
        due_on=item.due_on if item is not None else date.fromisoformat(kept["due_on"]),
        due_at=item.due_at if item is not None else due_at,
        overdue=at >= ground.overdue_from if ground is not None else bool(kept["overdue"]),
        path=path_of(kept["endpoint"], kept["args"]),
        offers=_offers(notice.kind, run, item),
        item=item,
    )


def _offers(kind: NoticeKind, run: ReminderRun | None, item: DueItem | None) -> tuple[Offer, ...]:
    if run is None or item is None or kind in KNOW:
        return ()
    possible = answerable(course_of(run)) & item.answers
    return tuple(
        Offer(answer=one, label=ANSWER_LABELS[one], run_id=run.id, generation=run.generation)
        for one in Answer
        if one in possible
    )


def standing(
    session: Session, to: Recipient, items: Sequence[DueItem], *, at: datetime, path_of: PathOf
) -> tuple[Line, ...]:
    """These items as lines for one reader, whether anything was told of them or not. Half a dozen statements."""
    if not items:
        return ()
    runs = {
        run.item_key: run
        for run in session.scalars(
            sa.select(ReminderRun).where(
                ReminderRun.item_key.in_([one.key for one in items]), ReminderRun.ended_at.is_(None)
            )
        )
    }
    kept = {key: Policy.from_json(run.policy) for key, run in runs.items()}
    grounds = grounds_of(session, {one.key: one for one in items}, kept, at=at)
    comes = {key: comes_next(course_of(run), grounds[key]) for key, run in runs.items()}
    names = names_of(session, {one for found in comes.values() if found is not None for one in found.people})

    def line(item: DueItem) -> Line:
        run, overdue = runs.get(item.key), at >= grounds[item.key].overdue_from
        kind = NoticeKind.OVERDUE if overdue else NoticeKind.REMINDER
        own = to.person_id in {*item.owners, *item.deputies}
        return Line(
            kind=kind, item_key=item.key, kind_label=KIND_LABELS[item.kind], ref=item.ref, title=item.title,
            step=item.step, why=item.why,
            next=next_words(comes.get(item.key), names, reader=to.person_id, zone=to.zone), due_on=item.due_on,
            due_at=item.due_at, overdue=overdue, path=path_of(item.endpoint, item.args),
            offers=_offers(kind, run if own else None, item), item=item,
        )  # fmt: skip

    return tuple(line(item) for item in items)
