"""Tables of the strategy: its versions with sections and steps, agreements, reviews, tests of the continuity plan."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.exits.rules.content import CountedFrom, Section
from auditapp.relationships.exits.rules.reviews import PlanResult, ReviewOutcome
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.rules import Sharing

OPEN = sa.text("status IN ('draft', 'submitted', 'agreed')")
IN_FORCE = sa.text("status = 'in_force'")


class ExitStrategy(Base):
    """The exit strategy of a relationship; what it says stands in its versions."""

    __tablename__ = "exit_strategy"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # EX-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)


class ExitVersion(Base):
    """One version. At most one is being worked on and at most one is in force.

    ``triggers`` is how the triggers read when it was submitted: ``[{number, kind, text, sharing}]``; before that, null.
    """

    __tablename__ = "exit_version"
    __table_args__ = (
        sa.UniqueConstraint("strategy_id", "number"),
        sa.Index(
            "uq_exit_version_open", "strategy_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        sa.Index(
            "uq_exit_version_in_force",
            "strategy_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    strategy_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_strategy.id"))
    number: Mapped[int]
    kind: Mapped[VersionKind] = mapped_column(enum_of(VersionKind))
    status: Mapped[VersionStatus] = mapped_column(enum_of(VersionStatus), default=VersionStatus.DRAFT)
    changes: Mapped[str] = mapped_column(sa.Text, default="")  # why there is a new version
    initiators: Mapped[list[str]] = mapped_column(Json)  # values of InitiatorRole
    triggers: Mapped[list[dict[str, str]] | None] = mapped_column(Json, default=None)
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    begun_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    submitted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    discussed_on: Mapped[date | None] = mapped_column(default=None)
    discussed_note: Mapped[str] = mapped_column(sa.Text, default="")
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    in_force_on: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)  # superseded or withdrawn
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ExitSection(Base):
    """The text of a section in one version (Markdown). What has no row is not written yet."""

    __tablename__ = "exit_section"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_version.id"))
    key: Mapped[Section] = mapped_column(enum_of(Section))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ExitPlanStep(Base):
    """A step of disengagement in one version. Both parties read it. ``party_id``: whose it is, null for our own."""

    __tablename__ = "exit_plan_step"
    __table_args__ = (sa.Index("ix_exit_plan_step_version", "version_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_version.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(300))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    days: Mapped[int]  # working days of the owner's party
    counted_from: Mapped[CountedFrom] = mapped_column(enum_of(CountedFrom), default=CountedFrom.NOTICE)
    premature_days: Mapped[int | None] = mapped_column(default=None)
    continuity: Mapped[bool] = mapped_column(default=False)  # part of the customer continuity plan
    after_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("exit_plan_step.id", ondelete="SET NULL"), default=None
    )
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ExitAgreement(Base):
    """What a party said to a version. ``agreed`` false: an objection. ``lapsed_at``: the text changed afterwards.

    Signed in, ``by_id`` is somebody of that party; recorded by us, ``reference`` says where the agreement stands.
    """

    __tablename__ = "exit_agreement"
    __table_args__ = (sa.Index("ix_exit_agreement_version", "version_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_version.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    agreed: Mapped[bool]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    on: Mapped[date]  # the day of the agreement itself
    reference: Mapped[str] = mapped_column(sa.String(300), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    lapsed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class ExitReview(Base):
    """A review of the strategy: who from each side, what came of it."""

    __tablename__ = "exit_review"
    __table_args__ = (sa.Index("ix_exit_review_strategy", "strategy_id", "on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    strategy_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_strategy.id"))
    version_number: Mapped[int]  # which version was looked at
    on: Mapped[date]
    own: Mapped[str] = mapped_column(sa.String(300))  # who from our side
    theirs: Mapped[str] = mapped_column(sa.String(300), default="")  # who from the partner's side
    outcome: Mapped[ReviewOutcome] = mapped_column(enum_of(ReviewOutcome))
    changes: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ExitTest(Base):
    """A test of the customer continuity plan. Its evidence is linked."""

    __tablename__ = "exit_test"
    __table_args__ = (sa.Index("ix_exit_test_strategy", "strategy_id", "on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    strategy_id: Mapped[UUID] = mapped_column(sa.ForeignKey("exit_strategy.id"))
    number: Mapped[int]
    on: Mapped[date]
    what: Mapped[str] = mapped_column(sa.Text)  # what was tested
    result: Mapped[PlanResult] = mapped_column(enum_of(PlanResult))
    found: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
