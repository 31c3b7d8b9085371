"""Tables of certification: certificates, the body's decisions, visits and findings."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.certification.rules import (
    DecisionKind,
    FindingKind,
    FindingStatus,
    Scheme,
    VisitKind,
)


class Certificate(Base):
    """What the organization is certified to by a body, or means to be. Its days stand on decisions and visits."""

    __tablename__ = "certificate"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # CR-01
    scheme: Mapped[Scheme] = mapped_column(enum_of(Scheme))
    body: Mapped[str] = mapped_column(sa.String(200))
    number: Mapped[str] = mapped_column(sa.String(80), default="")  # as the body prints it
    scope: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    ended_on: Mapped[date | None] = mapped_column(default=None)
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class CertificateDecision(Base):
    """A decision of the body; the newest one begins the present cycle."""

    __tablename__ = "certificate_decision"
    __table_args__ = (sa.UniqueConstraint("certificate_id", "decided_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    certificate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certificate.id"))
    kind: Mapped[DecisionKind] = mapped_column(enum_of(DecisionKind))
    decided_on: Mapped[date]
    expires_on: Mapped[date]  # the last day on which it holds
    note: Mapped[str] = mapped_column(sa.Text, default="")
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class CertificateVisit(Base):
    """A visit of the body, planned or held, from its first to its last day."""

    __tablename__ = "certificate_visit"
    __table_args__ = (
        sa.Index(
            "ix_certificate_visit_planned",
            "planned_from",
            sqlite_where=sa.text("held_from IS NULL AND cancelled_on IS NULL"),
            postgresql_where=sa.text("held_from IS NULL AND cancelled_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    certificate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certificate.id"), index=True)
    kind: Mapped[VisitKind] = mapped_column(enum_of(VisitKind))
    planned_from: Mapped[date | None] = mapped_column(default=None)
    planned_to: Mapped[date | None] = mapped_column(default=None)
    held_from: Mapped[date | None] = mapped_column(default=None)
    held_to: Mapped[date | None] = mapped_column(default=None)
    auditors: Mapped[str] = mapped_column(sa.String(300), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    cancelled_on: Mapped[date | None] = mapped_column(default=None)
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class CertificateFinding(Base):
    """A Stage 1 concern (SC-2026-001), or a nonconformity or opportunity of the body (BF-2026-001)."""

    __tablename__ = "certificate_finding"
    __table_args__ = (sa.Index("ix_certificate_finding_certificate", "certificate_id", "status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    certificate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certificate.id"))
    visit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certificate_visit.id"))
    kind: Mapped[FindingKind] = mapped_column(enum_of(FindingKind))
    body_ref: Mapped[str] = mapped_column(sa.String(80), default="")  # the body's own number
    clause: Mapped[str] = mapped_column(sa.String(80), default="")
    statement: Mapped[str] = mapped_column(sa.Text)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    plan: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_on: Mapped[date | None] = mapped_column(default=None)
    status: Mapped[FindingStatus] = mapped_column(enum_of(FindingStatus), default=FindingStatus.OPEN)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    said: Mapped[str] = mapped_column(sa.Text, default="")  # what the body said last
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
