"""Tables of what was told: notices, the messages that carry them, each try to deliver one, and the channels."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.reminders.outbox.rules import Fault, MessageKind, NoticeKind, State


class Notice(Base):
    """One thing to tell one person. Unique by ``dedupe``, so that it is never told twice.

    ``about``: what it was about when it was made (kind, ref, title, endpoint, args, step, why, next, due_on, due_at), for
    the centre and the log when the thing itself is gone. ``not_before``: when this person may be told.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index("ix_notice_person_created", "person_id", "created_at"),
        sa.Index("ix_notice_item_key", "item_key", "created_at"),
        sa.Index("ix_notice_created_at", "created_at"),
        sa.Index("ix_notice_run_id", "run_id"),
        sa.Index("ix_notice_message_id", "message_id"),
        sa.Index(
            "ix_notice_waiting",
            "not_before",
            "person_id",
            sqlite_where=sa.text("message_id IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("message_id IS NULL AND cancelled_at IS NULL"),
        ),
        sa.Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=sa.text("read_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    dedupe: Mapped[str] = mapped_column(sa.String(200), unique=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    item_key: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[NoticeKind] = mapped_column(enum_of(NoticeKind))
    urgent: Mapped[bool]
    about: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime)
    run_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("reminder_run.id"), default=None)
    generation: Mapped[int] = mapped_column(default=0)
    level: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("outbox_message.id"), default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    cancel_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class OutboxMessage(Base):
    """One message to one person: the truth about whether it was sent. Its content is built at sending.

    ``passed``: channels that did not work out. ``doubted``: it was sent again without knowing whether it had arrived.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.Index(
            "ix_outbox_message_pending",
            "next_try_at",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "ix_outbox_message_open",
            "deadline_at",
            sqlite_where=sa.text("state IN ('sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        ),
        sa.Index("ix_outbox_message_person", "person_id", "created_at"),
        sa.Index("ix_outbox_message_state_created", "state", "created_at"),
        sa.CheckConstraint("state <> 'sending' OR deadline_at IS NOT NULL", name="sending_has_deadline"),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_has_moment"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    dedupe: Mapped[str] = mapped_column(sa.String(200), unique=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[MessageKind] = mapped_column(enum_of(MessageKind))
    urgent: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime)
    extra: Mapped[Any] = mapped_column(Json, default_factory=dict)
    state: Mapped[State] = mapped_column(enum_of(State), default=State.PENDING)
    channel: Mapped[str] = mapped_column(sa.String(20), default="")  # the one tried last
    passed: Mapped[list[str]] = mapped_column(Json, default_factory=list)
    claimed_by: Mapped[str] = mapped_column(sa.String(80), default="")
    deadline_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    tries: Mapped[int] = mapped_column(default=0)
    doubted: Mapped[int] = mapped_column(default=0)
    fault: Mapped[Fault | None] = mapped_column(enum_of(Fault), default=None)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    provider_id: Mapped[str] = mapped_column(sa.String(300), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class OutboxAttempt(Base):
    """One try to deliver a message. ``outcome``: sent, unknown, a class of fault, or empty while it goes on."""

    __tablename__ = "outbox_attempt"
    __table_args__ = (sa.UniqueConstraint("message_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    message_id: Mapped[UUID] = mapped_column(sa.ForeignKey("outbox_message.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(sa.String(20))
    worker: Mapped[str] = mapped_column(sa.String(80))
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    outcome: Mapped[str] = mapped_column(sa.String(20), default="")
    error: Mapped[str] = mapped_column(sa.Text, default="")


class ChannelState(Base):
    """How a channel does: until when it asked to be left alone, since when it is dead and why."""

    __tablename__ = "outbox_channel"

    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    paused_until: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    free_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, default=None
    )  # the rate allows the next then
    dead_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
