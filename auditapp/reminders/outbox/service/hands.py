"""What a system manager does by hand: send a dead letter again, try a channel again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit import queue
from auditapp.kit.errors import NotFound
from auditapp.people.rules import Principal
from auditapp.reminders.outbox import channels, queries
from auditapp.reminders.outbox.model import ChannelState, OutboxMessage
from auditapp.reminders.outbox.rules import Verb, next_state
from auditapp.reminders.outbox.service.putting import DELIVER
from auditapp.trail import service as trail


def resend(session: Session, *, actor: Principal, at: datetime, message_id: UUID) -> OutboxMessage:
    """Try every channel of a dead letter anew. Raises NotFound, and Refusal when it is none."""
    message = queries.message_by_id(session, message_id)
    message.state = next_state(message.state, Verb.RESEND)
    message.passed, message.tries, message.doubted = [], 0, 0
    message.next_try_at, message.ended_at = at, None
    name = queries.recipient(session, message.person_id)[0].name
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="message.resent",
        thing_kind="message",
        thing_id=message.id,
        thing_ref=str(message.id)[-8:],
        after={"kind": message.kind.value, "person_id": str(message.person_id)},
        personal={"name": name},
        personal_of=message.person_id,
    )
    queue.ring(session, DELIVER)
    return message


def reopen(session: Session, *, actor: Principal, at: datetime, name: str) -> None:
    """Use a channel again at once. Raises NotFound when there is none of that name."""
    found = session.get(ChannelState, name)
    if found is None or channels.by_name(name) is None:
        raise NotFound
    before = {"reason": found.reason}
    found.dead_since = found.paused_until = None
    found.reason = ""
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="channel.reopened",
        thing_kind="channel",
        thing_id=name,
        thing_ref=name,
        before=before,
    )
    queue.ring(session, DELIVER)
