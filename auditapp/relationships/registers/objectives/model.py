"""Tables of objectives."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.registers.objectives.rules import Direction, Scale, State, Whose
from auditapp.relationships.rules import Sharing, Stage


class Objective(Base):
    """What a party, or all of them together, want of a relationship. ``party_id``: who wrote it; empty: our own."""

    __tablename__ = "objective"
    __table_args__ = (
        sa.Index("ix_objective_list", "relationship_id", "state", "target_on"),
        sa.Index(
            "ix_objective_agreed_target",
            "target_on",
            sqlite_where=sa.text("state = 'agreed'"),
            postgresql_where=sa.text("state = 'agreed'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # OB-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    whose: Mapped[Whose] = mapped_column(enum_of(Whose))
    statement: Mapped[str] = mapped_column(sa.String(400))
    details: Mapped[str] = mapped_column(sa.Text, default="")
    stage: Mapped[Stage | None] = mapped_column(enum_of(Stage), default=None)
    clause: Mapped[str] = mapped_column(sa.String(60), default="")
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    target_on: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[State] = mapped_column(enum_of(State), default=State.PROPOSED)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(
        sa.Text, default=""
    )  # how one knows it is reached, or why it was dropped
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class ObjectiveAgreement(Base):
    """A party's agreement to an objective as it was worded then; ``party_id`` empty: our own organization."""

    __tablename__ = "objective_agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    objective_id: Mapped[UUID] = mapped_column(sa.ForeignKey("objective.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    agreed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    wording: Mapped[str] = mapped_column(sa.String(64))  # hash of what was agreed to
    note: Mapped[str] = mapped_column(sa.Text, default="")  # on behalf: where the agreement is written down
    on_behalf: Mapped[bool] = mapped_column(default=False)


class Measure(Base):
    """How one would know: a figure with a target. It is seen by whoever sees its objective."""

    __tablename__ = "measure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # ME-2026-001
    objective_id: Mapped[UUID] = mapped_column(sa.ForeignKey("objective.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    unit: Mapped[str] = mapped_column(sa.String(30), default="")
    direction: Mapped[Direction] = mapped_column(enum_of(Direction))
    baseline: Mapped[float | None] = mapped_column(sa.Double, default=None)
    target: Mapped[float] = mapped_column(sa.Double)
    target_high: Mapped[float | None] = mapped_column(sa.Double, default=None)  # of a range
    tolerance: Mapped[float] = mapped_column(sa.Double, default=0.0)
    method: Mapped[str] = mapped_column(sa.Text, default="")
    measured_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    months: Mapped[int] = mapped_column(default=0)  # between readings
    days: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ended_on: Mapped[date | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def scale(self) -> Scale:
        """What its values are judged by."""
        return Scale(
            direction=self.direction,
            target=self.target,
            target_high=self.target_high,
            tolerance=self.tolerance,
        )


class MeasureReading(Base):
    """A value on a day. What was corrected or taken back stays, with who said so and why."""

    __tablename__ = "measure_reading"
    __table_args__ = (
        sa.Index(
            "uq_measure_reading_day",
            "measure_id",
            "read_on",
            unique=True,
            sqlite_where=sa.text("gone_at IS NULL"),
            postgresql_where=sa.text("gone_at IS NULL"),
        ),
        sa.Index("ix_measure_reading_replaces", "replaces_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    measure_id: Mapped[UUID] = mapped_column(sa.ForeignKey("measure.id"))
    read_on: Mapped[date]
    value: Mapped[float] = mapped_column(sa.Double)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaces_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("measure_reading.id"), default=None)
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    gone_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was corrected or taken back
