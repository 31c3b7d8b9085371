"""The table of ordered files of reports."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.orm import Base, Json
from auditapp.reports.orders.model import OrderColumns


class ReportOrder(OrderColumns, Base):
    """A file of a report that somebody ordered; ``done``: of a hundred. It is theirs alone, and is removed after some days."""

    __tablename__ = "report_order"
    __table_args__ = (
        sa.Index("ix_report_order_ordered_by_id", "ordered_by_id", "ordered_at"),
        sa.Index("ix_report_order_state", "state"),
    )
    label: Mapped[Any] = mapped_column(Json)  # a Text: what the report is called
    address: Mapped[str] = mapped_column(
        sa.Text
    )  # of the file, path and query: which report, and what is asked of it
    form: Mapped[str] = mapped_column(sa.String(8))  # pdf, docx, xlsx
    locale: Mapped[str] = mapped_column(sa.String(16))
    rights: Mapped[str] = mapped_column(sa.String(64), default="")  # rules.rights_of whoever it was made for
    title: Mapped[str] = mapped_column(sa.Text, default="")  # of the report, once it is known
    name: Mapped[str] = mapped_column(sa.Text, default="")  # under which it is handed out
