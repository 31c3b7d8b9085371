"""Tables of the walk: questions frozen into the audit, answers, evidence, findings, meetings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.audits.execution.rules import EvidenceKind, FindingStatus, Grade, MeetingKind, Result
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of


class AuditQuestion(Base):
    """A question as this audit asks it: merged over its libraries, once per sampled relationship if of that scope.

    Frozen at the opening meeting. ``counts_for`` lists what one answer serves:
    ``[{"library": "iso44001-2017", "standard": "ISO 44001:2017", "ref": "8.2.2", "number": "8.2.2",
    "title": "…", "confirmed": false, "question": "ISO-8.2.2-a"}, …]``.
    """

    __tablename__ = "audit_question"
    __table_args__ = (
        sa.UniqueConstraint("audit_id", "key", "relationship_id"),
        sa.Index("ix_audit_question_walk", "audit_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(200))  # library:question of the lead question
    chapter: Mapped[str] = mapped_column(
        sa.String(40)
    )  # the clause under which the walk puts it together with others
    chapter_title: Mapped[str] = mapped_column(sa.String(300))
    section: Mapped[str] = mapped_column(sa.String(40))  # clause ref of the lead library
    section_title: Mapped[str] = mapped_column(sa.String(300))
    stage: Mapped[str] = mapped_column(sa.String(40))
    scope: Mapped[str] = mapped_column(sa.String(20))  # system or relationship
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    text: Mapped[str] = mapped_column(sa.Text)
    look_for: Mapped[list[str]] = mapped_column(Json, default_factory=list)
    guidance: Mapped[str] = mapped_column(sa.Text, default="")
    roles: Mapped[list[str]] = mapped_column(Json, default_factory=list)
    weight: Mapped[int] = mapped_column(default=1)
    counts_for: Mapped[list[dict[str, Any]]] = mapped_column(Json, default_factory=list)
    assigned_to_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    answer: Mapped["Answer | None"] = relationship(init=False, back_populates="question", lazy="raise")


class Answer(Base):
    """The answer to one question; every field has a version of its own in ``versions`` (``{"note": 3}``).

    Each question has its row from the opening meeting on. ``stamps`` says who saved a field last and when
    (``{"note": ["<person id>", "<ISO moment>"]}``, from a tablet also its id and when it was written); ``revision`` grows whenever anything on the question's card
    changes, so that a page can tell from one number whether what it has drawn is still true.
    """

    __tablename__ = "audit_answer"

    question_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_question.id"), primary_key=True)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    result: Mapped[Result] = mapped_column(enum_of(Result), default=Result.NOT_ASKED)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # of not applicable / not verified
    evidence: Mapped[str] = mapped_column(sa.Text, default="")  # objective evidence in words
    interviewees: Mapped[str] = mapped_column(sa.Text, default="")
    sample: Mapped[str] = mapped_column(sa.Text, default="")
    flagged: Mapped[bool] = mapped_column(default=False)
    versions: Mapped[dict[str, int]] = mapped_column(Json, default_factory=dict)
    stamps: Mapped[dict[str, list[str]]] = mapped_column(Json, default_factory=dict)
    conflicted: Mapped[list[str]] = mapped_column(
        Json, default_factory=list
    )  # fields with two values to choose from
    revision: Mapped[int] = mapped_column(default=0)
    answered_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    question: Mapped[AuditQuestion] = relationship(init=False, back_populates="answer", lazy="raise")


class AnswerConflict(Base):
    """A second value for a field that somebody else had changed meanwhile: both are kept until one is chosen."""

    __tablename__ = "audit_answer_conflict"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    question_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_question.id"), index=True)
    field: Mapped[str] = mapped_column(sa.String(20))
    kept: Mapped[Any] = mapped_column(Json)  # the value that stands
    kept_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    other: Mapped[Any] = mapped_column(Json)  # the value that came on an older version
    other_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    other_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # From a tablet: when it was written there, and on which; ``other_at`` is when it came.
    other_written_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    other_device_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit_device.id"), default=None)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    settled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    chosen: Mapped[str] = mapped_column(sa.String(10), default="")  # kept or other


class Evidence(Base):
    """A photo, file, link or reference. The bytes are in the store under ``sha256``, as they came."""

    __tablename__ = "audit_evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    question_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("audit_question.id"), default=None, index=True
    )
    kind: Mapped[EvidenceKind] = mapped_column(enum_of(EvidenceKind))
    title: Mapped[str] = mapped_column(sa.String(300))
    file_name: Mapped[str] = mapped_column(sa.String(300), default="")  # as it was called where it came from
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    media_type: Mapped[str] = mapped_column(sa.String(120), default="")  # found from the content
    size: Mapped[int] = mapped_column(default=0)  # bytes
    preview_sha256: Mapped[str] = mapped_column(sa.String(64), default="")  # re-encoded, no location data
    preview_type: Mapped[str] = mapped_column(sa.String(40), default="")
    width: Mapped[int] = mapped_column(default=0)  # pixels of the preview
    height: Mapped[int] = mapped_column(default=0)
    address: Mapped[str] = mapped_column(sa.Text, default="")  # URL of a link, place of a reference
    evidence_date: Mapped[date | None] = mapped_column(default=None)  # of the thing shown, not of the upload
    added_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    removed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    removal_reason: Mapped[str] = mapped_column(sa.Text, default="")
    # From a tablet, whose picture is a smaller one: the hash of the camera's own file, taken when it was.
    original_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    original_size: Mapped[int] = mapped_column(default=0)
    captured_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    # When the bytes were here; nothing: the row came first and its picture is still on the tablet.
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    annotation: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default_factory=list
    )  # strokes, kept apart
    device_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit_device.id"), default=None)
    operation_id: Mapped[UUID | None] = mapped_column(default=None, unique=True)

    @property
    def coming(self) -> bool:
        """Whether the bytes are still on a tablet."""
        return bool(self.sha256) and self.arrived_at is None


class Finding(Base):
    """An audit finding: what the evidence says against the criteria (ISO 19011 3.10)."""

    __tablename__ = "audit_finding"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(30), unique=True)  # IA-2026-003-F2
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    grade: Mapped[Grade] = mapped_column(enum_of(Grade))
    status: Mapped[FindingStatus] = mapped_column(enum_of(FindingStatus), default=FindingStatus.DRAFT)
    statement: Mapped[str] = mapped_column(sa.Text)
    objective_evidence: Mapped[str] = mapped_column(sa.Text, default="")
    # [{"standard": "ISO 44001:2017", "ref": "8.2.2", "title": "…"}, …]
    requirements: Mapped[list[dict[str, Any]]] = mapped_column(Json, default_factory=list)
    relationship_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("relationship.id"), default=None, index=True
    )
    auditee_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class FindingQuestion(Base):
    """An answer that supports a finding."""

    __tablename__ = "audit_finding_question"

    finding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_finding.id"), primary_key=True)
    question_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("audit_question.id"), primary_key=True, index=True
    )


class Meeting(Base):
    """The opening or closing meeting as held."""

    __tablename__ = "audit_meeting"

    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), primary_key=True)
    kind: Mapped[MeetingKind] = mapped_column(enum_of(MeetingKind), primary_key=True)
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)
    participants: Mapped[str] = mapped_column(sa.Text, default="")
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    # [{"name": "…", "strokes": [[[x, y], …], …], "at": "…"}, …]; no strokes: signed by typing the name
    signatures: Mapped[list[dict[str, Any]]] = mapped_column(Json, default_factory=list)
