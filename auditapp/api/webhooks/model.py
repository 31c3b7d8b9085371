"""Tables of webhooks: whom we tell, and what was told."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.api.webhooks.rules import State, Status, WhyPaused
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of

SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Webhook(Base):
    """An address that is told. ``read_seq``: up to which fact of the trail its deliveries were written down.

    ``owner_id``: who made it, or went on with it last; it is told only while they manage the settings. The secrets are
    sealed (kit/vault.py); the previous one signs beside the new one for a day.
    """

    __tablename__ = "webhook"
    __table_args__ = (sa.Index("ix_webhook_owner_id", "owner_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    url: Mapped[str] = mapped_column(sa.String(500))
    events: Mapped[Any] = mapped_column(Json)
    state: Mapped[State] = mapped_column(enum_of(State))
    why: Mapped[WhyPaused] = mapped_column(enum_of(WhyPaused))
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_seq: Mapped[int] = mapped_column(SEQ)
    sealed_secret: Mapped[str] = mapped_column(sa.Text)
    sealed_previous: Mapped[str] = mapped_column(sa.Text, default="")
    previous_until: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    failing_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(
        default=1
    )  # of what people set: what the machine notes does not count


class WebhookDelivery(Base):
    """One message to one endpoint: of one fact, or a test. What is sent is written down once; every try sends the same."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "seq"),
        sa.Index("ix_webhook_delivery_list", "webhook_id", "put_at", "id"),
        sa.Index(
            "ix_webhook_delivery_open",
            "webhook_id",
            "seq",
            sqlite_where=sa.text("status IN ('waiting', 'sending')"),
            postgresql_where=sa.text("status IN ('waiting', 'sending')"),
        ),
        sa.CheckConstraint("status <> 'sending' OR lease_until IS NOT NULL", name="sending_has_lease"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    webhook_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook.id"))
    message_id: Mapped[str] = mapped_column(sa.String(40), unique=True)  # webhook-id, the same at each try
    seq: Mapped[int | None] = mapped_column(SEQ)  # of the fact; none: a test
    event: Mapped[str] = mapped_column(sa.String(60))
    ref: Mapped[str] = mapped_column(sa.String(120))  # of the thing, to be found by
    body: Mapped[str] = mapped_column(sa.Text)
    put_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[Status] = mapped_column(enum_of(Status), default=Status.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str] = mapped_column(sa.String(80), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    code: Mapped[int | None] = mapped_column(default=None)  # what was answered
    milliseconds: Mapped[int | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    error: Mapped[str] = mapped_column(sa.Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
