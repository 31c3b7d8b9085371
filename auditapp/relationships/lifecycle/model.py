"""Tables of the eight stages: what stands of their outputs, and the passages between them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.lifecycle.rules import OutputState, PassageKind
from auditapp.relationships.rules import Sharing, Stage


class StageOutput(Base):
    """What was said of one expected output in one relationship; what nobody touched has no row and is open."""

    __tablename__ = "stage_output"
    __table_args__ = (sa.UniqueConstraint("relationship_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    key: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[OutputState] = mapped_column(enum_of(OutputState), default=OutputState.OPEN)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it does not apply
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class StagePassage(Base):
    """A step from one stage to another (or out of the relationship, or back into it), as it was at that moment.

    ``outputs`` holds for each output of the stage left ``[key, state, note or reason, linked refs]``; ``missing`` the
    keys that were open. ``reason``: why outputs were overridden, why back, why not to collaborate, why reopened.
    """

    __tablename__ = "stage_passage"
    __table_args__ = (sa.Index("ix_stage_passage_relationship_at", "relationship_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    kind: Mapped[PassageKind] = mapped_column(enum_of(PassageKind))
    from_stage: Mapped[Stage] = mapped_column(enum_of(Stage))
    to_stage: Mapped[Stage] = mapped_column(enum_of(Stage))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    rmp_updated: Mapped[bool]
    outputs: Mapped[list[list[Any]]] = mapped_column(Json)
    missing: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def overridden(self) -> bool:
        """Whether the stage was left although something was missing."""
        return self.kind is PassageKind.ON and bool(self.missing)
