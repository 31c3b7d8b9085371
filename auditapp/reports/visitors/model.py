"""The table of invited external auditors."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime


class PackVisitor(Base):
    """An external auditor's way in to one pack. No person of the site, no account: only digests of two secrets."""

    __tablename__ = "pack_visitor"
    __table_args__ = (sa.CheckConstraint("ends_at >= begins_at", name="span"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # XA-2026-001
    pack_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evidence_pack.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.String(200))  # the certification body
    email: Mapped[str] = mapped_column(sa.String(254))
    link_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # of the secret in the link
    begins_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the first moment that is too late
    invited_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    locale: Mapped[str] = mapped_column(sa.String(12), default="en", server_default="en")
    visit_digest: Mapped[str | None] = mapped_column(
        sa.String(64), unique=True, default=None
    )  # of the cookie
    confirmed_name: Mapped[str] = mapped_column(sa.String(200), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
