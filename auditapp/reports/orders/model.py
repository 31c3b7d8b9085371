"""The columns that every table of orders has."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import UTCDateTime, enum_of
from auditapp.reports.orders.rules import OrderState


class OrderColumns(MappedAsDataclass, kw_only=True):
    """A file that somebody ordered. It lies in the data folder until it is removed; the row stays."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ordered_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    ordered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the last sign of life of whoever makes it
    state: Mapped[OrderState] = mapped_column(enum_of(OrderState), default=OrderState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)  # steps, of how many
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # bytes
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")  # of the file
    error: Mapped[str] = mapped_column(sa.Text, default="")
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
