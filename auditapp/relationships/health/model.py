"""Tables of health."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.health.rules.results import Rag, Trend
from auditapp.relationships.rules import Sharing


class HealthEdition(Base):
    """An own set of questions; the first edition comes with the product and has no row."""

    __tablename__ = "health_edition"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    number: Mapped[int] = mapped_column(unique=True)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # what was changed, and why
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))


class HealthCheck(Base):
    """A health check of one relationship. At most one is being answered at a time."""

    __tablename__ = "health_check"
    __table_args__ = (
        sa.Index(
            "ix_health_check_open_closes",
            "closes_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_health_check_list", "relationship_id", "opened_at"),
        sa.Index(
            "uq_health_check_open",
            "relationship_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # HC-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    edition: Mapped[int]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # frozen when it was opened
    desired: Mapped[dict[str, int]] = mapped_column(Json)  # a step for each dimension
    state: Mapped[CheckState] = mapped_column(enum_of(CheckState), default=CheckState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    closes_on: Mapped[date]
    intended_on: Mapped[date | None] = mapped_column(default=None)  # the day it was due
    minimum: Mapped[int] = mapped_column(
        default=1
    )  # people of a side who have answered before its result is shown
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    closed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was called off
    results: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    overall: Mapped[Rag | None] = mapped_column(enum_of(Rag), default=None)
    trend: Mapped[Trend | None] = mapped_column(enum_of(Trend), default=None)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)  # of the results
    workshop_on: Mapped[date | None] = mapped_column(default=None)
    workshop: Mapped[str] = mapped_column(
        sa.Text, default=""
    )  # what the parties made of it, and agreed to do
    workshop_sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class HealthInvite(Base):
    """Somebody who is asked; ``party_id``: their partner, empty for our own organization."""

    __tablename__ = "health_invite"
    __table_args__ = (sa.UniqueConstraint("check_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    check_id: Mapped[UUID] = mapped_column(sa.ForeignKey("health_check.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # no longer asked


class HealthAnswer(Base):
    """A person's answer to one question; an empty score is “cannot say”."""

    __tablename__ = "health_answer"
    __table_args__ = (sa.UniqueConstraint("invite_id", "question"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    invite_id: Mapped[UUID] = mapped_column(sa.ForeignKey("health_invite.id"))
    question: Mapped[str] = mapped_column(sa.String(60))
    score: Mapped[int | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)  # of the comment
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
