"""How a try ended, written down by whoever claimed the message and by nobody else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.reminders.outbox import queries
from auditapp.reminders.outbox.model import ChannelState, OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import (
    PATIENCE,
    SETTLE,
    Fault,
    Next,
    Outcome,
    State,
    Verb,
    next_state,
    verdict,
)
from auditapp.reminders.outbox.service.claiming import Claim, ways

MOST_REASON = 2000  # characters of what a channel said


def held(session: Session, claim: Claim, *states: State) -> OutboxMessage | None:
    """The message if it is still ours in one of ``states``: a worker that comes late finds nothing."""
    return session.scalar(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.id == claim.message_id,
            OutboxMessage.claimed_by == claim.token,
            OutboxMessage.state.in_(states),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def end_attempt(session: Session, claim: Claim, *, at: datetime, outcome: str, error: str = "") -> None:
    """The try itself is always written down: it is ours, even when the message has moved on."""
    session.execute(
        sa.update(OutboxAttempt)
        .where(OutboxAttempt.message_id == claim.message_id, OutboxAttempt.number == claim.number)
        .values(ended_at=at, outcome=outcome, error=error[:MOST_REASON])
    )


def let_go(message: OutboxMessage) -> None:
    """Nobody holds it any more."""
    message.claimed_by, message.deadline_at = "", None


def record_sent(session: Session, *, at: datetime, claim: Claim, provider_id: str) -> bool:
    """It arrived. ``False`` when the claim had run out and somebody else has dealt with the message since."""
    end_attempt(session, claim, at=at, outcome=Outcome.SENT.value)
    message = held(session, claim, State.SENDING, State.UNKNOWN)
    if message is None:
        return False
    settle_sent(session, message, at=at, provider_id=provider_id)
    return True


def settle_sent(session: Session, message: OutboxMessage, *, at: datetime, provider_id: str) -> None:
    """The message is sent, and its channel works."""
    message.state = next_state(message.state, Verb.SENT)
    message.sent_at = message.ended_at = at
    message.provider_id = provider_id[:300]
    message.fault, message.error = None, ""
    let_go(message)
    session.flush()
    session.execute(
        sa.update(ChannelState)
        .where(ChannelState.name == message.channel, ChannelState.dead_since.is_not(None))
        .values(dead_since=None, reason="")
    )


def record_cancelled(session: Session, *, at: datetime, claim: Claim, reason: str) -> bool:
    """Nothing was left to say when it was to be sent."""
    end_attempt(session, claim, at=at, outcome=Outcome.CANCELLED.value, error=reason)
    message = held(session, claim, State.SENDING)
    if message is None:
        return False
    message.state = next_state(message.state, Verb.CANCEL)
    message.ended_at, message.error = at, reason
    let_go(message)
    return True


def record_fault(
    session: Session,
    *,
    at: datetime,
    claim: Claim,
    fault: Fault,
    reason: str,
    retry_after: float | None = None,
    settle: timedelta = SETTLE,
) -> State | None:
    """It did not arrive, or nobody knows. Gives where the message stands now; ``None`` when it is not ours any more."""
    end_attempt(session, claim, at=at, outcome=fault.value, error=reason)
    if fault is Fault.CHANNEL_DEAD:
        _close_channel(session, claim.channel, at=at, reason=reason)
    elif retry_after is not None:
        _pause_channel(session, claim.channel, until=at + timedelta(seconds=max(retry_after, 1.0)))
    message = held(session, claim, State.SENDING)
    if message is None:
        return None
    message.fault, message.error = fault, reason[:MOST_REASON]
    waited = at - message.created_at
    todo, wait = verdict(fault, tries=message.tries, waited=waited, retry_after=retry_after)
    if todo is Next.ASK:
        message.state = next_state(message.state, Verb.LOSE_TRACK)
        message.deadline_at = at + settle
        return message.state
    if todo is Next.AGAIN:
        if retry_after is not None and waited < PATIENCE:
            message.tries -= 1  # being asked to wait is no failure
        message.state = next_state(message.state, Verb.RETRY)
        message.next_try_at = at + wait
        let_go(message)
        return message.state
    onward(session, message, at=at, pass_by=fault is not Fault.CHANNEL_DEAD)
    return message.state


def onward(session: Session, message: OutboxMessage, *, at: datetime, pass_by: bool = True) -> None:
    """To the next channel, or to the dead letters when none is left. A dead channel may be used again later."""
    if pass_by and message.channel not in message.passed:
        message.passed = [*message.passed, message.channel]
    to, signs_in = queries.recipient(session, message.person_id)
    wanted = queries.preferences(session, [message.person_id])[message.person_id]
    left = ways(message, to, wanted, signs_in=signs_in)
    message.state = next_state(message.state, Verb.RETRY if left else Verb.GIVE_UP)
    message.sent_at, message.tries = None, 0
    message.next_try_at = at
    message.ended_at = None if left else at
    let_go(message)


def hand_back(session: Session, *, at: datetime, claims: Iterable[Claim]) -> int:
    """What was claimed and not begun goes back, as if it had not been taken. Gives how many."""
    count = 0
    for claim in claims:
        end_attempt(session, claim, at=at, outcome=Outcome.RELEASED.value)
        message = held(session, claim, State.SENDING)
        if message is None:
            continue
        message.state = next_state(message.state, Verb.RETRY)
        message.tries -= 1
        message.next_try_at = at
        let_go(message)
        count += 1
    return count


def bounced(
    session: Session,
    *,
    at: datetime,
    reason: str,
    message_id: UUID | None = None,
    provider_id: str = "",
    channel: str = "mail",
) -> OutboxMessage | None:
    """It came back after it was sent: the next channel, or a dead letter. ``None`` when there is no such message."""
    found = sa.select(OutboxMessage).where(
        OutboxMessage.state == State.SENT, OutboxMessage.channel == channel
    )
    if message_id is not None:
        found = found.where(OutboxMessage.id == message_id)
    elif provider_id:
        found = found.where(OutboxMessage.provider_id == provider_id)
    else:
        return None
    message = session.scalars(
        found.order_by(OutboxMessage.created_at.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if message is None:
        return None
    newest = (
        sa.select(sa.func.max(OutboxAttempt.number))
        .where(OutboxAttempt.message_id == message.id)
        .scalar_subquery()
    )
    session.execute(
        sa.update(OutboxAttempt)
        .where(OutboxAttempt.message_id == message.id, OutboxAttempt.number == newest)
        .values(outcome=Outcome.BOUNCED.value, error=reason[:MOST_REASON])
    )
    message.fault, message.error = Fault.PERSON_GONE, reason[:MOST_REASON]
    onward(session, message, at=at)
    return message


def _channel(session: Session, name: str) -> ChannelState:
    found = session.get(ChannelState, name, populate_existing=True)
    if found is None:
        found = ChannelState(name=name)
        session.add(found)
    return found


def _close_channel(session: Session, name: str, *, at: datetime, reason: str) -> None:
    found = _channel(session, name)
    found.dead_since, found.reason = at, reason[:MOST_REASON]


def _pause_channel(session: Session, name: str, *, until: datetime) -> None:
    found = _channel(session, name)
    found.paused_until = max(found.paused_until or until, until)
