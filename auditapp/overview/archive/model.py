"""The table of ordered archives."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.overview.archive.rules import OrderState


class ArchiveOrder(Base):
    """An archive that somebody asked for. Its file lies in the data folder until it expires; the row stays."""

    __tablename__ = "archive_order"
    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ordered_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    ordered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the last sign of life of whoever makes it
    passwords: Mapped[bool] = mapped_column(default=True)
    state: Mapped[OrderState] = mapped_column(enum_of(OrderState), default=OrderState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)  # rows and files, of how many
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # bytes
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")  # of the file
    error: Mapped[str] = mapped_column(sa.Text, default="")
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
