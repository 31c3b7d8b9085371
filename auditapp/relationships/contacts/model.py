"""Tables around a relationship: criteria, break points, interdependencies, and how a contact gets in."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime


class CriterionScore(Base):
    """How a relationship scores (1 to 5) by one criterion of segmentation and priority, and why."""

    __tablename__ = "relationship_score"

    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    score: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(400), default="")


class BreakPoint(Base):
    """A day on which a contract may be left or has to be renewed."""

    __tablename__ = "relationship_break_point"
    __table_args__ = (sa.Index("ix_relationship_break_point_on_day", "on_day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), index=True)
    on: Mapped[date] = mapped_column("on_day")
    note: Mapped[str] = mapped_column(sa.String(200), default="")


class Interdependency(Base):
    """One relationship leans on another; seen from both."""

    __tablename__ = "relationship_interdependency"
    __table_args__ = (sa.UniqueConstraint("relationship_id", "other_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    other_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # what of it, and what would happen
    reviewed_on: Mapped[date | None] = mapped_column(default=None)


class AccessLink(Base):
    """A one-time link that lets a partner's contact in for a while; only the digest of its secret is kept."""

    __tablename__ = "relationship_access_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), index=True)
    hours: Mapped[int]  # that the sign-in lasts
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
