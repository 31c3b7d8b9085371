"""Tables of the exit that is carried out: who agreed, its steps, its notices, the closing evaluation."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.exits.rules.content import InitiatorRole
from auditapp.relationships.exits.rules.process import About, Again, ExitKind, ExitStatus, StepStatus
from auditapp.relationships.rules import Sharing

ACTIVE = sa.text("status IN ('proposed', 'running', 'calling_off')")


class ExitProcess(Base):
    """An exit that was started; at most one of a relationship is active. Both parties see it."""

    __tablename__ = "exit_process"
    __table_args__ = (
        sa.Index(
            "uq_exit_process_active",
            "relationship_id",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        sa.Index("ix_exit_process_relationship", "relationship_id", "initiated_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # XP-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    strategy_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_strategy.id"))
    version_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("exit_version.id"), default=None)
    trigger_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("exit_trigger.id"), default=None)
    kind: Mapped[ExitKind] = mapped_column(enum_of(ExitKind))
    status: Mapped[ExitStatus] = mapped_column(enum_of(ExitStatus))
    reason: Mapped[str] = mapped_column(sa.Text)
    initiated_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    initiated_role: Mapped[InitiatorRole | None] = mapped_column(enum_of(InitiatorRole), default=None)
    initiated_party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    reference: Mapped[str] = mapped_column(sa.String(300), default="")  # the partner's notice, recorded by us
    initiated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    notice_on: Mapped[date]
    ends_on: Mapped[date]
    call_off_reason: Mapped[str] = mapped_column(sa.Text, default="")
    call_off_party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ExitConsent(Base):
    """A party's word on a joint exit, or on calling one off. ``party_id`` null: our own organization."""

    __tablename__ = "exit_consent"
    __table_args__ = (sa.Index("ix_exit_consent_process", "process_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    process_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_process.id"))
    about: Mapped[About] = mapped_column(enum_of(About))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    agreed: Mapped[bool]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reference: Mapped[str] = mapped_column(sa.String(300), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    closed: Mapped[bool] = mapped_column(default=False)  # of a calling-off that was settled


class ExitStep(Base):
    """A step of the exit. ``party_id``: whose it is, null for our own. Its evidence is linked."""

    __tablename__ = "exit_step"
    __table_args__ = (
        sa.UniqueConstraint("process_id", "number"),
        sa.Index(
            "ix_exit_step_open_due",
            "due_on",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    process_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_process.id"))
    number: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(300))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    continuity: Mapped[bool] = mapped_column(default=False)
    after_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("exit_step.id"), default=None)
    status: Mapped[StepStatus] = mapped_column(enum_of(StepStatus), default=StepStatus.OPEN)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # what was done, or why it is not needed
    settled_on: Mapped[date | None] = mapped_column(default=None)
    settled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ExitNotice(Base):
    """A notice that one party gave to the other. Its evidence is linked."""

    __tablename__ = "exit_notice"
    __table_args__ = (sa.UniqueConstraint("process_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    process_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_process.id"))
    number: Mapped[int]
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)  # who gave it
    on: Mapped[date]
    route: Mapped[str] = mapped_column(sa.String(300))
    reference: Mapped[str] = mapped_column(sa.String(300), default="")
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ExitEvaluation(Base):
    """The closing evaluation of one party. ``not_given``: why there is none; ``reference``: where a recorded one stands."""

    __tablename__ = "exit_evaluation"
    __table_args__ = (
        sa.UniqueConstraint("process_id", "party_id"),
        sa.Index(
            "uq_exit_evaluation_own",
            "process_id",
            unique=True,
            sqlite_where=sa.text("party_id IS NULL"),
            postgresql_where=sa.text("party_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    process_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_process.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    worked: Mapped[str] = mapped_column(sa.Text, default="")
    lessons: Mapped[str] = mapped_column(sa.Text, default="")
    value_reached: Mapped[str] = mapped_column(sa.Text, default="")
    future: Mapped[str] = mapped_column(sa.Text, default="")
    again: Mapped[Again | None] = mapped_column(enum_of(Again), default=None)
    not_given: Mapped[str] = mapped_column(sa.Text, default="")
    reference: Mapped[str] = mapped_column(sa.String(300), default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
