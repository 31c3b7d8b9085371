"""A worker takes messages for a while: nobody else touches them, and if it dies they are not lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.ids import new_id
from auditapp.reminders.outbox import channels, queries
from auditapp.reminders.outbox.model import ChannelState, OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import (
    IMPERSONAL,
    LAST_RESORT,
    LEASE,
    LOST_TRACK,
    NOT_REACHED,
    REVIVAL,
    WITHIN_HOURS,
    Channel,
    Fault,
    MessageKind,
    Recipient,
    State,
    Verb,
    next_state,
    order_of,
    slot,
)
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import told_from

SEEN_PER_CLAIM = 4  # times as many are looked at as are taken: some wait for their channel
LEAST_SEEN = 40


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A message that is ours until ``deadline_at``, to be sent by ``channel`` as try ``number``."""

    message_id: UUID
    token: str
    channel: str
    number: int
    deadline_at: datetime
    kind: MessageKind
    to: Recipient


def lose_track(session: Session, *, at: datetime) -> int:
    """What a worker claimed and never recorded may have arrived or not. Gives how many. Two statements."""
    expired = session.scalars(
        sa.select(OutboxMessage)
        .where(OutboxMessage.state == State.SENDING, OutboxMessage.deadline_at <= at)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for message in expired:
        message.state = next_state(message.state, Verb.LOSE_TRACK)
        message.fault = Fault.UNKNOWN
        message.error = LOST_TRACK.msgid
        message.deadline_at = at  # its lease left time to settle
    if expired:
        session.flush()
        session.execute(
            sa.update(OutboxAttempt)
            .where(OutboxAttempt.message_id.in_([one.id for one in expired]), OutboxAttempt.outcome == "")
            .values(outcome=Fault.UNKNOWN.value, error=LOST_TRACK.msgid, ended_at=at)
        )
    return len(expired)


def ways(message: OutboxMessage, to: Recipient, wanted: Sequence[str], *, signs_in: bool) -> list[Channel]:
    """The channels left for a message that reach its person, in their order."""
    found = (channels.by_name(name) for name in order_of(wanted, message.passed, message.kind))
    return [
        one
        for one in found
        if one is not None
        and (signs_in or one.name != LAST_RESORT)
        and (message.kind in IMPERSONAL or one.reaches(to))
    ]


class _Gates:
    """Which channels take a message now. Changes their rows as they are used."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.at = session, at
        self.rows = {row.name: row for row in session.scalars(sa.select(ChannelState))}

    def row(self, name: str) -> ChannelState:
        if name not in self.rows:
            self.rows[name] = ChannelState(name=name)
            self.session.add(self.rows[name])
        return self.rows[name]

    def revives_at(self, name: str) -> datetime | None:
        """When a dead channel is tried again; ``None`` when it works, or is to be tried now."""
        found = self.rows.get(name)
        if found is None or found.dead_since is None or found.dead_since + REVIVAL <= self.at:
            return None
        return found.dead_since + REVIVAL

    def opens_at(self, channel: Channel) -> datetime:
        """When it takes the next message; takes this one if that is now."""
        found = self.rows.get(channel.name)
        if found is None and channel.per_minute <= 0:
            return self.at
        found = found or self.row(channel.name)
        if found.paused_until is not None and found.paused_until > self.at:
            return found.paused_until
        free, next_at = slot(found.free_at, self.at, channel.per_minute)
        if not free:
            return next_at
        if channel.per_minute > 0:
            found.free_at = next_at
        if found.dead_since is not None:
            found.dead_since = self.at  # one message tries whether it lives; the others wait for its word
        return self.at


def claim(
    session: Session, *, at: datetime, worker: str, limit: int, lease: timedelta = LEASE
) -> list[Claim]:
    """Take up to ``limit`` messages whose time has come, urgent ones first, then the oldest.

    Claims that ran out are lost track of first. What its channel does not take yet waits until it does; where no channel
    is left, it becomes a dead letter. The number of statements does not depend on how many there are.
    """
    lose_track(session, at=at)
    rows = queries.candidates(session, at=at, limit=max(limit * SEEN_PER_CLAIM, LEAST_SEEN))
    if not rows:
        return []
    wanted = queries.preferences(session, [row.message.person_id for row in rows])
    gates = _Gates(session, at)
    token = f"{worker[:40]} {new_id().hex[-12:]}"
    taken: list[Claim] = []
    hours = _hours(session, rows, at)
    for row in rows:
        if len(taken) == limit:
            break
        message = row.message
        opens = hours.get(message.id)
        if opens is not None and opens > at:
            message.next_try_at = opens
            continue
        channel, when = _choose(
            gates, ways(message, row.to, wanted[message.person_id], signs_in=row.signs_in)
        )
        if when is None:
            _give_up(message, at)
        elif channel is None or when > at:
            message.next_try_at = when
        else:
            taken.append(_take(session, message, channel, row, at=at, token=token, lease=lease))
    session.flush()
    return taken


def _hours(session: Session, rows: Sequence[queries.Candidate], at: datetime) -> dict[UUID, datetime]:
    """When those may go that are told within somebody's working hours only: what was late is not told at night."""
    kept = {row.message.id: row.message for row in rows if row.message.extra.get(WITHIN_HOURS)}
    if not kept:
        return {}
    known = rhythms(session, {message.person_id for message in kept.values()}, at=at)
    return {
        one: told_from(known[message.person_id], at, digest=message.kind is MessageKind.DIGEST)
        for one, message in kept.items()
    }


def _choose(gates: _Gates, left: list[Channel]) -> tuple[Channel | None, datetime | None]:
    """(channel, when it takes it); when all that is left is dead: (nothing, when one is tried again)."""
    revivals = []
    for channel in left:
        revives_at = gates.revives_at(channel.name)
        if revives_at is None:
            return channel, gates.opens_at(channel)
        revivals.append(revives_at)
    return None, min(revivals, default=None)


def _give_up(message: OutboxMessage, at: datetime) -> None:
    message.state = next_state(message.state, Verb.GIVE_UP)
    message.ended_at = at
    message.error = message.error or NOT_REACHED.msgid
    message.claimed_by, message.deadline_at = "", None


def _take(
    session: Session,
    message: OutboxMessage,
    channel: Channel,
    row: queries.Candidate,
    *,
    at: datetime,
    token: str,
    lease: timedelta,
) -> Claim:
    message.state = next_state(message.state, Verb.CLAIM)
    if message.channel != channel.name:
        message.tries = 0
    message.channel, message.claimed_by = channel.name, token
    message.deadline_at = at + lease
    message.tries += 1
    session.add(
        OutboxAttempt(
            message_id=message.id, number=row.attempts + 1, channel=channel.name, worker=token, began_at=at
        )
    )
    return Claim(
        message_id=message.id,
        token=token,
        channel=channel.name,
        number=row.attempts + 1,
        deadline_at=at + lease,
        kind=message.kind,
        to=row.to,
    )
