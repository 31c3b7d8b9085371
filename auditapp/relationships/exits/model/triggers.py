"""Tables of triggers and of what their watchers saw."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.exits.rules.triggers import TriggerKind, TriggerState, TriggerVerb
from auditapp.relationships.rules import Sharing


class ExitTrigger(Base):
    """Something that would make the parties think of an exit. It outlives versions, because it is watched.

    ``issues``: it stands for issues that the last level could not resolve.
    """

    __tablename__ = "exit_trigger"
    __table_args__ = (sa.UniqueConstraint("strategy_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    strategy_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_strategy.id"))
    number: Mapped[int]
    kind: Mapped[TriggerKind] = mapped_column(enum_of(TriggerKind))
    description: Mapped[str] = mapped_column(sa.String(300))
    issues: Mapped[bool] = mapped_column(default=False)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    watcher_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    state: Mapped[TriggerState] = mapped_column(enum_of(TriggerState), default=TriggerState.QUIET)
    state_since: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_on: Mapped[date | None] = mapped_column(default=None)
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    drop_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ExitTriggerCheck(Base):
    """A look at a trigger, a decision about it, or a move by the system (``ref``: the record that caused it)."""

    __tablename__ = "exit_trigger_check"
    __table_args__ = (sa.Index("ix_exit_trigger_check_trigger", "trigger_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    trigger_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_trigger.id"))
    on: Mapped[date]
    verb: Mapped[TriggerVerb] = mapped_column(enum_of(TriggerVerb))
    before: Mapped[TriggerState] = mapped_column(enum_of(TriggerState))
    after: Mapped[TriggerState] = mapped_column(enum_of(TriggerState))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    ref: Mapped[str] = mapped_column(sa.String(60), default="")
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
