"""Tables that all rooms of an audit share: the programme, the audit, its team, its plan."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.audits.rules import AuditKind, AuditStatus, MemberRole
from auditapp.checklists.model import Edition
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship


class Programme(Base):
    """An audit programme: the audits of a period towards shared objectives (ISO 19011 clause 5)."""

    __tablename__ = "audit_programme"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # AP-2026
    title: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    objectives: Mapped[str] = mapped_column(sa.Text, default="")
    risks: Mapped[str] = mapped_column(sa.Text, default="")  # risks and opportunities of the programme (5.3)
    # {"critical": 12, "high": 12, "medium": 24, "low": 36, "system": 12}: at least every so many months
    frequency: Mapped[dict[str, int]] = mapped_column(Json, default_factory=dict)
    responsible_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    responsible: Mapped[Person] = relationship(init=False, lazy="raise")
    __mapper_args__ = {"version_id_col": version}


class Audit(Base):
    """One audit, from planned to completed. People call it by ``ref`` (``IA-2026-003``), as its address does."""

    __tablename__ = "audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[AuditKind] = mapped_column(enum_of(AuditKind), default=AuditKind.INTERNAL)
    status: Mapped[AuditStatus] = mapped_column(enum_of(AuditStatus), default=AuditStatus.PLANNED, index=True)
    programme_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("audit_programme.id"), default=None, index=True
    )
    objectives: Mapped[str] = mapped_column(sa.Text, default="")
    scope: Mapped[str] = mapped_column(sa.Text, default="")  # organization, functions, processes
    stages: Mapped[list[str]] = mapped_column(Json, default_factory=list)  # stage slugs in scope; empty: all
    criteria: Mapped[str] = mapped_column(sa.Text, default="")  # besides the checklist editions
    client: Mapped[str] = mapped_column(sa.String(200), default="")  # audit client: who asked for it
    methods: Mapped[str] = mapped_column(sa.Text, default="")
    places: Mapped[str] = mapped_column(sa.Text, default="")
    starts_on: Mapped[date | None] = mapped_column(default=None, index=True)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    # The first day as first planned. A repeat counts from it, not from the day somebody got round to it.
    intended_on: Mapped[date | None] = mapped_column(default=None)
    repeat_months: Mapped[int | None] = mapped_column(default=None)
    previous_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit.id"), default=None)
    plan_revision: Mapped[int] = mapped_column(default=1)
    plan_sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    status_reason: Mapped[str] = mapped_column(sa.Text, default="")  # why postponed or cancelled
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)

    programme: Mapped[Programme | None] = relationship(init=False, lazy="raise")
    members: Mapped[list["AuditMember"]] = relationship(
        init=False, lazy="raise", cascade="all, delete-orphan", order_by="AuditMember.position"
    )
    relationships: Mapped[list[Relationship]] = relationship(
        init=False, secondary="audit_relationship", lazy="raise", order_by=Relationship.ref
    )
    editions: Mapped[list["AuditEdition"]] = relationship(
        init=False, lazy="raise", cascade="all, delete-orphan", order_by="AuditEdition.position"
    )
    __mapper_args__ = {"version_id_col": version}


class AuditRelationship(Base):
    """A relationship sampled by an audit."""

    __tablename__ = "audit_relationship"

    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), primary_key=True)
    relationship_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("relationship.id"), primary_key=True, index=True
    )


class AuditEdition(Base):
    """A checklist edition that an audit is frozen on; ``position`` 0 is the lead library."""

    __tablename__ = "audit_edition"

    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), primary_key=True, init=False)
    edition_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("checklist_edition.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    edition: Mapped[Edition] = relationship(init=False, lazy="raise")


class AuditMember(Base):
    """Somebody's part in an audit. An override of independence names its reason and who reviews the work."""

    __tablename__ = "audit_member"
    __table_args__ = (sa.UniqueConstraint("audit_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), init=False)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(enum_of(MemberRole))
    position: Mapped[int] = mapped_column(default=0)
    conflict: Mapped[str] = mapped_column(sa.Text, default="")  # what stood against independence, in words
    override_reason: Mapped[str] = mapped_column(sa.Text, default="")
    reviewer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    competence_warning: Mapped[str] = mapped_column(sa.Text, default="")
    person: Mapped[Person] = relationship(init=False, lazy="raise", foreign_keys=[person_id])
    reviewer: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[reviewer_id])


class AuditSession(Base):
    """A line of the agenda: when, where, about what, with whom."""

    __tablename__ = "audit_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    title: Mapped[str] = mapped_column(sa.String(200))
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    auditors: Mapped[str] = mapped_column(sa.String(300), default="")  # who leads it, as the plan prints it
    stages: Mapped[list[str]] = mapped_column(Json, default_factory=list)


class AuditInterview(Base):
    """Somebody the team wants to speak with; partners' people may have no account."""

    __tablename__ = "audit_interview"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    name: Mapped[str] = mapped_column(sa.String(200))
    function: Mapped[str] = mapped_column(sa.String(200), default="")
    topic: Mapped[str] = mapped_column(sa.String(300), default="")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class PlanAnswer(Base):
    """An auditee's answer to one revision of the plan: agreed, or objected with a reason. Kept for the record."""

    __tablename__ = "audit_plan_answer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    plan_revision: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    agreed: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled: Mapped[str] = mapped_column(sa.Text, default="")  # how the leader settled the objection
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    settled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    # Who wrote down an answer given by word of mouth; empty when the auditee answered here.
    recorded_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)


class ProposalDismissal(Base):
    """A proposed audit that the programme manager does not want, and why. New reasons bring it up again."""

    __tablename__ = "audit_proposal_dismissal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    programme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_programme.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(80))  # relationship:<id> or system
    causes: Mapped[list[str]] = mapped_column(Json)  # the codes of the reasons it was proposed for
    reason: Mapped[str] = mapped_column(sa.Text)
    dismissed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    dismissed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    brought_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
