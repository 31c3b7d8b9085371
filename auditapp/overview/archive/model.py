"""The table of ordered archives."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.orm import Base, UTCDateTime
from auditapp.reports.orders.model import OrderColumns


class ArchiveOrder(OrderColumns, Base):
    """An archive that somebody asked for; ``done``: rows and files. Its file lies in the data folder until it expires."""

    __tablename__ = "archive_order"
    passwords: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
