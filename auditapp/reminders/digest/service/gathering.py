"""What waits to be told becomes messages: one digest a morning, and at once what cannot wait."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.reminders.digest import rules
from auditapp.reminders.digest.rules import Today
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import WITHIN_HOURS, MessageKind
from auditapp.reminders.outbox.service import put
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import Rhythm, local_day

LOOK_BACK = timedelta(hours=50)  # a local day anywhere has begun within it
COUNTED = (MessageKind.DIGEST, MessageKind.NOW)


def anything_waits(session: Session, *, at: datetime) -> bool:
    """Whether somebody may be told something now."""
    return session.scalar(_waiting(at).with_only_columns(Notice.id).limit(1)) is not None


def _waiting(at: datetime) -> sa.Select[Notice]:
    return sa.select(Notice).where(
        Notice.message_id.is_(None), Notice.cancelled_at.is_(None), Notice.not_before <= at
    )


def gather(session: Session, *, at: datetime) -> int:
    """Make messages of the notices whose moment has come; gives how many messages. Four statements and the writes."""
    by_person: dict[UUID, list[Notice]] = defaultdict(list)
    for notice in session.scalars(_waiting(at).order_by(Notice.created_at, Notice.id)):
        by_person[notice.person_id].append(notice)
    if not by_person:
        return 0
    known = rhythms(session, by_person, at=at)
    had = _today(session, by_person, known, at)
    count = 0
    for person_id, notices in by_person.items():
        rhythm = known[person_id]
        urgent = [one for one in notices if one.urgent]
        decided = rules.gather(
            rhythm, at, had[person_id], urgent=bool(urgent), other=len(urgent) < len(notices)
        )
        taken = notices if decided.takes_all else urgent if decided.kind is not None else []
        if decided.kind is not None and taken:
            _message(session, person_id, decided.kind, taken, rhythm, at=at)
            count += 1
        for notice in notices:
            if notice not in taken:
                notice.not_before = decided.later_urgent if notice.urgent else decided.later
    session.flush()
    return count


def _message(
    session: Session,
    person_id: UUID,
    kind: MessageKind,
    taken: Collection[Notice],
    rhythm: Rhythm,
    *,
    at: datetime,
) -> None:
    day = local_day(at, rhythm.zone)
    first = min(taken, key=lambda one: (one.created_at, one.id))
    dedupe = f"digest:{person_id}:{day.isoformat()}" if kind is MessageKind.DIGEST else f"now:{first.id}"
    message = put(
        session, at=at, dedupe=dedupe, person_id=person_id, kind=kind,
        urgent=kind is MessageKind.NOW or any(one.urgent for one in taken), extra={WITHIN_HOURS: True},
    )  # fmt: skip
    for notice in taken:
        notice.message_id = message.id


def _today(
    session: Session, people: Collection[UUID], known: dict[UUID, Rhythm], at: datetime
) -> dict[UUID, Today]:
    rows = session.execute(
        sa.select(OutboxMessage.person_id, OutboxMessage.kind, OutboxMessage.created_at).where(
            OutboxMessage.person_id.in_(people),
            OutboxMessage.kind.in_(COUNTED),
            OutboxMessage.created_at > at - LOOK_BACK,
        )
    ).all()
    found = dict.fromkeys(people, Today())
    for person_id, kind, made in rows:
        zone = known[person_id].zone
        if local_day(made, zone) == local_day(at, zone):
            had = found[person_id]
            found[person_id] = Today(
                digest=had.digest or kind is MessageKind.DIGEST, messages=had.messages + 1
            )
    return found
