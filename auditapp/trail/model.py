"""Tables of the trail."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.orm import Base, UTCDateTime


class Fact(Base):
    """One thing that happened. Rows are never changed or removed: triggers on both databases refuse it.

    ``before`` and ``after`` are canonical JSON texts. People stand in it by id only; what is personal is in
    :class:`PersonalPayload`, which may be erased without breaking the chain.
    """

    __tablename__ = "trail_fact"
    __table_args__ = (
        sa.Index("ix_trail_fact_thing", "thing_kind", "thing_id", "seq"),
        sa.Index("ix_trail_fact_actor", "actor_id", "seq"),
        sa.Index("ix_trail_fact_context", "context_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[UUID | None]
    verb: Mapped[str] = mapped_column(sa.String(80))
    thing_kind: Mapped[str] = mapped_column(sa.String(40))
    thing_id: Mapped[str] = mapped_column(sa.String(80))
    thing_ref: Mapped[str] = mapped_column(sa.String(120))
    context_id: Mapped[UUID | None]  # the audit, relationship … whose history page also shows it
    request_id: Mapped[str] = mapped_column(sa.String(40))
    before: Mapped[str] = mapped_column(sa.Text)
    after: Mapped[str] = mapped_column(sa.Text)
    personal_digest: Mapped[str] = mapped_column(sa.String(64))
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class PersonalPayload(Base):
    """What of a fact is personal (names, addresses). Erasing the row keeps the chain whole."""

    __tablename__ = "trail_personal"

    seq: Mapped[int] = mapped_column(sa.ForeignKey("trail_fact.seq"), primary_key=True, autoincrement=False)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    salt: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[str] = mapped_column(sa.Text)
