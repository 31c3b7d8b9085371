"""Looking ahead: the engine itself, run on a copy at every moment at which something comes."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.memory import ask_once
from auditapp.kit.text import Text
from auditapp.people.model import Organization, Person, Setting
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.ladder.service.scanning import REMEMBERED, Remembered
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.preview.rules import DAYS, MOST_MOMENTS, MOST_SECONDS, Outlook, Sent, Told, TooMuch
from auditapp.reminders.rules import DueItem, Kind, Level, Severity
from auditapp.trail import service as trail

Run = Callable[[Session, datetime], Any]
NextMoment = Callable[[Session, datetime], datetime | None]
Change = Callable[[Session], Any]
Known = dict[tuple[object, ...], list[DueItem]]


def look_ahead(
    copy: Engine,
    *,
    at: datetime,
    run: Run,
    next_moment: NextMoment,
    days: int = DAYS,
    change: Change | None = None,
    known: Known | None = None,
    seconds: float = MOST_SECONDS,
    tell: Callable[[datetime], None] | None = None,
) -> Outlook:
    """What would be told until ``days`` after ``at``, if nobody answers. The copy is left as it was.

    ``run`` is the engine at a moment, ``next_moment`` the first one after it at which something comes; ``change`` is
    made before the first. ``known`` is handed from one look to the next on the same copy: what is due need not be asked for
    again. What it sends counts as having arrived. ``tell`` hears each moment. Raises TooMuch after so many ``seconds``.
    """
    until = at + timedelta(days=days)
    with Session(copy, expire_on_commit=False) as session:
        if change is not None:
            change(session)
        ask_once(session)
        head = trail.head(session)
        session.info[REMEMBERED] = Remembered(
            first=head.seq if head is not None else 0, known=known if known is not None else {}
        )
        moment: datetime | None = at
        # Few rows, which are asked for again and again: held from moment to moment.
        kept = [*session.scalars(sa.select(Organization)), *session.scalars(sa.select(Setting))]
        count, stops = 0, time.monotonic() + seconds
        while moment is not None and moment <= until:
            count += 1
            if count > MOST_MOMENTS or time.monotonic() > stops:
                raise TooMuch(
                    Text("Looking 30 days ahead takes too long here: too much comes in these days.")
                )
            if tell is not None:
                tell(moment)
            run(session, moment)
            session.flush()
            kept = [one for one in kept if one in session]
            session.expunge_all()
            session.add_all(kept)
            following = next_moment(session, moment)
            moment = max(following, moment + timedelta(seconds=1)) if following is not None else None
        found = outlook(session, at=at, until=until, moments=count)
        session.rollback()
    return found


def outlook(session: Session, *, at: datetime, until: datetime, moments: int = 0) -> Outlook:
    """What went out between two moments, as the rows have it. Four statements."""
    zones: dict[UUID, str] = {row[0]: row[1] for row in session.execute(sa.select(Person.id, Person.zone))}
    told = []
    for row in session.execute(
        sa.select(
            Notice.person_id, Notice.kind, Notice.level, Notice.item_key, Notice.about, Notice.not_before,
            Notice.message_id, OutboxMessage.created_at,
        )
        .outerjoin(OutboxMessage, OutboxMessage.id == Notice.message_id)
        .where(
            Notice.cancelled_at.is_(None),
            sa.or_(Notice.created_at >= at, OutboxMessage.created_at >= at),
            Notice.created_at <= until,
        )
    ):  # fmt: skip
        went_at: datetime | None = row.created_at  # the outer join may find none
        out_at = row.not_before if went_at is None else went_at
        if out_at > until:
            continue
        told.append(
            Told(
                at=out_at,
                day=day_in(zones[row.person_id], out_at),
                person_id=row.person_id,
                why=row.kind,
                level=Level(row.level),
                item_key=row.item_key,
                kind=_known(Kind, row.about.get("kind")),
                severity=_known(Severity, row.about.get("severity")),
                ref=str(row.about.get("ref", "")),
                title=str(row.about.get("title", "")),
                message_id=row.message_id,
            )
        )
    sent = [
        Sent(at=made, day=day_in(zones[person_id], made), person_id=person_id)
        for person_id, made in session.execute(
            sa.select(OutboxMessage.person_id, OutboxMessage.created_at)
            .where(OutboxMessage.created_at >= at, OutboxMessage.created_at <= until)
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
        )
    ]
    stuck = session.scalar(
        sa.select(sa.func.count())
        .select_from(ReminderRun)
        .where(ReminderRun.ended_at.is_(None), ReminderRun.state == RunState.CAPPED)
    )
    told.sort(key=lambda one: (one.at, one.person_id, one.item_key))
    return Outlook(
        first=at.date(), last=until.date(), told=told, sent=sent, moments=moments, stuck=stuck or 0
    )


E = TypeVar("E", bound=StrEnum)


def _known(of: type[E], given: Any) -> E | None:
    return of(given) if given in set(of) else None
