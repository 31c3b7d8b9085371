"""Tables of the report templates; the files themselves are in the store, by their SHA-256."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime

AUDIT_REPORT = "audit_report"
"""The one kind of report so far that takes templates."""


class ReportTemplateVersion(Base):
    """A file as it came, and what the checker said of it then. Never changed, never removed."""

    __tablename__ = "report_template_version"
    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    template_id: Mapped[UUID] = mapped_column(sa.ForeignKey("report_template.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    file_name: Mapped[str] = mapped_column(sa.String(300))
    works: Mapped[bool]
    lacks: Mapped[str] = mapped_column(sa.String(400))  # names of chapters, with commas
    note: Mapped[str] = mapped_column(sa.Text)
    uploaded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReportTemplate(Base):
    """A template of the organization, under one name."""

    __tablename__ = "report_template"
    __table_args__ = (sa.UniqueConstraint("kind", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    versions: Mapped[list[ReportTemplateVersion]] = relationship(
        default_factory=list, order_by=ReportTemplateVersion.number
    )


class ReportTemplateDefault(Base):
    """From a moment on, reports of a kind are made with a template, or (none) with the one the product brings. Only added to."""

    __tablename__ = "report_template_default"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    kind: Mapped[str] = mapped_column(sa.String(40))
    template_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("report_template.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    set_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))


class AuditTemplate(Base):
    """What was chosen for the report of one audit: a version, or (none) the template that the product brings."""

    __tablename__ = "audit_report_template"

    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), primary_key=True)
    version_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("report_template_version.id"))
    chosen_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)
