"""Tables of what is done about it: actions, requests, verification, comments, files; and saved views."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.findings.rules.action import (
    ActionKind,
    ActionPriority,
    ActionStatus,
    RequestKind,
    RequestStatus,
)
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of

REGISTER_OF_ACTIONS = (
    "due_on",
    "ref",
    "status",
    "kind",
    "priority",
    "owner_id",
    "deputy_id",
    "nonconformity_id",
    "id",
)


class Verification(Base):
    """What a verifier said about submitted work: accepted, or returned with a reason. Kept for every try."""

    __tablename__ = "nonconformity_verification"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    action_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("nonconformity_action.id"), default=None, index=True
    )  # empty: the nonconformity's work as a whole
    round: Mapped[int]
    accepted: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    sample: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Action(Base):
    """What somebody does about a nonconformity. People call it by ``ref`` (``NC-2026-014-A2``)."""

    __tablename__ = "nonconformity_action"
    __table_args__ = (
        sa.Index("ix_nonconformity_action_owner_id_status", "owner_id", "status"),
        sa.Index("ix_nonconformity_action_status_due_on", "status", "due_on", "ref"),
        sa.Index("ix_nonconformity_action_register", *REGISTER_OF_ACTIONS),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(30), unique=True)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    number: Mapped[int]  # within the nonconformity
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[ActionKind] = mapped_column(enum_of(ActionKind))
    status: Mapped[ActionStatus] = mapped_column(enum_of(ActionStatus), default=ActionStatus.PROPOSED)
    status_since: Mapped[datetime] = mapped_column(UTCDateTime)
    priority: Mapped[ActionPriority] = mapped_column(enum_of(ActionPriority), default=ActionPriority.MEDIUM)
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    expected: Mapped[str] = mapped_column(sa.Text, default="")  # the result it should have
    evidence_wanted: Mapped[str] = mapped_column(sa.Text, default="")  # what shall show that it was done
    cause_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nonconformity_cause.id"), default=None)
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    deputy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None, index=True)
    due_on: Mapped[date]
    first_due_on: Mapped[date]  # as first agreed; extensions do not change it
    proposed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    result: Mapped[str] = mapped_column(sa.Text, default="")  # what was done, said with “done”
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    done_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    verified_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    cancelled_by_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("person.id"), default=None
    )  # who approved
    status_reason: Mapped[str] = mapped_column(sa.Text, default="")  # why returned, cancelled or reopened
    # Everybody who ever owned it or said that it was done: none of them may verify it.
    worked_ids: Mapped[list[str]] = mapped_column(Json, default_factory=list)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ActionStep(Base):
    """A sub-step of an action."""

    __tablename__ = "nonconformity_action_step"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    action_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity_action.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(300))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    done_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)


class ActionRequest(Base):
    """What an owner asks for: more time, to be rid of it, to cancel it. At most one is open per action."""

    __tablename__ = "nonconformity_action_request"
    __table_args__ = (
        sa.Index(
            "uq_nonconformity_action_request_open",
            "action_id",
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
        sa.Index("ix_nonconformity_action_request_status_kind", "status", "kind"),
        sa.Index("ix_nonconformity_action_request_kind_asked_at", "kind", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    action_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity_action.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(enum_of(RequestKind))
    status: Mapped[RequestStatus] = mapped_column(enum_of(RequestStatus), default=RequestStatus.OPEN)
    level: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(sa.Text)
    impact: Mapped[str] = mapped_column(sa.Text, default="")  # what it means for others, in the asker's words
    wanted_on: Mapped[date | None] = mapped_column(default=None)  # the new due date that is asked for
    proposed_owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date | None] = mapped_column(default=None)  # when a decision is owed
    decided_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    decision: Mapped[str] = mapped_column(sa.Text, default="")


class Comment(Base):
    """Something said about a nonconformity or an action. ``internal``: a partner's contact does not see it."""

    __tablename__ = "nonconformity_comment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    action_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("nonconformity_action.id"), default=None, index=True
    )
    text: Mapped[str] = mapped_column(sa.Text)
    internal: Mapped[bool] = mapped_column(default=True)
    mentions: Mapped[list[str]] = mapped_column(Json, default_factory=list)  # ids of people named with @
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # by its author


class CaseFile(Base):
    """A file, photo or link with a nonconformity or an action. The bytes are in the store under ``sha256``."""

    __tablename__ = "nonconformity_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    action_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("nonconformity_action.id"), default=None, index=True
    )
    title: Mapped[str] = mapped_column(sa.String(300))
    file_name: Mapped[str] = mapped_column(sa.String(300), default="")
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    media_type: Mapped[str] = mapped_column(sa.String(120), default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    preview_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    preview_type: Mapped[str] = mapped_column(sa.String(40), default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    address: Mapped[str] = mapped_column(sa.Text, default="")  # of a link, or where a document is held
    evidence_date: Mapped[date | None] = mapped_column(default=None)
    internal: Mapped[bool] = mapped_column(default=True)
    added_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    removed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    removal_reason: Mapped[str] = mapped_column(sa.Text, default="")


class SavedView(Base):
    """A register as somebody likes to see it: the part of its address after the question mark."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("person_id", "register", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    register: Mapped[str] = mapped_column(sa.String(20))  # nonconformities or actions
    name: Mapped[str] = mapped_column(sa.String(80))
    query: Mapped[str] = mapped_column(sa.Text)
    shared: Mapped[bool] = mapped_column(default=False)  # offered to everybody
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
