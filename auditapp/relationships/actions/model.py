"""Tables of joint actions."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.rules import Sharing


class JointAction(Base):
    """Something that somebody of either side is to do in a relationship.

    ``source_kind`` and ``source_ref``: where it comes from (a meeting, an issue). ``party_id``: who asked for it.
    """

    __tablename__ = "joint_action"
    __table_args__ = (
        sa.Index(
            "ix_joint_action_open_due",
            "due_on",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
        sa.Index("ix_joint_action_relationship", "relationship_id", "status", "due_on"),
        sa.Index("ix_joint_action_source", "source_kind", "source_ref"),
        sa.Index("ix_joint_action_owner", "owner_id", "status", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # JA-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    source_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    source_ref: Mapped[str] = mapped_column(sa.String(60), default="")
    status: Mapped[ActionStatus] = mapped_column(enum_of(ActionStatus), default=ActionStatus.OPEN)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    settled_note: Mapped[str] = mapped_column(sa.Text, default="")
    wanted_on: Mapped[date | None] = mapped_column(default=None)  # more time that its owner asks for
    wanted_reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class JointNote(Base):
    """A word on a joint action; what each party wrote stays theirs."""

    __tablename__ = "joint_action_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    action_id: Mapped[UUID] = mapped_column(sa.ForeignKey("joint_action.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
