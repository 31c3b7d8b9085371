"""Tables of policies."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.reminders.rules import Kind


class ReminderPolicy(Base):
    """The policy of a kind as somebody changed it; without a row the default holds. ``severity`` empty: every one."""

    __tablename__ = "reminder_policy"

    kind: Mapped[Kind] = mapped_column(enum_of(Kind), primary_key=True)
    severity: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    settings: Mapped[Any] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
