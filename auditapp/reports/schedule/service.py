"""Having a report come by itself, ending that, trying it; and putting those on their way whose moment has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.reminders.outbox.queries import preferences
from auditapp.reminders.outbox.rules import ONLY, WITHIN_HOURS, MessageKind
from auditapp.reminders.outbox.service import put
from auditapp.reminders.quiet.queries import rhythm_of
from auditapp.reminders.quiet.rules import next_opening
from auditapp.reports.readiness.queries.picture import shelf_of
from auditapp.reports.schedule import queries
from auditapp.reports.schedule.model import ReportSchedule
from auditapp.reports.schedule.rules import (
    BY_STANDARD,
    MOST,
    Form,
    Rhythm,
    Timing,
    What,
    after,
    latest,
    period_of,
)
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A report that somebody wants, for whom and when."""

    person_id: UUID
    what: What
    standard: str
    rhythm: Rhythm
    day: int
    zone: str
    form: Form


def add(session: Session, *, actor: Principal, at: datetime, wish: Wish) -> UUID:
    """Have a report come by itself. Raises NotAllowed, Invalid (naming the field) and Refusal when it does already."""
    if wish.person_id != actor.person_id and not queries.manages(actor):
        raise NotAllowed(Text("For others the system manager and the audit programme manager set reports."))
    if not queries.may_have(queries.reader(session, wish.person_id), wish.what):
        raise Invalid(
            Text(
                "This person may not see this report. Choose another one, or let the system manager change the roles."
            ),
            field="person_id",
        )
    if not ONLY[MessageKind.REPORT].intersection(preferences(session, [wish.person_id])[wish.person_id]):
        raise Invalid(
            Text(
                "This person is told neither by mail nor by Slack. They choose one under “My reminders” first."
            ),
            field="person_id",
        )
    if wish.what in BY_STANDARD and wish.standard not in {one.id for one in shelf_of(session).standards}:
        raise Invalid(Text("Choose a report of a standard that is released here."), field="report")
    own = organization(session)
    timing = Timing(
        rhythm=wish.rhythm, day=wish.day, zone=wish.zone, country=own.country if own else "GB",
        subdivision=own.subdivision if own else "",
    )  # fmt: skip
    if (wrong := timing.fault()) is not None:
        raise Invalid(wrong, field="weekday" if wish.rhythm is Rhythm.WEEKLY else "day")
    _refuse_more(session, wish)
    made = ReportSchedule(
        person_id=wish.person_id,
        what=wish.what,
        standard=wish.standard if wish.what in BY_STANDARD else "",
        rhythm=wish.rhythm,
        day=0 if wish.rhythm is Rhythm.FIRST_WORKING_DAY else wish.day,
        zone=wish.zone,
        form=wish.form,
        set_by_id=actor.person_id,
        set_at=at,
        next_at=after(timing, at),
    )
    session.add(made)
    session.flush()
    _note(
        session, made, verb="report_schedule.added", actor=actor, at=at,
        after={"person": str(made.person_id), "standard": made.standard, "rhythm": made.rhythm.value, "day": made.day,
               "form": made.form.value},
    )  # fmt: skip
    return made.id


def _refuse_more(session: Session, wish: Wish) -> None:
    mine = session.scalars(
        sa.select(ReportSchedule).where(
            ReportSchedule.person_id == wish.person_id, ReportSchedule.ended_at.is_(None)
        )
    ).all()
    standard = wish.standard if wish.what in BY_STANDARD else ""
    if any((one.what, one.standard, one.rhythm) == (wish.what, standard, wish.rhythm) for one in mine):
        raise Refusal(
            Text("This report comes in this rhythm already. End that one first to have it on another day.")
        )
    if len(mine) >= MOST:
        raise Refusal(Text("%(count)s reports come to this person already. End one first.", count=MOST))


def _mine(session: Session, actor: Principal, schedule_id: UUID) -> ReportSchedule:
    found = queries.live(session, schedule_id)
    if found is None or (found.person_id != actor.person_id and not queries.manages(actor)):
        raise NotFound(Text("This report does not come any more, or it is not yours."))
    return found


def end(session: Session, *, actor: Principal, at: datetime, schedule_id: UUID) -> None:
    """Have it come no more. Raises NotFound."""
    _end(session, _mine(session, actor, schedule_id), actor_id=actor.person_id, at=at)


def end_by_link(session: Session, *, at: datetime, schedule_id: UUID) -> None:
    """The same by the link in a message, which is the person's own. Ended already: nothing happens."""
    found = queries.live(session, schedule_id)
    if found is not None:
        _end(session, found, actor_id=found.person_id, at=at)


def _end(session: Session, found: ReportSchedule, *, actor_id: UUID, at: datetime) -> None:
    found.ended_at = at
    session.flush()
    record(
        session, actor_id=actor_id, at=at, verb="report_schedule.ended", thing_kind="report_schedule", thing_id=found.id,
        thing_ref=found.ref,
    )  # fmt: skip


def try_it(session: Session, *, actor: Principal, at: datetime, schedule_id: UUID) -> None:
    """Send it now to the person it is for, marked as a trial; when it comes by itself does not change. Raises NotFound."""
    found = _mine(session, actor, schedule_id)
    put(
        session, at=at, dedupe=f"report:{found.id}:trial:{at:%Y%m%d%H%M}", person_id=found.person_id,
        kind=MessageKind.REPORT, urgent=False, extra={"schedule": str(found.id), "trial": True},
    )  # fmt: skip
    _note(session, found, verb="report_schedule.tried", actor=actor, at=at)


def send_due(session: Session, at: datetime) -> int:
    """Put on its way what has come; gives how much. Once for each schedule, however many occurrences were missed.

    A message is unique by its schedule and occurrence, so that nothing goes out twice; it waits for the working hours of
    whoever gets it, and what it says, and whether they may read it, is asked when it is sent.
    """
    found = queries.come(session, at)
    for row in found:
        timing = queries.timing_of(session, row)
        moment = latest(timing, row.next_at, at)
        opens = next_opening(rhythm_of(session, row.person_id, at=at), at)
        put(
            session, at=at, dedupe=f"report:{row.id}:{period_of(timing, moment)}", person_id=row.person_id,
            kind=MessageKind.REPORT, urgent=False, extra={"schedule": str(row.id), WITHIN_HOURS: True}, not_before=opens,
        )  # fmt: skip
        row.next_at, row.last_at = after(timing, at), at
        _note(
            session,
            row,
            verb="report_schedule.came",
            actor=None,
            at=at,
            after={"period": period_of(timing, moment)},
        )
    return len(found)


def _note(
    session: Session,
    row: ReportSchedule,
    *,
    verb: str,
    actor: Principal | None,
    at: datetime,
    after: Any = None,
) -> None:
    record(
        session,
        actor_id=actor.person_id if actor is not None else None,
        at=at,
        verb=verb,
        thing_kind="report_schedule",
        thing_id=row.id,
        thing_ref=row.ref,
        after=after,
    )
