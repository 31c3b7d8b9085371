"""Tables of the communications plan."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.rules import Sharing


class Communication(Base):
    """A row of the plan. ``next_on`` is empty for what is done when needed."""

    __tablename__ = "communication"
    __table_args__ = (
        sa.Index("ix_communication_relationship", "relationship_id", "active", "next_on"),
        sa.Index("ix_communication_next_on", "next_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    what: Mapped[str] = mapped_column(sa.String(200))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    audience: Mapped[Audience] = mapped_column(enum_of(Audience))
    audience_roles: Mapped[str] = mapped_column(sa.String(200), default="")
    channel: Mapped[Channel] = mapped_column(enum_of(Channel))
    how_often: Mapped[HowOften] = mapped_column(enum_of(HowOften))
    first_on: Mapped[date]
    next_on: Mapped[date | None] = mapped_column(default=None)
    last_on: Mapped[date | None] = mapped_column(default=None)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    confidentiality: Mapped[str] = mapped_column(sa.Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class CommunicationLog(Base):
    """It was done. ``for_on`` is the day it was due then, so that a slip can be taken back."""

    __tablename__ = "communication_log"
    __table_args__ = (sa.Index("ix_communication_log_communication", "communication_id", "done_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    communication_id: Mapped[UUID] = mapped_column(sa.ForeignKey("communication.id"))
    done_on: Mapped[date]
    for_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    taken_back: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
