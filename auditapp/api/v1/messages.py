"""What went out to people: messages with every try, the channels, and the delivery log."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from flask import Response
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import MOST_ROWS, ROWS, Asked, Day, Given, Line, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, settings
from auditapp.people.rules import Capability
from auditapp.relationships.queries import relationship_by_ref
from auditapp.reminders.outbox import channels as ways
from auditapp.reminders.outbox import queries
from auditapp.reminders.outbox.model import ChannelState, OutboxMessage
from auditapp.reminders.outbox.queries.lists import Wanted, attempts_of, narrowed, notices_of, tries_of
from auditapp.reminders.outbox.queries.log import LogLine, LogWanted, lines_before
from auditapp.reminders.outbox.routes.base import said
from auditapp.reminders.outbox.routes.log import TYPES, as_file, reader
from auditapp.reminders.outbox.rules import MessageKind, NoticeKind, State, outcome_words
from auditapp.reminders.rules import Level

READ = Scope.READ_HISTORY
MANAGER = (Capability.MANAGE_PROGRAMME,)
TRAIL = (Capability.VIEW_TRAIL,)
TAG = "Messages"


class MessagesAsked(Paging):
    """Which messages."""

    state: State | None = Field(default=None)
    kind: MessageKind | None = Field(default=None)
    channel: Line = Field(default="", description="Such as `mail`: the one that was tried last.")
    person: UUID | None = Field(default=None, description="To whom.")
    fallen: bool = Field(default=False, description="Only what a first channel did not deliver.")


class Message(Given):
    """A message to somebody. ``tries``: over all channels; ``error``: what went wrong last."""

    id: UUID
    kind: MessageKind
    state: State
    to: Person | None
    channel: str
    tries: int
    error: str
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    page: str


class MessageTry(Given):
    """One try to deliver it. ``outcome``: empty while it goes on."""

    number: int
    channel: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    error: str


class MessageLine(Given):
    """One thing that it tells."""

    item_key: str
    ref: str
    title: str
    kind: NoticeKind
    decided_at: datetime


class WholeMessage(Message):
    """A message with its tries and what it tells."""

    passed: list[str] = Field(description="Channels that did not work out.")
    doubted: int = Field(description="How often it was sent again in doubt.")
    provider_id: str
    attempts: list[MessageTry]
    lines: list[MessageLine]


class DeliveryChannel(Given):
    """A way to reach people. ``since``: it does not work; ``until``: it asked us to wait."""

    name: str
    label: str
    standing: Literal["works", "waits", "dead"]
    since: datetime | None
    until: datetime | None
    reason: str


class DeliveryChannels(Given):
    """The channels of this installation; how many messages should have gone out already, and how many no channel took."""

    items: list[DeliveryChannel]
    pending: int
    doubtful: int
    failed: int
    overdue: int


class LogFileAsked(Asked):
    """What the log is narrowed to; days are those of your time zone."""

    item: Line = Field(default="", description="The key of a due item, as `/due` gives it.")
    ref: Line = Field(default="", description="The number of a thing.")
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    person: UUID | None = Field(default=None, description="Who was told.")
    since: Day | None = Field(default=None)
    until: Day | None = Field(default=None)


class LogAsked(LogFileAsked):
    """The same, a page of it."""

    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS, description="How many rows at most.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class Delivery(Given):
    """That somebody was told something, and what came of it. ``state``: of the message that carried it."""

    notice: UUID
    item_key: str
    ref: str
    title: str
    told: str
    kind: NoticeKind
    level: str = Field(description="Which level of the ladder was told.")
    made_at: datetime
    not_before: datetime
    message: UUID | None
    state: State | None
    outcome: str
    channel: str
    sent_at: datetime | None
    cancelled_at: datetime | None
    read_at: datetime | None
    answered_at: datetime | None
    answered_by: str


def _messages(rows: list[OutboxMessage]) -> list[Message]:
    session = current_session()
    tries = tries_of(session, [one.id for one in rows])
    names = Names(session, people=people_in(rows, "person_id"))
    return [
        told(
            Message,
            row,
            to=names.person(row.person_id),
            tries=tries.get(row.id, 0),
            error=str(said(row.error)),
            page=site("outbox.show", message_id=row.id),
        )
        for row in rows
    ]


@get("/messages", scope=READ, gives=listing(Message), needs=MANAGER, tag=TAG)
def messages(query: MessagesAsked) -> object:
    """Every message to anybody, with how it was delivered."""
    wanted = Wanted(
        state=query.state,
        kind=query.kind,
        channel=query.channel,
        person_id=query.person,
        fallen=query.fallen,
    )
    asked = narrowed(sa.select(OutboxMessage), wanted)
    rows, cursor = rows_of(current_session(), asked, OutboxMessage.id, query)
    return page(Message, _messages(list(rows)), cursor)


@get("/messages/<uuid:message_id>", scope=READ, gives=WholeMessage, needs=MANAGER, tag=TAG)
def message(message_id: UUID) -> object:
    """One message: what it tells, and every try."""
    session = current_session()
    row = queries.message_by_id(session, message_id)
    return WholeMessage(
        **dict(_messages([row])[0]),
        passed=row.passed,
        doubted=row.doubted,
        provider_id=row.provider_id,
        attempts=[told(MessageTry, one, error=str(said(one.error))) for one in attempts_of(session, row.id)],
        lines=[
            MessageLine(
                item_key=one.item_key,
                ref=str(one.about.get("ref", "")),
                title=str(one.about.get("title", "")),
                kind=one.kind,
                decided_at=one.created_at,
            )
            for one in notices_of(session, row.id)
        ],
    )


def _channel(name: str, label: str, state: ChannelState | None, at: datetime) -> DeliveryChannel:
    dead = state.dead_since if state is not None else None
    until = state.paused_until if state is not None else None
    waits = dead is None and until is not None and until > at
    return DeliveryChannel(
        name=name,
        label=label,
        standing="dead" if dead else "waits" if waits else "works",
        since=dead,
        until=until if waits else None,
        reason=state.reason if state is not None and dead else "",
    )


@get("/channels", scope=READ, gives=DeliveryChannels, needs=MANAGER, tag=TAG)
def channels() -> object:
    """How each channel does, and what waits."""
    session, at = current_session(), clock.now()
    states = queries.channel_states(session)
    stands = queries.waiting(session, at=at, late=timedelta(minutes=settings().clock_late_minutes))
    return told(
        DeliveryChannels,
        stands,
        items=[_channel(one.name, str(one.label), states.get(one.name), at) for one in ways.registered()],
    )


def _wanted(query: LogFileAsked) -> LogWanted:
    who = reader()
    return LogWanted(
        item_key=query.item,
        ref=query.ref,
        relationship_id=relationship_by_ref(current_session(), who, query.relationship).id
        if query.relationship
        else None,
        person_id=query.person,
        since=query.since,
        until=query.until,
        zone=who.zone,
    )


def _delivery(one: LogLine) -> Delivery:
    opens = actor().can(Capability.MANAGE_PROGRAMME)
    return told(
        Delivery,
        one,
        notice=one.notice_id,
        level=Level(one.level).name.lower(),
        message=one.message_id if opens else None,
        outcome=str(outcome_words(one.state, one.cancelled_at, one.cancel_reason)),
    )


@get("/delivery-log", scope=READ, gives=listing(Delivery), needs=TRAIL, tag=TAG)
def delivery_log(query: LogAsked) -> object:
    """Who was told what, when and how, and when they answered."""
    lines, cursor = lines_before(current_session(), _wanted(query), before=query.cursor, most=query.limit)
    return page(Delivery, [_delivery(one) for one in lines], cursor)


@get("/delivery-log.<any(csv, xlsx):suffix>", scope=READ, gives=None, needs=TRAIL, files=tuple(one.partition(";")[0] for one in TYPES.values()), tag=TAG)  # fmt: skip
def delivery_log_file(suffix: str, query: LogFileAsked) -> Response:
    """The whole log as CSV or Excel, in the order of time."""
    return as_file(_wanted(query), suffix)
