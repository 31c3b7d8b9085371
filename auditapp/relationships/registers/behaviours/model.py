"""Tables of competence and behaviours."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.relationships.registers.behaviours.rules import (
    DevelopmentState,
    InductionState,
    ItemKind,
    Source,
)


class BehaviourItem(Base):
    """Something expected, as the organization changed it or added it; what has no row is as rules.DEFAULTS says."""

    __tablename__ = "behaviour_item"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(enum_of(ItemKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    expected: Mapped[dict[str, int]] = mapped_column(Json)  # level by role
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class BehaviourAssessment(Base):
    """A level somebody gave a person for one thing. Never changed: a later one counts instead."""

    __tablename__ = "behaviour_assessment"
    __table_args__ = (
        sa.Index("ix_behaviour_assessment_person", "relationship_id", "person_id", "assessed_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    item_key: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[Source] = mapped_column(enum_of(Source))
    level: Mapped[int]
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    assessed_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    taken_back: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BehaviourDevelopment(Base):
    """What a person does to come closer to what is expected."""

    __tablename__ = "behaviour_development"
    __table_args__ = (
        sa.Index("ix_behaviour_development_person", "relationship_id", "person_id", "state"),
        sa.Index(
            "ix_behaviour_development_open_due",
            "due_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    item_key: Mapped[str] = mapped_column(sa.String(40), default="")
    what: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date]
    state: Mapped[DevelopmentState] = mapped_column(enum_of(DevelopmentState), default=DevelopmentState.OPEN)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    result: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class Induction(Base):
    """Somebody new in a key role is brought in. At most one is open for a person in a relationship."""

    __tablename__ = "induction"
    __table_args__ = (
        sa.Index(
            "ix_induction_open_due",
            "due_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "uq_induction_open",
            "relationship_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    begun_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[InductionState] = mapped_column(enum_of(InductionState), default=InductionState.OPEN)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class InductionStep(Base):
    """A step of an induction: one of rules.INDUCTION_STEPS by ``key``, or one of its own in ``text``."""

    __tablename__ = "induction_step"
    __table_args__ = (sa.UniqueConstraint("induction_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    induction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("induction.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(40), default="")
    text: Mapped[str] = mapped_column(sa.String(300), default="")
    done_on: Mapped[date | None] = mapped_column(default=None)
    done_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
