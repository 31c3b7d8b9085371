"""Tables of the tablets: devices, the audits they hold a copy of, and every operation that came from one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.audits.execution.devices.rules import OperationState
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of


class Device(Base):
    """A browser with a memory of its own, named by itself; ``head_*`` is the highest operation that came from it."""

    __tablename__ = "audit_device"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # chosen by the tablet
    name: Mapped[str] = mapped_column(sa.String(80))
    agent: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    head_seq: Mapped[int] = mapped_column(default=0)
    head_sha256: Mapped[str] = mapped_column(sa.String(64), default="")


class Copy(Base):
    """An audit that somebody has on a device, and what the device said last of what it still holds."""

    __tablename__ = "audit_copy"

    device_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_device.id"), primary_key=True)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"), primary_key=True, index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # taken along on purpose
    departed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # safe to leave, and left
    unsent: Mapped[int] = mapped_column(default=0)
    unsent_photos: Mapped[int] = mapped_column(default=0)
    unsent_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    oldest_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class Operation(Base):
    """One thing that somebody did on a device, as it came: the text that was hashed, and what became of it.

    ``result`` is what the receipt said of it; a refused operation keeps ``why`` and is tried again when it comes again.
    """

    __tablename__ = "audit_operation"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "seq"),
        sa.Index("ix_audit_operation_audit_id", "audit_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # chosen by the tablet
    device_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_device.id"))
    seq: Mapped[int]
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))  # who did it
    carried_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))  # who brought it
    kind: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    previous_sha256: Mapped[str] = mapped_column(sa.String(64))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)  # by the device's clock as put right, not ahead
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[OperationState] = mapped_column(enum_of(OperationState))
    result: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict)
    why: Mapped[str] = mapped_column(sa.Text, default="")
