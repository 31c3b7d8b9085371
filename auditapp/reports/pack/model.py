"""The table of ordered packs."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.reports.pack.rules import PackState


class EvidencePack(Base):
    """A pack that somebody ordered. Its file lies in the data folder until it is removed; the row stays."""

    __tablename__ = "evidence_pack"
    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # EP-2026-001
    chosen: Mapped[dict[str, Any]] = mapped_column(Json)  # rules.Chosen
    ordered_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    ordered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the last sign of life of whoever makes it
    state: Mapped[PackState] = mapped_column(enum_of(PackState), default=PackState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)  # files, of how many
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # bytes
    files: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")  # of the zip file
    manifest_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    error: Mapped[str] = mapped_column(sa.Text, default="")
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
