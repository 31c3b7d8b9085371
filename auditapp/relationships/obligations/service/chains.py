"""Beginning, doing and skipping what has to be done again and again: one chain per rule and subject.

Rooms use :func:`begin` when a thing comes into force, :func:`done` when its record is made, :func:`open_extra` when
something calls for a time between, :func:`end` when the thing is over. All are safe to repeat.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import open_extras, open_one, rule_of
from auditapp.relationships.obligations.rules import BY_RECORD, State, intended
from auditapp.trail.service import record


def begin(
    session: Session,
    *,
    at: datetime,
    key: str,
    subject: UUID | str,
    anchor_on: date,
    first_on: date | None = None,
    relationship_id: UUID | None = None,
    thing_kind: str = "",
    thing_ref: str = "",
    title: str = "",
    months: int | None = None,
    days: int | None = None,
    owner_id: UUID | None = None,
) -> Obligation | None:
    """Let a rule begin for a subject; what is open already is given back unchanged.

    The first time falls on ``first_on``, or one interval after ``anchor_on``. ``None`` for a rule that is switched
    off, or without any interval and ``first_on``.
    """
    there = open_one(session, key, subject)
    if there is not None:
        return there
    rule = rule_of(session, key)
    every_months, every_days = _interval(rule.months, rule.days, months, days)
    if not rule.active or (first_on is None and not every_months and not every_days):
        return None
    if first_on is not None:
        anchor_on, number, on = first_on, 0, first_on
    else:
        number, on = 1, intended(anchor_on, 1, months=every_months, days=every_days)
    before = session.scalar(
        sa.select(Obligation).where(
            Obligation.key == key,
            Obligation.subject == str(subject),
            Obligation.intended_on == on,
            Obligation.extra == "",
        )
    )
    if before is not None:  # it had begun once and ended with its subject, which is there again
        if before.state is not State.ENDED:
            return _following(session, before, at=at)
        before.state, before.ended_on = State.OPEN, None
        return before
    made = Obligation(
        key=key, subject=str(subject), relationship_id=relationship_id, thing_kind=thing_kind,
        thing_ref=thing_ref, title=title[:200], anchor_on=anchor_on, number=number, intended_on=on, due_on=on,
        months=months, days=days, owner_id=owner_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def done(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    key: str,
    subject: UUID | str,
    on: date,
    note: str = "",
) -> Obligation | None:
    """What was due was done: the open time and every extra one end. Gives the next one, counted from the intended day.

    Without an open one nothing happens: the record of the room stands for itself.
    """
    for extra in open_extras(session, key, subject):
        _close(session, extra, actor=actor, at=at, state=State.DONE, on=on, note=note)
    found = open_one(session, key, subject)
    if found is None:
        return None
    _close(session, found, actor=actor, at=at, state=State.DONE, on=on, note=note)
    return _following(session, found, at=at)


def finish(
    session: Session, *, actor: Principal, at: datetime, found: Obligation, state: State, on: date, note: str
) -> Obligation | None:
    """End one time as done or skipped; gives the next one. Skipping asks for a reason.

    What only its record ends is refused as done, with where to go.
    """
    if found.state is not State.OPEN:
        if found.state is state:
            return None
        raise Refusal(Text("This has been settled already. Open the page again and look."))
    if state is State.DONE and found.key in BY_RECORD:
        raise Refusal(BY_RECORD[found.key])
    if state is State.SKIPPED and not note.strip():
        raise Invalid(Text("Say why it is skipped. The reason stays on record."), field="note")
    _close(session, found, actor=actor, at=at, state=state, on=on, note=note)
    return _following(session, found, at=at) if not found.extra else None


def skip_missed(
    session: Session, *, actor: Principal, at: datetime, found: Obligation, on: date, reason: str
) -> int:
    """Skip this time and those after it that lie before ``on``, each recorded, with one reason; gives how many."""
    count = 0
    at_hand: Obligation | None = found
    while at_hand is not None and at_hand.due_on < on:
        at_hand = finish(session, actor=actor, at=at, found=at_hand, state=State.SKIPPED, on=on, note=reason)
        count += 1
    return count


def open_extra(
    session: Session,
    *,
    at: datetime,
    key: str,
    subject: UUID | str,
    due_on: date,
    cause: str,
    because: str,
    relationship_id: UUID | None = None,
    thing_kind: str = "",
    thing_ref: str = "",
    title: str = "",
    owner_id: UUID | None = None,
) -> Obligation:
    """A time between, for a ``cause`` (a short word such as ``stage``). While one of the same cause is open, that one.

    Regular times are not moved by it.
    """
    for there in open_extras(session, key, subject):
        if there.extra.partition(":")[0] == cause:
            return there
    again = session.scalar(
        sa.select(sa.func.count()).where(
            Obligation.key == key, Obligation.subject == str(subject), Obligation.extra.startswith(cause)
        )
    )
    made = Obligation(
        key=key, subject=str(subject), relationship_id=relationship_id, thing_kind=thing_kind,
        thing_ref=thing_ref, title=title[:200], anchor_on=due_on, number=0, intended_on=due_on, due_on=due_on,
        extra=f"{cause}:{again}" if again else cause, because=because, owner_id=owner_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=None, at=at, verb="obligation.extra_asked", thing_kind="obligation", thing_id=made.id,
        thing_ref=thing_ref or key, context_id=relationship_id,
        after={"key": key, "due_on": due_on.isoformat(), "because": because},
    )  # fmt: skip
    return made


def put_off(
    session: Session, *, actor: Principal, at: datetime, found: Obligation, due_on: date, reason: str
) -> None:
    """Move this one time. The next is still counted from the day intended."""
    if found.state is not State.OPEN:
        raise Refusal(Text("This has been settled already. Open the page again and look."))
    if not reason.strip():
        raise Invalid(Text("Say why it is moved. The reason stays on record."), field="reason")
    before = found.due_on
    if before == due_on:
        return
    found.due_on = due_on
    record(
        session, actor_id=actor.person_id, at=at, verb="obligation.moved", thing_kind="obligation",
        thing_id=found.id, thing_ref=found.thing_ref or found.key, context_id=found.relationship_id,
        before={"due_on": before.isoformat()},
        after={"due_on": due_on.isoformat(), "reason": reason},
    )  # fmt: skip


def set_interval(
    session: Session, *, key: str, subject: UUID | str, months: int | None, days: int | None
) -> None:
    """Give a subject an interval of its own from the open time on (``None``: the rule's).

    The open time keeps its day; those after it are counted from it.
    """
    found = open_one(session, key, subject)
    if found is None:
        return
    found.months, found.days = months, days
    found.anchor_on, found.number = found.intended_on, 0


def set_day(session: Session, *, key: str, subject: UUID | str, on: date) -> None:
    """The open time falls on another intended day, because its record says so (a document's review date)."""
    found = open_one(session, key, subject)
    if found is None or found.intended_on == on:
        return
    found.anchor_on, found.number, found.intended_on, found.due_on = on, 0, on, on


def end(session: Session, *, at: datetime, key: str, subject: UUID | str, on: date) -> None:
    """What it was about is over: nothing of it is due any more. What was done stays."""
    del at
    for found in [open_one(session, key, subject), *open_extras(session, key, subject)]:
        if found is not None:
            found.state, found.ended_on = State.ENDED, on


def _interval(months: int, days: int, own_months: int | None, own_days: int | None) -> tuple[int, int]:
    if own_months is None and own_days is None:
        return months, days
    return own_months or 0, own_days or 0


def _close(
    session: Session, found: Obligation, *, actor: Principal, at: datetime, state: State, on: date, note: str
) -> None:
    found.state, found.ended_on, found.ended_by_id, found.note = state, on, actor.person_id, note.strip()
    verb_done = state is State.DONE
    what = {
        "key": found.key,
        "intended_on": found.intended_on.isoformat(),
        "on": on.isoformat(),
        "note": note,
    }
    if verb_done:
        record(
            session, actor_id=actor.person_id, at=at, verb="obligation.done", thing_kind="obligation",
            thing_id=found.id, thing_ref=found.thing_ref or found.key, context_id=found.relationship_id, after=what,
        )  # fmt: skip
    else:
        record(
            session, actor_id=actor.person_id, at=at, verb="obligation.skipped", thing_kind="obligation",
            thing_id=found.id, thing_ref=found.thing_ref or found.key, context_id=found.relationship_id, after=what,
        )  # fmt: skip


def _following(session: Session, found: Obligation, *, at: datetime) -> Obligation | None:
    """The time after one that has ended, if the rule still holds and has an interval."""
    rule = rule_of(session, found.key)
    months, days = _interval(rule.months, rule.days, found.months, found.days)
    if not rule.active or (not months and not days):
        return None
    anchor, number = found.anchor_on, found.number
    if intended(anchor, number, months=months, days=days) != found.intended_on:
        anchor, number = found.intended_on, 0  # the interval was changed: count anew from the day intended
    number += 1
    on = intended(anchor, number, months=months, days=days)
    made = Obligation(
        key=found.key, subject=found.subject, relationship_id=found.relationship_id, thing_kind=found.thing_kind,
        thing_ref=found.thing_ref, title=found.title, anchor_on=anchor, number=number, intended_on=on, due_on=on,
        months=found.months, days=found.days, owner_id=found.owner_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
