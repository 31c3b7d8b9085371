"""Tables of meetings."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.meetings.rules import MeetingKind, MeetingStatus
from auditapp.relationships.rules import Sharing


class Meeting(Base):
    """A meeting: planned, held, and its minutes agreed by each party."""

    __tablename__ = "relationship_meeting"
    __table_args__ = (
        sa.Index("ix_relationship_meeting_when", "relationship_id", "starts_at"),
        sa.Index(
            "ix_relationship_meeting_planned",
            "starts_at",
            sqlite_where=sa.text("status = 'planned'"),
            postgresql_where=sa.text("status = 'planned'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # M-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    kind: Mapped[MeetingKind] = mapped_column(enum_of(MeetingKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    zone: Mapped[str] = mapped_column(sa.String(60))
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    agenda: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.SHARED)
    invited: Mapped[list[str]] = mapped_column(Json)  # ids of people of both sides
    present: Mapped[list[str]] = mapped_column(Json)
    also_present: Mapped[str] = mapped_column(sa.String(400), default="")
    minutes: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[MeetingStatus] = mapped_column(enum_of(MeetingStatus), default=MeetingStatus.PLANNED)
    held_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(
        sa.Text, default=""
    )  # why it was moved or cancelled, or the objection
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class MeetingDecision(Base):
    """What a meeting decided, and who decided it for each party."""

    __tablename__ = "relationship_meeting_decision"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship_meeting.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    ours: Mapped[str] = mapped_column(sa.String(200), default="")
    theirs: Mapped[str] = mapped_column(sa.String(200), default="")
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class MeetingAgreement(Base):
    """A party's agreement to the minutes as they were then, or its objection."""

    __tablename__ = "relationship_meeting_agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship_meeting.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    agrees: Mapped[bool]
    counts: Mapped[bool] = mapped_column(default=True)  # no more once the minutes were changed
    note: Mapped[str] = mapped_column(sa.Text, default="")
    on_behalf: Mapped[bool] = mapped_column(default=False)
