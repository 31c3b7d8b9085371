"""The table of the gap analysis."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, enum_of
from auditapp.reports.readiness.rules.clause import State


class GapEntry(Base):
    """What our own people say of one clause of a standard: the latest word; the trail keeps the earlier ones."""

    __tablename__ = "gap_entry"
    __table_args__ = (sa.UniqueConstraint("library_key", "clause"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    library_key: Mapped[str] = mapped_column(sa.String(80))  # iso44001-2017
    clause: Mapped[str] = mapped_column(sa.String(40))  # its ref in the library
    state: Mapped[State] = mapped_column(enum_of(State))
    present: Mapped[str] = mapped_column(sa.Text, default="")  # evidence that is there
    missing: Mapped[str] = mapped_column(sa.Text, default="")  # evidence that is not
    gap: Mapped[str] = mapped_column(sa.Text, default="")  # or the reason why it does not apply
    action: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    assessed_on: Mapped[date] = mapped_column(kw_only=True)
    assessed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), kw_only=True)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
