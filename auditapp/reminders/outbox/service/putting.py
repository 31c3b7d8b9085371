"""A message is put into the outbox in the transaction of what it is about."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from auditapp.kit import queue
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import (
    LAST_RESORT,
    MessageKind,
    NoticeKind,
    State,
    Verb,
    next_state,
)

DELIVER = "deliver"  # the job that sends


def put(
    session: Session,
    *,
    at: datetime,
    dedupe: str,
    person_id: UUID,
    kind: MessageKind,
    urgent: bool,
    extra: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """The message of that name, put there once whoever asks and however often. Two statements, one more on PostgreSQL.

    It goes out when the transaction is committed, or from ``not_before`` on.
    """
    session.flush()
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "id": new_id(),
        "dedupe": dedupe,
        "person_id": person_id,
        "kind": kind,
        "urgent": urgent,
        "created_at": at,
        "next_try_at": not_before or at,
        "extra": dict(extra or {}),
        "state": "pending",
        "channel": "",
        "passed": [],
        "claimed_by": "",
        "tries": 0,
        "doubted": 0,
        "error": "",
        "provider_id": "",
    }
    session.execute(
        insert(OutboxMessage.__table__).values(**values).on_conflict_do_nothing(index_elements=["dedupe"])
    )
    if not_before is None or not_before <= at:
        queue.ring(session, DELIVER)
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.dedupe == dedupe)).one()


def tell_in_site(
    session: Session, *, at: datetime, dedupe: str, person_id: UUID, about: Mapping[str, Any]
) -> None:
    """How something ended that somebody asked for in the site: it stands in their notices at once, and nowhere else."""
    message = OutboxMessage(
        dedupe=dedupe, person_id=person_id, kind=MessageKind.ANSWER, urgent=False, created_at=at, next_try_at=at,
        state=State.SENT, channel=LAST_RESORT, sent_at=at, ended_at=at,
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add(
        Notice(
            dedupe=dedupe, person_id=person_id, item_key=dedupe, kind=NoticeKind.INFORMATION, urgent=False,
            about=dict(about), created_at=at, not_before=at, message_id=message.id,
        )
    )  # fmt: skip
    session.flush()


def withdraw(session: Session, *, at: datetime, message_ids: Collection[UUID], reason: Text) -> set[UUID]:
    """Take messages out that nobody began to send; gives which. What is on its way stays. One statement."""
    if not message_ids:
        return set()
    waiting = session.scalars(
        sa.select(OutboxMessage)
        .where(OutboxMessage.id.in_(message_ids), OutboxMessage.state == State.PENDING)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for message in waiting:
        message.state = next_state(message.state, Verb.CANCEL)
        message.ended_at, message.error = at, reason.msgid
    return {one.id for one in waiting}
