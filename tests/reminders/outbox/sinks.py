"""Channels for the tests: what each does with a message is told beforehand, and what arrived is kept."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.queries import recipient
from auditapp.reminders.outbox.rules import Message, NotSentError, Recipient


class Sink:
    """Takes messages, or does what stands next in ``script``: raise a fault, or take it and lose the answer."""

    def __init__(self, name: str, *, askable: bool = True, per_minute: int = 0) -> None:
        self.name, self.label = name, Text(name)
        self.askable, self.per_minute = askable, per_minute
        self.arrived: list[UUID] = []
        self.script: list[Exception | Callable[[Message], None]] = []
        self.unreachable: set[UUID] = set()

    def reaches(self, to: Recipient) -> bool:
        return to.person_id not in self.unreachable

    def send(self, message: Message) -> str:
        act = self.script.pop(0) if self.script else None
        if isinstance(act, NotSentError):
            raise act
        self.arrived.append(message.id)
        if isinstance(act, Exception):
            raise act
        if act is not None:
            act(message)
        return f"{self.name}-{message.id}"

    def find(self, message_id: UUID) -> str | None:
        act = self.script.pop(0) if self.script else None
        if isinstance(act, Exception):
            raise act
        return f"{self.name}-{message_id}" if message_id in self.arrived else None


def plain_message(session: Session, message_id: UUID, at: datetime) -> Message | None:
    """A message with nothing in it but whom it is for; none where its row says so."""
    row = session.get_one(OutboxMessage, message_id)
    if row.extra.get("empty"):
        return None
    if row.extra.get("broken"):
        raise ValueError(row.extra["broken"])
    return Message(
        id=message_id,
        kind=row.kind,
        to=recipient(session, row.person_id)[0],
        subject=Text("What is yours today"),
        opening=Text("Nothing but a test."),
        groups=(),
        closing=Text("That is all."),
        thread="",
        made_at=at,
        extra=row.extra,
    )
