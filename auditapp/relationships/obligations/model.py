"""Tables of recurring obligations."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.obligations.rules import Scope, State
from auditapp.relationships.rules import Stage


class ObligationRule(Base):
    """A rule as somebody changed it, or one of their own. What has no row is as :data:`.rules.DEFAULTS` says."""

    __tablename__ = "obligation_rule"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200), default="")  # empty: the title of the default
    scope: Mapped[Scope] = mapped_column(enum_of(Scope))
    whose: Mapped[list[str]] = mapped_column(Json)
    months: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)
    lead_days: Mapped[list[int]] = mapped_column(Json)
    bs: Mapped[str] = mapped_column(sa.String(60), default="")
    iso: Mapped[str] = mapped_column(sa.String(60), default="")
    from_stage: Mapped[Stage] = mapped_column(enum_of(Stage), default=Stage.AWARENESS)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class Obligation(Base):
    """One time that something is due: unique by rule, subject, the day intended, and why it is extra.

    ``subject`` is ``system``, or the id of the relationship or of the thing. At most one regular one is open for a
    rule and subject: the next is made in the transaction that ends it, so none is lost while the program is down.
    ``months`` and ``days`` are the subject's own interval; empty: the rule's.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        sa.Index(
            "ix_obligation_open_due",
            "key",
            "due_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.UniqueConstraint("key", "subject", "intended_on", "extra"),
        sa.Index(
            "uq_obligation_open",
            "key",
            "subject",
            unique=True,
            sqlite_where=sa.text("state = 'open' AND extra = ''"),
            postgresql_where=sa.text("state = 'open' AND extra = ''"),
        ),
        sa.Index("ix_obligation_state_due", "state", "due_on"),
        sa.Index("ix_obligation_relationship", "relationship_id", "state", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    key: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(40))
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    thing_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    thing_ref: Mapped[str] = mapped_column(sa.String(60), default="")
    title: Mapped[str] = mapped_column(sa.String(200), default="")  # what the thing is called
    anchor_on: Mapped[date]
    number: Mapped[int]
    intended_on: Mapped[date]
    due_on: Mapped[date]  # the intended day, unless somebody moved this one time
    extra: Mapped[str] = mapped_column(sa.String(40), default="")  # empty: regular; else why it came between
    because: Mapped[str] = mapped_column(sa.Text, default="")
    months: Mapped[int | None] = mapped_column(default=None)
    days: Mapped[int | None] = mapped_column(default=None)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    state: Mapped[State] = mapped_column(enum_of(State), default=State.OPEN)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # what was done, or why it was skipped
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
