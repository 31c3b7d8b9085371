"""The table of ordered packs."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.orm import Base, Json
from auditapp.reports.orders.model import OrderColumns


class EvidencePack(OrderColumns, Base):
    """A pack that somebody ordered; ``done``: files. Its file lies in the data folder until it is removed; the row stays."""

    __tablename__ = "evidence_pack"
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # EP-2026-001
    chosen: Mapped[dict[str, Any]] = mapped_column(Json)  # rules.Chosen
    files: Mapped[int] = mapped_column(default=0)
    manifest_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
