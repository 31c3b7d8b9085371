"""Tables of ideas that create value."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.registers.ideas.rules import Category, IdeaState, Phase, Verdict
from auditapp.relationships.rules import Sharing


class Idea(Base):
    """An idea; ``party_id`` is the partner who raised it, empty for our own organization."""

    __tablename__ = "idea"
    __table_args__ = (
        sa.Index("ix_idea_relationship_state", "relationship_id", "state"),
        sa.Index("ix_idea_target_on", "target_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # ID-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    raised_on: Mapped[date]
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    category: Mapped[Category] = mapped_column(enum_of(Category))
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    target_on: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[IdeaState] = mapped_column(enum_of(IdeaState), default=IdeaState.PROPOSED)
    realised_on: Mapped[date | None] = mapped_column(default=None)
    lesson: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class IdeaDecision(Base):
    """What a party decided; ``said_by`` is filled where our side wrote down what the partner said."""

    __tablename__ = "idea_decision"
    __table_args__ = (sa.Index("ix_idea_decision_idea", "idea_id", "decided_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    idea_id: Mapped[UUID] = mapped_column(sa.ForeignKey("idea.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    verdict: Mapped[Verdict] = mapped_column(enum_of(Verdict))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    said_by: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    holds: Mapped[bool] = mapped_column(
        default=True
    )  # the one that counts of its party; earlier ones are kept


class IdeaValue(Base):
    """What an idea is worth to a party: expected, or measured on a day. Amounts in hundredths of ``unit``."""

    __tablename__ = "idea_value"
    __table_args__ = (sa.Index("ix_idea_value_idea", "idea_id", "phase"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    idea_id: Mapped[UUID] = mapped_column(sa.ForeignKey("idea.id"))
    phase: Mapped[Phase] = mapped_column(enum_of(Phase))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)  # to whom
    amount: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    unit: Mapped[str] = mapped_column(sa.String(20), default="")
    words: Mapped[str] = mapped_column(sa.Text, default="")
    on: Mapped[date]
    shared_how: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    by_party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    taken_back: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
