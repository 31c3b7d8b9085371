"""Tables of calendar feeds: each event as it was written, who has to do with it, the feeds and who polls them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.feeds.rules import Invited, Part, Scope, State
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.reminders.rules import Kind


class FeedEvent(Base):
    """One event of the feeds, written when its record changed. A derived table: the job fills it from what is due.

    ``first_on`` to ``last_on``: the days it lies on. ``fingerprint`` stands for what it was written from, ``digest`` for what
    was written. ``about``: what a later version needs of this one.
    """

    __tablename__ = "feed_event"
    __table_args__ = (
        sa.Index("ix_feed_event_state_day", "state", "first_on", "key"),
        sa.Index("ix_feed_event_relationship_id", "relationship_id"),
        sa.Index("ix_feed_event_programme_id", "programme_id"),
    )

    key: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    deadline: Mapped[bool]
    thing_kind: Mapped[str] = mapped_column(sa.String(40))
    thing_id: Mapped[UUID | None]
    relationship_id: Mapped[UUID | None]
    programme_id: Mapped[UUID | None]
    audit_id: Mapped[UUID | None]
    shared: Mapped[bool]
    first_on: Mapped[date]
    last_on: Mapped[date]
    zone: Mapped[str] = mapped_column(sa.String(60))  # whose rules it needs; empty for days and for UTC
    title: Mapped[str] = mapped_column(sa.Text)
    sequence: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(sa.String(16))
    digest: Mapped[str] = mapped_column(sa.String(16))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    about: Mapped[Any] = mapped_column(Json)
    event: Mapped[bytes]
    event_private: Mapped[bytes]
    todo: Mapped[bytes]
    todo_private: Mapped[bytes]
    alarm: Mapped[bytes]
    state: Mapped[State] = mapped_column(enum_of(State), default=State.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class FeedEventPerson(Base):
    """Who has to do with an event, and as what."""

    __tablename__ = "feed_event_person"
    __table_args__ = (sa.Index("ix_feed_event_person_person_id", "person_id", "part", "key"),)

    key: Mapped[str] = mapped_column(
        sa.String(160), sa.ForeignKey("feed_event.key", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[Part] = mapped_column(enum_of(Part))


class Feed(Base):
    """A person's feed on one device. Its address holds a secret; only the secret's digest is kept.

    ``kinds``: empty for all. ``title``: what the calendar is called in it. ``edition`` counts what was in it: the strong ETag is made of it and ``digest``. ``size``:
    bytes of the whole. ``summary``: today's event of what is overdue.
    """

    __tablename__ = "feed"
    __table_args__ = (sa.Index("ix_feed_person_id", "person_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # CF-12
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    scope: Mapped[Scope] = mapped_column(enum_of(Scope))
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit_programme.id"), default=None)
    kinds: Mapped[list[str]] = mapped_column(Json, default_factory=list)
    private_titles: Mapped[bool] = mapped_column(default=False)
    alarms: Mapped[bool] = mapped_column(default=False)
    tasks: Mapped[bool] = mapped_column(default=False)
    previous_digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    previous_until: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    edition: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(sa.String(16), default="")
    size: Mapped[int] = mapped_column(default=0)
    summary: Mapped[bytes] = mapped_column(default=b"")
    summary_of: Mapped[str] = mapped_column(sa.String(16), default="")
    summary_sequence: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class FeedPoll(Base):
    """How one client polls a feed, by what it calls itself."""

    __tablename__ = "feed_poll"

    feed_id: Mapped[UUID] = mapped_column(sa.ForeignKey("feed.id"), primary_key=True)
    client: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[int]
    previous_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    full: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)


class FeedGuest(Base):
    """Somebody who asked for invitations by mail. Not ``wanted`` any more: until what was sent is taken back."""

    __tablename__ = "feed_guest"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    wanted: Mapped[bool] = mapped_column(default=True)


class FeedInvitation(Base):
    """One date as one person was told it last by mail; its number goes on when the date comes back.

    ``digest`` stands for what they were told, ``about`` is the entry itself; ``messages``: {id, method} of each in the
    outbox, without those that were taken out unsent.
    """

    __tablename__ = "feed_invitation"
    __table_args__ = (sa.Index("ix_feed_invitation_person_id", "person_id"),)

    key: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(200))
    sequence: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(16))
    about: Mapped[Any] = mapped_column(Json)
    state: Mapped[Invited] = mapped_column(enum_of(Invited))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    messages: Mapped[list[dict[str, str]]] = mapped_column(Json, default_factory=list)


class FeedState(Base):
    """How far a job has read: the one that writes feeds in row 1, the one that invites in row 2. ``next_at``: when a day ends somewhere, and it runs without a new fact."""

    __tablename__ = "feed_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    read_to: Mapped[int] = mapped_column(sa.BigInteger)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
