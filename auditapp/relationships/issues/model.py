"""Tables of issues: the issue, each stay on a level, the spans of its clock, what was proposed and said, the ladder."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import (
    Came,
    CommentKind,
    IssueKind,
    Outcome,
    RequestKind,
    RequestStatus,
    Status,
)
from auditapp.relationships.issues.rules.ladder import DEFAULT_ANSWER_DAYS, Expiry, Severity
from auditapp.relationships.rules import Sharing


class IssueLadder(Base):
    """What a relationship has set for its ladder; without a row the defaults hold.

    ``limits``: ``{"1": {"moderate": 5, …}, …}`` in working days. ``zones``: by partner id, where it is not the zone of
    the partner's capital; ``own_zone`` likewise, empty for the organization's.
    """

    __tablename__ = "issue_ladder"

    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), primary_key=True)
    limits: Mapped[Any] = mapped_column(Json)
    expiry: Mapped[Expiry] = mapped_column(enum_of(Expiry), default=Expiry.MOVE)
    answer_days: Mapped[int] = mapped_column(default=DEFAULT_ANSWER_DAYS)
    own_zone: Mapped[str] = mapped_column(sa.String(60), default="")
    zones: Mapped[Any] = mapped_column(Json, default_factory=dict)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class IssueHolder(Base):
    """Who stands for a party on a level of a relationship's ladder. ``party_id``: the partner, ``None`` for our own."""

    __tablename__ = "issue_holder"
    __table_args__ = (sa.Index("ix_issue_holder_relationship", "relationship_id", "level"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    level: Mapped[int]
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    name: Mapped[str] = mapped_column(sa.String(200), default="")


class Issue(Base):
    """An issue between us and one partner. What is overdue is derived; ``due_at`` and ``next_at`` only find it fast.

    ``raised_party_id``: the partner who raised it, ``None`` for our own organization. ``answer_by``: until when the
    other party can object to a resolution. ``next_at``: the next moment at which something comes by itself.
    """

    __tablename__ = "issue"
    __table_args__ = (
        sa.Index("ix_issue_relationship", "relationship_id", "status"),
        sa.Index("ix_issue_next", "next_at"),
        sa.Index("ix_issue_status_due", "status", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # IS-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[IssueKind] = mapped_column(enum_of(IssueKind))
    severity: Mapped[Severity] = mapped_column(enum_of(Severity))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    partner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    raised_party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    impact: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    status: Mapped[Status] = mapped_column(enum_of(Status), default=Status.OPEN)
    level: Mapped[int] = mapped_column(default=1)
    awaited: Mapped[Party] = mapped_column(enum_of(Party), default=Party.OWN)
    going: Mapped[Going] = mapped_column(enum_of(Going), default=Going.RUNNING)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    next_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    cause: Mapped[str] = mapped_column(sa.Text, default="")
    resolution: Mapped[str] = mapped_column(sa.Text, default="")
    lesson: Mapped[str] = mapped_column(sa.Text, default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    resolved_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    resolved_party: Mapped[Party | None] = mapped_column(enum_of(Party), default=None)
    answer_by: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    status_reason: Mapped[str] = mapped_column(sa.Text, default="")
    reopened: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class IssueStay(Base):
    """A stay on a level, with the figures and calendars it was entered with; kept for the audit when it has ended.

    ``limits``: the whole table of the ladder; ``calendars``: ``{"own": {"zone", "country", "subdivision"}, …}``.
    Days are working days.
    """

    __tablename__ = "issue_stay"
    __table_args__ = (sa.UniqueConstraint("issue_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    issue_id: Mapped[UUID] = mapped_column(sa.ForeignKey("issue.id"))
    number: Mapped[int]
    level: Mapped[int]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    came: Mapped[Came] = mapped_column(enum_of(Came))
    limits: Mapped[Any] = mapped_column(Json)
    calendars: Mapped[Any] = mapped_column(Json)
    expiry: Mapped[Expiry] = mapped_column(enum_of(Expiry))
    limit_days: Mapped[int]
    own_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    own_name: Mapped[str] = mapped_column(sa.String(200), default="")
    partner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)  # a person
    partner_name: Mapped[str] = mapped_column(sa.String(200), default="")
    floor_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    half_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    day_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    expired_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    outcome: Mapped[Outcome | None] = mapped_column(enum_of(Outcome), default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was moved on by hand
    used_days: Mapped[float | None] = mapped_column(default=None)
    paused_days: Mapped[float | None] = mapped_column(default=None)
    answered_days: Mapped[float | None] = mapped_column(default=None)


class IssueSpan(Base):
    """From ``began_at`` on it was this party's turn on the level, and the clock went or stood."""

    __tablename__ = "issue_span"
    __table_args__ = (sa.UniqueConstraint("stay_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    stay_id: Mapped[UUID] = mapped_column(sa.ForeignKey("issue_stay.id"))
    number: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    party: Mapped[Party] = mapped_column(enum_of(Party))
    going: Mapped[Going] = mapped_column(enum_of(Going))
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")


class IssueRequest(Base):
    """What one party proposed to the other: a pause until a day, or a jump to a level."""

    __tablename__ = "issue_request"
    __table_args__ = (
        sa.Index("ix_issue_request_issue", "issue_id", "asked_at"),
        sa.Index(
            "uq_issue_request_open",
            "issue_id",
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    issue_id: Mapped[UUID] = mapped_column(sa.ForeignKey("issue.id"))
    kind: Mapped[RequestKind] = mapped_column(enum_of(RequestKind))
    party: Mapped[Party] = mapped_column(enum_of(Party))
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(sa.Text)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    to_level: Mapped[int | None] = mapped_column(default=None)
    status: Mapped[RequestStatus] = mapped_column(enum_of(RequestStatus), default=RequestStatus.OPEN)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    answered_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    answer: Mapped[str] = mapped_column(sa.Text, default="")


class IssueComment(Base):
    """A word or a proposal. ``party_id``: the partner whose it is, ``None`` for our own organization."""

    __tablename__ = "issue_comment"
    __table_args__ = (sa.Index("ix_issue_comment_issue", "issue_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    issue_id: Mapped[UUID] = mapped_column(sa.ForeignKey("issue.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[CommentKind] = mapped_column(enum_of(CommentKind))
    text: Mapped[str] = mapped_column(sa.Text)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
