"""Reading the outbox: what is to be sent, and to whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.people.model import Account, Person
from auditapp.reminders.outbox.model import ChannelState, OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import Recipient, State
from auditapp.reminders.quiet.model import PersonRhythm
from auditapp.reminders.quiet.rules import Rhythm


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A message whose time has come, whom it goes to, and how often it was tried."""

    message: OutboxMessage
    to: Recipient
    signs_in: bool
    attempts: int


def _with_person(*where: sa.ColumnElement[bool]) -> sa.Select[tuple[OutboxMessage, Person, bool, int]]:
    attempts = (
        sa.select(sa.func.coalesce(sa.func.max(OutboxAttempt.number), 0))
        .where(OutboxAttempt.message_id == OutboxMessage.id)
        .correlate(OutboxMessage)
        .scalar_subquery()
    )
    return (
        sa.select(OutboxMessage, Person, _signs_in(), attempts)
        .join(Person, Person.id == OutboxMessage.person_id)
        .where(*where)
        .with_for_update(skip_locked=True, of=OutboxMessage)
        .execution_options(populate_existing=True)
    )


def _signs_in() -> sa.ColumnElement[bool]:
    return sa.and_(
        Person.active,
        sa.exists().where(Account.person_id == Person.id, Account.disabled_at.is_(None)),
    )


def _recipient(person: Person) -> Recipient:
    return Recipient(
        person_id=person.id,
        name=person.name,
        email=person.email,
        locale=person.locale,
        zone=person.zone,
        partner_id=person.partner_id,
    )


def _candidates(session: Session, query: sa.Select[Any]) -> list[Candidate]:
    return [
        Candidate(message=message, to=_recipient(person), signs_in=bool(signs_in), attempts=attempts)
        for message, person, signs_in, attempts in session.execute(query)
    ]


def candidates(session: Session, *, at: datetime, limit: int) -> list[Candidate]:
    """Messages whose time has come, urgent ones first, then the oldest; locked for us. One statement."""
    query = _with_person(OutboxMessage.state == State.PENDING, OutboxMessage.next_try_at <= at)
    return _candidates(
        session,
        query.order_by(OutboxMessage.urgent.desc(), OutboxMessage.created_at, OutboxMessage.id).limit(limit),
    )


def doubtful(session: Session, *, at: datetime, limit: int) -> list[Candidate]:
    """Messages that may have arrived and have settled. One statement."""
    query = _with_person(OutboxMessage.state == State.UNKNOWN, OutboxMessage.deadline_at <= at)
    return _candidates(session, query.order_by(OutboxMessage.deadline_at, OutboxMessage.id).limit(limit))


def anything_to_do(session: Session, *, at: datetime) -> bool:
    """Whether a worker finds anything: cheap, so that it need not take the write lock. One statement."""
    return bool(
        session.scalar(
            sa.select(
                sa.or_(
                    sa.exists().where(OutboxMessage.state == State.PENDING, OutboxMessage.next_try_at <= at),
                    sa.exists().where(
                        OutboxMessage.state.in_([State.SENDING, State.UNKNOWN]),
                        OutboxMessage.deadline_at <= at,
                    ),
                )
            )
        )
    )


def preferences(session: Session, person_ids: Collection[UUID]) -> dict[UUID, Sequence[str]]:
    """The channels of each person, in the order they are tried; whoever chose nothing has the usual. One statement."""
    chosen = session.execute(
        sa.select(PersonRhythm.person_id, PersonRhythm.channels).where(
            PersonRhythm.person_id.in_(set(person_ids))
        )
    )
    usual: dict[UUID, Sequence[str]] = dict.fromkeys(person_ids, Rhythm().channels)
    return usual | {row.person_id: row.channels for row in chosen}


def recipient(session: Session, person_id: UUID) -> tuple[Recipient, bool]:
    """Whom a message goes to, and whether they can sign in. One statement."""
    found = session.execute(sa.select(Person, _signs_in()).where(Person.id == person_id)).one()
    person, signs_in = found
    return _recipient(person), bool(signs_in)


def message_by_id(session: Session, message_id: UUID) -> OutboxMessage:
    """One message. Raises NotFound."""
    found = session.get(OutboxMessage, message_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How the outbox stands: how much waits, since when too long, how much is lost to all channels."""

    pending: int
    doubtful: int
    failed: int
    overdue: int
    oldest: datetime | None


def waiting(session: Session, *, at: datetime, late: timedelta) -> Waiting:
    """Counts for whoever watches. ``overdue``: should have gone out before ``at - late``. One statement."""
    counts = {State.PENDING: 0, State.UNKNOWN: 0, State.FAILED: 0}
    overdue, oldest = 0, None
    too_long = sa.case((OutboxMessage.next_try_at < at - late, 1), else_=0)
    for state, count, late_ones, first in session.execute(
        sa.select(
            OutboxMessage.state,
            sa.func.count(),
            sa.func.sum(too_long),
            sa.func.min(OutboxMessage.next_try_at),
        )
        .where(OutboxMessage.state.in_(counts))
        .group_by(OutboxMessage.state)
    ):
        counts[state] = count
        if state is State.PENDING:
            overdue, oldest = int(late_ones or 0), first
    return Waiting(
        pending=counts[State.PENDING],
        doubtful=counts[State.UNKNOWN],
        failed=counts[State.FAILED],
        overdue=overdue,
        oldest=oldest,
    )


def channel_states(session: Session) -> dict[str, ChannelState]:
    """How each channel that was ever used stands. One statement."""
    return {row.name: row for row in session.scalars(sa.select(ChannelState))}
