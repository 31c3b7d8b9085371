"""Notices, messages, and how a message comes to be delivered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.reminders.rules import Answer


class NoticeKind(StrEnum):
    """Why somebody is told."""

    REMINDER = "reminder"  # it comes, or is due today
    OVERDUE = "overdue"
    ESCALATION = "escalation"  # the level below was silent
    COPY = "copy"  # the level above was told
    DECISION = "decision"  # somebody waits for an answer of theirs
    QUESTION = "question"  # is it still in hand?
    INFORMATION = "information"  # something happened that they should know


class MessageKind(StrEnum):
    """What goes out as one message."""

    DIGEST = "digest"  # the morning's
    NOW = "now"  # escalations and decisions
    INVITATION = "invitation"  # to an audit's meeting, by mail
    REPORT = "report"


class State(StrEnum):
    """Where a message stands on its way."""

    PENDING = "pending"
    SENDING = "sending"  # claimed by a worker, until a deadline
    SENT = "sent"
    UNKNOWN = "unknown"  # it may have arrived: asked before it is sent again
    FAILED = "failed"  # no channel took it: on the list of dead letters
    CANCELLED = "cancelled"  # nothing was left to say


class Verb(StrEnum):
    """What happens to a message."""

    CLAIM = "claim"
    SENT = "sent"
    RETRY = "retry"
    LOSE_TRACK = "lose_track"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    RESEND = "resend"


S, V = State, Verb
STEPS: Mapping[tuple[State, Verb], State] = {
    (S.PENDING, V.CLAIM): S.SENDING,
    (S.PENDING, V.CANCEL): S.CANCELLED,
    (S.SENDING, V.SENT): S.SENT,
    (S.SENDING, V.RETRY): S.PENDING,
    (S.SENDING, V.LOSE_TRACK): S.UNKNOWN,
    (S.SENDING, V.GIVE_UP): S.FAILED,
    (S.SENDING, V.CANCEL): S.CANCELLED,
    (S.UNKNOWN, V.SENT): S.SENT,
    (S.UNKNOWN, V.RETRY): S.PENDING,
    (S.UNKNOWN, V.GIVE_UP): S.FAILED,
    (S.SENT, V.GIVE_UP): S.FAILED,  # it bounced
    (S.SENT, V.RETRY): S.PENDING,  # it bounced, and another channel is left
    (S.FAILED, V.RESEND): S.PENDING,
}


def next_state(state: State, verb: Verb) -> State:
    """The state that ``verb`` leads to. Raises Refusal."""
    return step(
        STEPS, state, verb, Text("This message cannot be handled so any more. Open the page again and look.")
    )


class Fault(StrEnum):
    """Why a channel did not deliver, and so what is done about it."""

    RETRY = "retry"  # later, on the same channel
    UNKNOWN = "unknown"  # it may have arrived
    PERSON_GONE = "person_gone"  # this channel cannot reach them: the next one
    CHANNEL_DEAD = "channel_dead"  # nobody can be reached by it until somebody looks: the next one
    CONTENT = "content"  # it refuses what is in it: the next one


class NotSentError(Exception):
    """A channel did not take a message. ``retry_after``: seconds, where it said so."""

    def __init__(self, fault: Fault, reason: str, *, retry_after: float | None = None) -> None:
        """Keep the class of the fault and what the channel said."""
        super().__init__(reason)
        self.fault = fault
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An answer that can be given to a line: a button. ``run_id`` and ``generation`` say what it answers."""

    answer: Answer
    label: Text
    run_id: UUID
    generation: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing in a message: what, why, until when, and what happens next if nothing happens."""

    notice_id: UUID
    kind: NoticeKind
    item_key: str
    kind_label: Text  # what sort of thing
    ref: str
    title: str
    step: Text
    why: Text
    next: Text | None
    due_on: date
    due_at: datetime | None
    overdue: bool
    path: str  # the page where it is done, without the site's address
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a message goes to."""

    person_id: UUID
    name: str
    email: str
    locale: str
    zone: str
    partner_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as every channel takes it, built at the moment of sending. ``thread``: what it belongs to.

    ``extra``: what only one kind has, such as an invitation's calendar part.
    """

    id: UUID
    kind: MessageKind
    to: Recipient
    subject: Text
    opening: Text
    groups: tuple[tuple[Text, tuple[Line, ...]], ...]
    closing: Text
    thread: str
    made_at: datetime
    extra: Mapping[str, Any]


class Channel(Protocol):
    """A way to reach people. ``askable``: it can say whether a message has arrived."""

    name: str
    label: Text
    askable: bool
    per_minute: int

    def reaches(self, to: Recipient) -> bool:
        """Whether this channel knows how to reach somebody at all."""
        ...

    def send(self, message: Message) -> str:
        """Send it; gives the channel's own id of it. Raises NotSentError."""
        ...

    def find(self, message_id: UUID) -> str | None:
        """The channel's own id of a message that arrived, or ``None``. Only where ``askable``. Raises NotSentError."""
        ...
