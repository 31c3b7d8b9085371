"""Tables of the closing: the conclusion as it is written, and the reports as they were issued."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime


class AuditConclusion(Base):
    """What the audit team concludes, one row per audit; the fields are those of ``content.Conclusion``."""

    __tablename__ = "audit_conclusion"

    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    objectives_met: Mapped[str] = mapped_column(sa.String(10), default="")  # yes, partly, no
    objectives_note: Mapped[str] = mapped_column(sa.Text, default="")
    process_summary: Mapped[str] = mapped_column(sa.Text, default="")
    obstacles: Mapped[str] = mapped_column(sa.Text, default="")
    not_covered: Mapped[str] = mapped_column(sa.Text, default="")
    main_findings: Mapped[str] = mapped_column(sa.Text, default="")
    good_practices: Mapped[str] = mapped_column(sa.Text, default="")
    diverging: Mapped[str] = mapped_column(sa.Text, default="")
    sampling: Mapped[str] = mapped_column(sa.Text, default="")
    follow_up: Mapped[str] = mapped_column(sa.Text, default="")
    programme: Mapped[str] = mapped_column(sa.Text, default="")
    confidentiality: Mapped[str] = mapped_column(sa.Text, default="")
    distribution: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class IssuedReport(Base):
    """One revision of an issued report. Rows are added and never changed: triggers see to it.

    A revision is superseded when a later one of the same audit exists; nothing has to be written for that.
    """

    __tablename__ = "audit_report"
    __table_args__ = (sa.UniqueConstraint("audit_id", "revision"), sa.UniqueConstraint("number", "revision"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"))
    number: Mapped[str] = mapped_column(sa.String(20))  # AR-2026-001
    revision: Mapped[int]
    content: Mapped[str] = mapped_column(sa.Text, deferred=True)  # canonical JSON of content.AuditReport
    sha256: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # of this revision; empty in the first
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    anchor_seq: Mapped[int] = mapped_column(
        sa.BigInteger, default=0
    )  # newest row of the trail at that moment
    anchor_hash: Mapped[str] = mapped_column(sa.String(64), default="")


class Divergence(Base):
    """A finding on which the auditee's opinion differs and that no decision settled (ISO 19011 6.5.1 j).

    Written by the room of nonconformities while a dispute lives; the report prints the rows that stand at its issue.
    """

    __tablename__ = "audit_divergence"

    finding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_finding.id"), primary_key=True)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), index=True)
    auditee_view: Mapped[str] = mapped_column(sa.Text)
    team_view: Mapped[str] = mapped_column(sa.Text, default="")
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
