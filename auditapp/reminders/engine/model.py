"""Table of when each job last ran, and how far it has read."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.orm import Base, UTCDateTime


class JobMark(Base):
    """A job, when it last began and ended well, and the number up to which it has read (of facts)."""

    __tablename__ = "job_mark"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    began_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    value: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    worker: Mapped[str] = mapped_column(sa.String(80), default="")
    error: Mapped[str] = mapped_column(sa.Text, default="")
