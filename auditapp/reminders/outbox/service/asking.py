"""What may have arrived: asked about where the channel can be asked, sent again where it cannot."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.ids import new_id
from auditapp.reminders.outbox import channels, queries
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import (
    ASKED_AND_FOUND,
    ASKED_AND_MISSED,
    LEASE,
    MOST_DOUBTED,
    MOST_TRIES,
    Outcome,
    State,
    Verb,
    next_state,
)
from auditapp.reminders.outbox.service.claiming import Claim
from auditapp.reminders.outbox.service.recording import end_attempt, held, let_go, onward, settle_sent


def claim_unknown(
    session: Session, *, at: datetime, worker: str, limit: int, lease: timedelta = LEASE
) -> list[Claim]:
    """Take messages that are in doubt and whose channel can be asked; the others are sent again, and counted."""
    token = f"{worker[:40]} {new_id().hex[-12:]}"
    taken = []
    for row in queries.doubtful(session, at=at, limit=limit):
        message = row.message
        channel = channels.by_name(message.channel)
        if channel is None or not channel.askable:
            message.doubted += 1
            _again(session, message, at=at, onward_after=message.doubted >= MOST_DOUBTED)
            continue
        message.claimed_by, message.deadline_at = token, at + lease
        taken.append(
            Claim(
                message_id=message.id,
                token=token,
                channel=message.channel,
                number=row.attempts,
                deadline_at=at + lease,
                kind=message.kind,
                to=row.to,
            )
        )
    session.flush()
    return taken


def record_asked(session: Session, *, at: datetime, claim: Claim, provider_id: str | None) -> State | None:
    """What the channel said: it has it under this id, or it never came. ``None`` when it is not ours any more."""
    message = held(session, claim, State.UNKNOWN)
    if message is None:
        return None
    if provider_id is not None:
        end_attempt(
            session,
            claim,
            at=at,
            outcome=Outcome.SENT.value,
            error=ASKED_AND_FOUND.msgid,
        )
        settle_sent(session, message, at=at, provider_id=provider_id)
        return message.state
    end_attempt(
        session,
        claim,
        at=at,
        outcome=message.fault.value if message.fault else "",
        error=ASKED_AND_MISSED.msgid,
    )
    _again(session, message, at=at, onward_after=message.tries >= MOST_TRIES)
    return message.state


def record_not_asked(session: Session, *, at: datetime, claim: Claim, wait: timedelta, reason: str) -> None:
    """The channel could not be asked now: it stays in doubt, and is asked later."""
    session.execute(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.id == claim.message_id,
            OutboxMessage.claimed_by == claim.token,
            OutboxMessage.state == State.UNKNOWN,
        )
        .values(deadline_at=at + wait, claimed_by="", error=reason[:2000])
    )


def _again(session: Session, message: OutboxMessage, *, at: datetime, onward_after: bool) -> None:
    if onward_after:
        onward(session, message, at=at)
        return
    message.state = next_state(message.state, Verb.RETRY)
    message.next_try_at = at
    let_go(message)
