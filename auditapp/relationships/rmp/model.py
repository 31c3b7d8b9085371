"""Tables of relationship management plans."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.rmp.rules import PlanKind, ReviewOutcome, VersionStatus
from auditapp.relationships.rules import Sharing, Stage


class Plan(Base):
    """A relationship management plan; what it says stands in its versions."""

    __tablename__ = "rmp_plan"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # RMP-01
    kind: Mapped[PlanKind] = mapped_column(enum_of(PlanKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    relationship_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("relationship.id"), index=True, default=None
    )
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    partner_owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    months: Mapped[int | None] = mapped_column(default=None)  # between reviews; empty: as the rule says
    drafts_shared: Mapped[bool] = mapped_column(default=False)  # the partner reads drafts too
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class PlanVersion(Base):
    """One version of a plan. One is under way at most, and one is in force at most."""

    __tablename__ = "rmp_version"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "number"),
        sa.Index(
            "uq_rmp_version_open",
            "plan_id",
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'submitted', 'agreed')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted', 'agreed')"),
        ),
        sa.Index(
            "uq_rmp_version_in_force",
            "plan_id",
            unique=True,
            sqlite_where=sa.text("status = 'in_force'"),
            postgresql_where=sa.text("status = 'in_force'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    plan_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_plan.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(enum_of(VersionStatus))
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why this version was begun
    content_hash: Mapped[str] = mapped_column(sa.String(64), default="")  # of what was submitted
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    returned: Mapped[str] = mapped_column(sa.Text, default="")  # why it was returned last
    in_force_on: Mapped[date | None] = mapped_column(default=None)
    superseded_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class PlanSection(Base):
    """A section of a version. ``party_id``: which partner wrote it last; empty: our own organization."""

    __tablename__ = "rmp_section"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_version.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class PlanApproval(Base):
    """A party's agreement to a version; ``party_id`` empty: our own organization."""

    __tablename__ = "rmp_approval"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_version.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    agreed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.Text, default="")  # on behalf: where the agreement is written down
    on_behalf: Mapped[bool] = mapped_column(default=False)


class PlanReview(Base):
    """A review of a plan, as it was held."""

    __tablename__ = "rmp_review"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    plan_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_plan.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_version.id"))
    held_on: Mapped[date]
    ours: Mapped[str] = mapped_column(sa.String(400))  # who of our side was there
    theirs: Mapped[str] = mapped_column(sa.String(400), default="")
    outcome: Mapped[ReviewOutcome] = mapped_column(enum_of(ReviewOutcome))
    changes: Mapped[str] = mapped_column(sa.Text, default="")
    intended_on: Mapped[date | None] = mapped_column(default=None)  # the day it had been due
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    logged_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))


class PlanTick(Base):
    """The plan was updated for a stage of its relationship."""

    __tablename__ = "rmp_tick"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    plan_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_plan.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_version.id"))
    stage: Mapped[Stage] = mapped_column(enum_of(Stage))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))


class PlanComment(Base):
    """A word on a section; what each party wrote stays theirs."""

    __tablename__ = "rmp_comment"
    __table_args__ = (sa.Index("ix_rmp_comment_section", "plan_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    plan_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rmp_plan.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
