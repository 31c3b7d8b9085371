"""Tables of a nonconformity's own life: requirements, disputes, causes, extent, checks, repeats."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.audits.execution.rules import Grade
from auditapp.findings.rules.nonconformity import (
    CauseCategory,
    CheckResult,
    DisputeOutcome,
    ExtentResult,
    NcStatus,
    Source,
)
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of

REGISTER = (
    "turn_due_on",
    "ref",
    "status",
    "grade",
    "source",
    "stage",
    "relationship_id",
    "audit_id",
    "responsible_id",
    "deputy_id",
    "verifier_id",
    "verifier_reviewer_id",
    "raised_by_id",
    "raised_at",
    "closed_at",
    "reopened",
    "id",
)


class Nonconformity(Base):
    """One nonconformity, from draft to closure. People call it by ``ref`` (``NC-2026-014``), as its address does.

    When it comes from an audit, ``finding_id`` names the audit finding: what the auditor wrote stays there and in
    the report; what is done about it is here.
    """

    __tablename__ = "nonconformity"
    __table_args__ = (
        sa.Index(
            "ix_nonconformity_reply_due",
            "reply_due_on",
            sqlite_where=sa.text("replied_on IS NULL AND reply_due_on IS NOT NULL"),
            postgresql_where=sa.text("replied_on IS NULL AND reply_due_on IS NOT NULL"),
        ),
        sa.Index(
            "ix_nonconformity_close_due",
            "close_due_on",
            sqlite_where=sa.text("closed_at IS NULL AND close_due_on IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND close_due_on IS NOT NULL"),
        ),
        sa.Index("ix_nonconformity_status_turn_due_on", "status", "turn_due_on", "ref"),
        # All by which readiness counts the open ones and finds the most pressing.
        sa.Index("ix_nonconformity_pressing", "status", "grade", "turn_due_on", "ref", "id"),
        # All that the register narrows and sorts by, so that it never reads the long texts to find 25 rows.
        sa.Index("ix_nonconformity_register", *REGISTER),
        sa.Index("ix_nonconformity_responsible_id_status", "responsible_id", "status"),
        sa.Index("ix_nonconformity_verifier_id_status", "verifier_id", "status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    statement: Mapped[str] = mapped_column(sa.Text, default="")
    objective_evidence: Mapped[str] = mapped_column(sa.Text, default="")
    grade: Mapped[Grade] = mapped_column(enum_of(Grade), default=Grade.MINOR)
    status: Mapped[NcStatus] = mapped_column(enum_of(NcStatus), default=NcStatus.DRAFT)
    status_since: Mapped[datetime] = mapped_column(UTCDateTime)
    turn_due_on: Mapped[date | None] = mapped_column(default=None)  # overdue is derived from it
    source: Mapped[Source] = mapped_column(enum_of(Source), default=Source.SELF_IDENTIFIED)
    source_note: Mapped[str] = mapped_column(sa.Text, default="")  # who complained, which meeting, which page
    finding_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("audit_finding.id"), default=None, unique=True
    )
    audit_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit.id"), default=None, index=True)
    relationship_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("relationship.id"), default=None, index=True
    )
    stage: Mapped[str] = mapped_column(
        sa.String(40), default=""
    )  # a stage slug, management_system, or unknown
    # Of a certification body: its name, its own reference, and until when it wants a reply and a closure.
    body_name: Mapped[str] = mapped_column(sa.String(200), default="")
    body_ref: Mapped[str] = mapped_column(sa.String(80), default="")
    reply_due_on: Mapped[date | None] = mapped_column(default=None)
    replied_on: Mapped[date | None] = mapped_column(default=None)
    close_due_on: Mapped[date | None] = mapped_column(default=None)

    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    issued_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None, index=True)
    responsible_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    deputy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    verifier_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    # A verifier who is not independent: what stands against it, why nobody else, and who reviews the work.
    verifier_conflict: Mapped[str] = mapped_column(sa.Text, default="")
    verifier_reason: Mapped[str] = mapped_column(sa.Text, default="")
    verifier_reviewer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)

    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None, index=True)
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    correction: Mapped[str] = mapped_column(sa.Text, default="")  # what was put right at once
    containment: Mapped[str] = mapped_column(sa.Text, default="")  # what keeps it from doing harm meanwhile
    contained_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    cause_summary: Mapped[str] = mapped_column(sa.Text, default="")
    extent_summary: Mapped[str] = mapped_column(sa.Text, default="")
    cause_done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    plan_submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None, index=True)
    plan_accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    plan_accepted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    verified_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None, index=True)
    closed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    reopened: Mapped[int] = mapped_column(default=0)  # how often; the round is one more
    status_reason: Mapped[str] = mapped_column(sa.Text, default="")  # why returned, reopened or withdrawn
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def round(self) -> int:
        """1 until it is reopened; causes, actions and checks belong to a round."""
        return self.reopened + 1


class NonconformityRequirement(Base):
    """A requirement that is not fulfilled; in a table of its own to find repeats on the same clause."""

    __tablename__ = "nonconformity_requirement"
    __table_args__ = (
        sa.Index("ix_nonconformity_requirement_clause", "standard", "clause"),
        # From the open ones on, without a look at the rows themselves.
        sa.Index("ix_nonconformity_requirement_of", "nonconformity_id", "standard", "clause"),
    )

    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    standard: Mapped[str] = mapped_column(sa.String(80))  # ISO 44001:2017
    clause: Mapped[str] = mapped_column(sa.String(40))  # 8.2.2
    title: Mapped[str] = mapped_column(sa.String(300), default="")


class Dispute(Base):
    """Both views of a disputed nonconformity, and how it was decided. One per round of issuing; the newest counts."""

    __tablename__ = "nonconformity_dispute"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    view: Mapped[str] = mapped_column(sa.Text)  # the auditee's
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(sa.Text, default="")  # the audit team's
    answered_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    outcome: Mapped[DisputeOutcome | None] = mapped_column(enum_of(DisputeOutcome), default=None)
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    maintained: Mapped[str] = mapped_column(sa.Text, default="")  # the auditee's view after the decision


class Cause(Base):
    """An answer to “why?”: a node of a tree whose top nodes answer why the nonconformity occurred."""

    __tablename__ = "nonconformity_cause"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nonconformity_cause.id"), default=None)
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)  # among its siblings
    text: Mapped[str] = mapped_column(sa.Text)
    category: Mapped[CauseCategory | None] = mapped_column(enum_of(CauseCategory), default=None, index=True)
    root: Mapped[bool] = mapped_column(default=False)  # a root cause: asking on would lead nowhere
    evidence: Mapped[str] = mapped_column(sa.Text, default="")  # how it is known


class ExtentCheck(Base):
    """Where else it may occur, and what somebody found there."""

    __tablename__ = "nonconformity_extent"
    __table_args__ = (
        sa.Index(
            "ix_nonconformity_extent_open_due",
            "due_on",
            sqlite_where=sa.text("result = 'open'"),
            postgresql_where=sa.text("result = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    standard: Mapped[str] = mapped_column(sa.String(80), default="")
    clause: Mapped[str] = mapped_column(sa.String(40), default="")
    place: Mapped[str] = mapped_column(sa.String(300), default="")  # anything else: a site, a team, a process
    question: Mapped[str] = mapped_column(sa.Text, default="")  # what to look at
    checker_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None, index=True)
    due_on: Mapped[date | None] = mapped_column(default=None)
    result: Mapped[ExtentResult] = mapped_column(enum_of(ExtentResult), default=ExtentResult.OPEN)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    checked_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    raised_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nonconformity.id"), default=None)


class EffectivenessCheck(Base):
    """The check of one round: criteria written in advance, a first day, and what was found."""

    __tablename__ = "nonconformity_check"
    __table_args__ = (sa.UniqueConstraint("nonconformity_id", "round"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"))
    round: Mapped[int]
    criteria: Mapped[str] = mapped_column(sa.Text, default="")
    criteria_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    criteria_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    not_before: Mapped[date | None] = mapped_column(default=None, index=True)
    result: Mapped[CheckResult] = mapped_column(enum_of(CheckResult), default=CheckResult.OPEN)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    sample: Mapped[str] = mapped_column(sa.Text, default="")
    checked_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None, index=True)


class Repeat(Base):
    """This nonconformity repeats an earlier one."""

    __tablename__ = "nonconformity_repeat"

    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), primary_key=True)
    earlier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), primary_key=True, index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    linked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CarryOver(Base):
    """An audit was completed although this nonconformity was open: why, and who answers for it."""

    __tablename__ = "nonconformity_carry_over"

    nonconformity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nonconformity.id"), primary_key=True)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
