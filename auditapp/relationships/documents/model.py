"""Tables of controlled documents."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.documents.rules import DocumentKind, VersionStatus
from auditapp.relationships.rules import Sharing


class Document(Base):
    """A controlled document: of the management system (no relationship), or of a relationship."""

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # DOC-014
    relationship_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("relationship.id"), index=True, default=None
    )
    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[DocumentKind] = mapped_column(enum_of(DocumentKind))
    clauses: Mapped[str] = mapped_column(sa.String(200), default="")  # that it serves, with commas between
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    approver_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    review_months: Mapped[int | None] = mapped_column(default=None)  # empty: as the rule says
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class DocumentVersion(Base):
    """A version: a file that is kept here, or the address where it is kept."""

    __tablename__ = "document_version"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "number"),
        sa.Index(
            "uq_document_version_approved",
            "document_id",
            unique=True,
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(enum_of(VersionStatus), default=VersionStatus.DRAFT)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    file_name: Mapped[str] = mapped_column(sa.String(300), default="")
    media_type: Mapped[str] = mapped_column(sa.String(120), default="")
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    changes: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    approved_on: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # why it was returned or withdrawn


class DocumentReading(Base):
    """Somebody says that they have read a version."""

    __tablename__ = "document_reading"

    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document_version.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
