"""Notices, messages, and how a message comes to be delivered. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.reminders.rules import Answer, DueItem

WITHIN_HOURS = "within_hours"  # in a message's ``extra``: it waits for the working hours of whoever gets it


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
    ANSWER = "answer"  # how something ended that its reader had asked for elsewhere
    PLACE = "place"  # in a channel that several people read
    VISITOR = "visitor"  # to an external auditor, who is no person here; its person is who invited them


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
    (S.PENDING, V.GIVE_UP): S.FAILED,  # no channel is left
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


LEASE = timedelta(minutes=5)  # how long a worker holds what it claimed
MARGIN = timedelta(seconds=70)  # nothing is begun later than this before the lease ends; no send takes longer
SETTLE = timedelta(seconds=90)  # what may have arrived is asked about, or sent again, no sooner
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
)
MOST_TRIES = len(BACKOFF) + 1  # on one channel; then the next one
MOST_DOUBTED = 3  # so often a message is sent again by a channel that cannot be asked; then the next one
PATIENCE = timedelta(days=1)  # being asked to wait counts as no try until then
REVIVAL = timedelta(minutes=30)  # a dead channel is tried with one message again after that
BURST = timedelta(seconds=5)  # of a channel's rate, at once
LAST_RESORT = "in_app"
# Some things mean nothing elsewhere: an invitation is a mail with a calendar part.
ONLY: Mapping[MessageKind, frozenset[str]] = {
    MessageKind.INVITATION: frozenset({"mail"}),
    MessageKind.PLACE: frozenset({"slack"}),
    MessageKind.VISITOR: frozenset({"mail"}),
    MessageKind.REPORT: frozenset({"mail", "slack"}),  # in the site the report has its page anyway
}
# These stand in a channel that several people read, or go to somebody who is no person here: how the one who chose it
# wants to be reached says nothing there.
IMPERSONAL = frozenset({MessageKind.PLACE, MessageKind.VISITOR})


class Outcome(StrEnum):
    """How one try ended, besides the classes of fault. Empty while it goes on."""

    SENT = "sent"
    CANCELLED = "cancelled"
    RELEASED = "released"  # handed back before anything was sent
    BOUNCED = "bounced"


OUTCOME_LABELS: Mapping[str, Text] = {
    "": Text("Under way"),
    Outcome.SENT: Text("Delivered"),
    Outcome.CANCELLED: Text("Nothing was left to say"),
    Outcome.RELEASED: Text("Handed back unsent"),
    Outcome.BOUNCED: Text("Came back"),
    Fault.RETRY: Text("Refused for now"),
    Fault.UNKNOWN: Text("No answer: it may have arrived"),
    Fault.PERSON_GONE: Text("Cannot reach the person"),
    Fault.CHANNEL_DEAD: Text("The channel does not work"),
    Fault.CONTENT: Text("Refused what it says"),
}
STATE_LABELS: Mapping[State, Text] = {
    State.PENDING: Text("Waiting"),
    State.SENDING: Text("Being sent"),
    State.SENT: Text("Delivered"),
    State.UNKNOWN: Text("In doubt"),
    State.FAILED: Text("Dead letter"),
    State.CANCELLED: Text("Not needed"),
}
STATE_TONES: Mapping[State, str] = {
    State.PENDING: "quiet",
    State.SENDING: "on_track",
    State.SENT: "done",
    State.UNKNOWN: "attention",
    State.FAILED: "overdue",
    State.CANCELLED: "quiet",
}
MESSAGE_LABELS: Mapping[MessageKind, Text] = {
    MessageKind.DIGEST: Text("Morning digest"),
    MessageKind.NOW: Text("Told at once"),
    MessageKind.INVITATION: Text("Invitation"),
    MessageKind.REPORT: Text("Report"),
    MessageKind.ANSWER: Text("Answer to something you did"),
    MessageKind.PLACE: Text("In a channel"),
    MessageKind.VISITOR: Text("Mail to an external auditor"),
}
NOTICE_LABELS: Mapping[NoticeKind, Text] = {
    NoticeKind.REMINDER: Text("Reminder"),
    NoticeKind.OVERDUE: Text("Overdue"),
    NoticeKind.ESCALATION: Text("Escalation"),
    NoticeKind.COPY: Text("Copy for the level below"),
    NoticeKind.DECISION: Text("Decision asked for"),
    NoticeKind.QUESTION: Text("Question whether it is in hand"),
    NoticeKind.INFORMATION: Text("Information"),
}


# What went wrong, where it was us who noticed: kept as these words, shown in the reader's language.
LOST_TRACK = Text("The worker that was sending it never said how it ended.")
NOT_REACHED = Text("No channel reaches this person.")
NOTHING_LEFT = Text("Everything in it was settled before it was sent.")
ASKED_AND_FOUND = Text("The answer was lost; the channel was asked and has it.")
ASKED_AND_MISSED = Text("The answer was lost; the channel was asked and does not have it.")


def outcome_words(state: State | None, cancelled_at: datetime | None, reason: str) -> Text:
    """How one notice ended, in a few words; ``state``: of its message, ``None`` while it waits for one."""
    if cancelled_at is not None:
        return Text("Not sent: %(reason)s", reason=Text(reason)) if reason else Text("Not sent")
    return Text("Waits for a message") if state is None else STATE_LABELS[state]


class Next(StrEnum):
    """What becomes of a message that was not delivered."""

    AGAIN = "again"  # on the same channel, later
    ONWARD = "onward"  # on the next channel, now
    ASK = "ask"  # whether it arrived


def verdict(
    fault: Fault, *, tries: int, waited: timedelta, retry_after: float | None
) -> tuple[Next, timedelta]:
    """What happens after a fault, and how long until then.

    ``tries``: on this channel, this one included. A channel that says when to come back is believed, and that counts as
    no try until the message is a day old (``waited``).
    """
    if fault is Fault.UNKNOWN:
        return Next.ASK, SETTLE
    if fault is not Fault.RETRY:
        return Next.ONWARD, timedelta()
    if retry_after is not None and waited < PATIENCE:
        return Next.AGAIN, timedelta(seconds=max(retry_after, 1.0))
    if tries >= MOST_TRIES:
        return Next.ONWARD, timedelta()
    return Next.AGAIN, BACKOFF[tries - 1]


def order_of(wanted: Sequence[str], passed: Collection[str], kind: MessageKind) -> list[str]:
    """The names of channels still to be tried, in a person's order; the site itself comes last unless they placed it."""
    only = ONLY.get(kind)
    if kind in IMPERSONAL and only is not None:
        return sorted(only - set(passed))
    names = list(wanted) if LAST_RESORT in wanted else [*wanted, LAST_RESORT]
    return [one for one in names if one not in passed and (only is None or one in only)]


def slot(free_at: datetime | None, at: datetime, per_minute: int) -> tuple[bool, datetime]:
    """Whether a channel of that rate may send one now, and when the next one may follow. No rate: always.

    The generic cell rate algorithm (ATM Forum TM 4.0, section 4.4.2): so much per minute, a little of it at once.
    """
    if per_minute <= 0:
        return True, at
    earliest = max(free_at or at - BURST, at - BURST)
    if earliest > at:
        return False, earliest
    return True, earliest + timedelta(minutes=1) / per_minute


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
    item: DueItem | None = None  # what is due, where it still is


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes along where the channel takes files; made when it is sent, outside of any unit of work."""

    name: str
    media_type: str
    make: Callable[[], bytes]


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

    ``extra``: what only one kind has, such as an invitation's calendar part, or of a report the ``path`` of its page, the
    path that ends it (``stop``) and its ``attachment``.
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
