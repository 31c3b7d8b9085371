"""Looking ahead: the engine itself, run on a copy at every moment at which something comes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.preview.rules import DAYS, MOST_MOMENTS, Outlook, Sent, Told
from auditapp.reminders.rules import Kind, Level

Run = Callable[[Session, datetime], Any]
NextMoment = Callable[[Session, datetime], datetime | None]
Change = Callable[[Session], Any]


def look_ahead(
    copy: Engine,
    *,
    at: datetime,
    run: Run,
    next_moment: NextMoment,
    days: int = DAYS,
    change: Change | None = None,
) -> Outlook:
    """What would be told until ``days`` after ``at``, if nobody answers. The copy is left as it was.

    ``run`` is the engine at a moment, ``next_moment`` the first one after it at which something comes; ``change`` is
    made before the first. What it sends counts as having arrived.
    """
    until = at + timedelta(days=days)
    with Session(copy, expire_on_commit=False) as session:
        if change is not None:
            change(session)
        moment: datetime | None = at
        count = 0
        while moment is not None and moment <= until:
            count += 1
            if count > MOST_MOMENTS:
                raise Invalid(Text("Something would come more often than a preview can follow."))
            run(session, moment)
            session.flush()
            session.expunge_all()
            following = next_moment(session, moment)
            moment = max(following, moment + timedelta(seconds=1)) if following is not None else None
        found = outlook(session, at=at, until=until, moments=count)
        session.rollback()
    return found


def outlook(session: Session, *, at: datetime, until: datetime, moments: int = 0) -> Outlook:
    """What went out between two moments, as the rows have it. Four statements."""
    zones: dict[UUID, str] = {row[0]: row[1] for row in session.execute(sa.select(Person.id, Person.zone))}
    told = []
    for notice, run, went_at in session.execute(
        sa.select(Notice, ReminderRun, OutboxMessage.created_at)
        .outerjoin(ReminderRun, ReminderRun.id == Notice.run_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == Notice.message_id)
        .where(
            Notice.cancelled_at.is_(None),
            sa.or_(Notice.created_at >= at, OutboxMessage.created_at >= at),
            Notice.created_at <= until,
        )
        .order_by(Notice.created_at, Notice.id)
    ):
        out_at = went_at or notice.not_before
        if out_at > until:
            continue
        about = notice.about if isinstance(notice.about, dict) else {}
        told.append(
            Told(
                at=out_at,
                day=day_in(zones[notice.person_id], out_at),
                person_id=notice.person_id,
                why=notice.kind,
                level=Level(notice.level),
                item_key=notice.item_key,
                kind=run.kind if run is not None else _kind(about),
                severity=run.severity if run is not None else None,
                ref=run.ref if run is not None else str(about.get("ref", "")),
                title=run.title if run is not None else str(about.get("title", "")),
                message_id=notice.message_id,
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


def _kind(about: dict[str, Any]) -> Kind | None:
    given = about.get("kind")
    return Kind(given) if given in set(Kind) else None
