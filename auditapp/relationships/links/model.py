"""The table of links."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime


class RecordLink(Base):
    """From a thing of ours (an output, a section, an issue) to a record in the system or to an address elsewhere.

    ``slot`` tells several lists of one thing apart. ``to_kind`` is a kind of :mod:`.service`, or ``address``; then
    ``to_ref`` is empty and ``url`` says where.
    """

    __tablename__ = "relationship_link"
    __table_args__ = (sa.Index("ix_relationship_link_from", "from_kind", "from_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    from_kind: Mapped[str] = mapped_column(sa.String(40))
    from_id: Mapped[UUID]
    slot: Mapped[str] = mapped_column(sa.String(40), default="")
    to_kind: Mapped[str] = mapped_column(sa.String(40))
    to_ref: Mapped[str] = mapped_column(sa.String(60), default="")
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    label: Mapped[str] = mapped_column(sa.String(200), default="")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
