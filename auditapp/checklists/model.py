"""Tables of clause libraries."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.checklists.rules import EditionStatus, Kind, Source
from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of


class Edition(Base):
    """One edition of a clause library. A released edition is frozen; a change is a new edition."""

    __tablename__ = "checklist_edition"
    __table_args__ = (sa.UniqueConstraint("library_key", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    library_key: Mapped[str] = mapped_column(sa.String(80), index=True)  # iso44001-2017
    edition: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(300))
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    status: Mapped[EditionStatus] = mapped_column(enum_of(EditionStatus), default=EditionStatus.DRAFT)
    source: Mapped[Source] = mapped_column(enum_of(Source))
    content: Mapped[dict[str, Any]] = mapped_column(Json, deferred=True)  # the library document itself
    sha256: Mapped[str] = mapped_column(sa.String(64))
    questions: Mapped[int] = mapped_column(default=0)
    previous_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("checklist_edition.id"), default=None)
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


@sa.event.listens_for(Edition, "before_update")
def _frozen(_mapper: object, _connection: object, edition: Edition) -> None:
    """What audits are planned with never changes: a slip in our own code is stopped before it is written."""
    attributes = sa.inspect(edition).attrs
    was = attributes.status.history.deleted or (edition.status,)
    changed = [
        name
        for name in ("library_key", "edition", "title", "kind", "content", "sha256", "questions")
        if attributes[name].history.has_changes()
    ]
    if was[0] is not EditionStatus.DRAFT and changed:
        message = f"edition {edition.library_key} {edition.edition} is frozen: {', '.join(changed)}"
        raise RuntimeError(message)
