"""Tables of management reviews."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.reports.management_review.rules import (
    ActionStatus,
    DecisionKind,
    PaperKind,
    Stage,
    Status,
    Topic,
)


class ManagementReview(Base):
    """A meeting of top management about the system. ``since`` and ``until``: the period that is looked back on."""

    __tablename__ = "management_review"
    __table_args__ = (sa.Index("ix_management_review_planned_on", "planned_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # MR-2026-01
    title: Mapped[str] = mapped_column(sa.String(200))
    planned_on: Mapped[date]
    since: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    agenda: Mapped[str] = mapped_column(sa.Text, default="")
    chair_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), kw_only=True)
    status: Mapped[Status] = mapped_column(enum_of(Status), default=Status.PLANNED)
    held_on: Mapped[date | None] = mapped_column(default=None)
    also_present: Mapped[str] = mapped_column(sa.Text, default="")
    conclusion: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was cancelled, or is being corrected
    revision: Mapped[int] = mapped_column(default=0)  # of the minutes that were issued last
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, kw_only=True)
    created_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), kw_only=True)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ReviewParticipant(Base):
    """Somebody who is invited; ``attended`` once the meeting was held."""

    __tablename__ = "management_review_participant"

    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey("management_review.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    attended: Mapped[bool] = mapped_column(default=False)


class ReviewNote(Base):
    """What is written about one input: before the meeting, or in it."""

    __tablename__ = "management_review_note"

    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey("management_review.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(enum_of(Topic), primary_key=True)
    stage: Mapped[Stage] = mapped_column(enum_of(Stage), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReviewDecision(Base):
    """Something that was decided."""

    __tablename__ = "management_review_decision"
    __table_args__ = (sa.UniqueConstraint("review_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey("management_review.id"))
    number: Mapped[int]
    kind: Mapped[DecisionKind] = mapped_column(enum_of(DecisionKind))
    text: Mapped[str] = mapped_column(sa.Text)


class ReviewAction(Base):
    """Something that somebody is to do. ``evidence``: where what was done can be seen."""

    __tablename__ = "management_review_action"
    __table_args__ = (
        sa.UniqueConstraint("review_id", "number"),
        sa.Index("ix_management_review_action_owner", "owner_id", "status", "due_on"),
        sa.Index("ix_management_review_action_status", "status", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(30), unique=True)  # MR-2026-01-A1
    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey("management_review.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    status: Mapped[ActionStatus] = mapped_column(enum_of(ActionStatus), default=ActionStatus.OPEN)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    evidence: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, kw_only=True)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ReviewPaper(Base):
    """A paper as it was: the pack of the meeting, or one issue of the minutes. Added and never changed: triggers see to it."""

    __tablename__ = "management_review_paper"
    __table_args__ = (sa.UniqueConstraint("review_id", "kind", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey("management_review.id"))
    kind: Mapped[PaperKind] = mapped_column(enum_of(PaperKind))
    revision: Mapped[int]
    content: Mapped[str] = mapped_column(sa.Text, deferred=True)  # JSON of the neutral report
    sha256: Mapped[str] = mapped_column(sa.String(64))  # fingerprint of what it says
    reason: Mapped[str] = mapped_column(sa.Text)  # of this issue; empty in the first
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
