"""Tables of when somebody may be told, and through what."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime


class PersonRhythm(Base):
    """What somebody chose; without a row the organization's defaults hold. Their zone stands with the person.

    ``starts_at``, ``ends_at``, ``digest_at``: minutes after local midnight. ``work_days``: 0 is Monday.
    ``country`` empty: the partner's or the organization's. ``budget``: messages a day over all kinds.
    ``channels``: in the order they are tried.
    """

    __tablename__ = "person_rhythm"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    work_days: Mapped[list[int]] = mapped_column(Json)
    starts_at: Mapped[int]
    ends_at: Mapped[int]
    digest_at: Mapped[int]
    budget: Mapped[int]
    channels: Mapped[list[str]] = mapped_column(Json)
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    subdivision: Mapped[str] = mapped_column(sa.String(12), default="")
    deputy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class Absence(Base):
    """Somebody is away, from the first to the last day in their own zone; ``deputy_id`` is told meanwhile."""

    __tablename__ = "person_absence"
    __table_args__ = (sa.Index("ix_person_absence_person", "person_id", "last_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    deputy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
