"""The table of reports that come by themselves."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.reports.schedule.rules import Form, Rhythm, What


class ReportSchedule(Base):
    """One report to one person again and again. ``standard``: a library's key, empty where the report has none."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        sa.Index("ix_report_schedule_person_id", "person_id"),
        sa.Index(
            "ix_report_schedule_next_at",
            "next_at",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    what: Mapped[What] = mapped_column(enum_of(What))
    standard: Mapped[str] = mapped_column(sa.String(80))
    rhythm: Mapped[Rhythm] = mapped_column(enum_of(Rhythm))
    day: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(60))
    form: Mapped[Form] = mapped_column(enum_of(Form))
    set_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the next occurrence
    last_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, default=None
    )  # when it was last put on its way
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def ref(self) -> str:
        """How the trail calls it."""
        return f"{self.what.value} {self.id.hex[-6:]}"
