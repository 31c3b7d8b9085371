"""Tables of reminders that are running, and of every step they took."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.rules import Kind, Severity


class ReminderRun(Base):
    """The reminding about one due item at one due version, with the policy it began with.

    ``generation`` counts up with every answer, so that what was decided before it does nothing any more. ``told``: how
    often on this level. ``leads``: the days before on which was told already. ``next_at``: when something comes next.
    """

    __tablename__ = "reminder_run"
    __table_args__ = (
        sa.Index(
            "uq_reminder_run_open",
            "item_key",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "ix_reminder_run_next",
            "next_at",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_reminder_run_item_key", "item_key", "started_at"),
        sa.Index("ix_reminder_run_started_at", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    item_key: Mapped[str] = mapped_column(sa.String(120))
    due_version: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    severity: Mapped[Severity] = mapped_column(enum_of(Severity))
    ref: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(300))
    due_on: Mapped[date]
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"))
    policy: Mapped[Any] = mapped_column(Json)
    owners: Mapped[list[str]] = mapped_column(Json)  # whose it was when it began
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[RunState] = mapped_column(enum_of(RunState), default=RunState.COMING)
    level: Mapped[int] = mapped_column(default=0)
    level_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    told: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    total: Mapped[int] = mapped_column(default=0)  # messages over all levels
    leads: Mapped[list[int]] = mapped_column(Json, default_factory=list)
    generation: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # of what was answered last
    answered_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    blocked_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    snoozes: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)  # the number of the last one
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    end_reason: Mapped[str] = mapped_column(sa.String(40), default="")
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ReminderStep(Base):
    """One step of a run, kept as evidence: told, a level skipped, climbed, answered, ended. Never changed."""

    __tablename__ = "reminder_step"
    __table_args__ = (sa.UniqueConstraint("run_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reminder_run.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[StepKind] = mapped_column(enum_of(StepKind))
    level: Mapped[int]
    generation: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    reason: Mapped[Any] = mapped_column(
        Json, default_factory=dict
    )  # a text for people, as kit.text keeps it; or {}
