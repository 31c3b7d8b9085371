"""Tables of partners and relationships."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.rules import Kind, MemberRole, Priority, Stage


class Partner(Base):
    """An organization we work with (or a division of our own)."""

    __tablename__ = "partner"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    sector: Mapped[str] = mapped_column(sa.String(120), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="GB")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class Relationship(Base):
    """A collaborative business relationship with one or several partners, somewhere on the eight stages."""

    __tablename__ = "relationship"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    stage: Mapped[Stage] = mapped_column(enum_of(Stage))
    priority: Mapped[Priority] = mapped_column(enum_of(Priority), default=Priority.MEDIUM)
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    ser_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    manager_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    segment: Mapped[str] = mapped_column(sa.String(80), default="")
    priority_reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it is not what the criteria say
    contract_starts_on: Mapped[date | None] = mapped_column(default=None)
    contract_ends_on: Mapped[date | None] = mapped_column(default=None)
    notice_days: Mapped[int | None] = mapped_column(default=None)
    started_on: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    partners: Mapped[list[Partner]] = relationship(
        init=False, secondary="relationship_partner", order_by=Partner.name, lazy="selectin"
    )
    __mapper_args__ = {"version_id_col": version}


class RelationshipPartner(Base):
    """Which partners are in a relationship."""

    __tablename__ = "relationship_partner"

    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"), primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partner.id"), primary_key=True)


class RelationshipMember(Base):
    """Somebody on either side who has to do with a relationship; ``until`` is set when that ended."""

    __tablename__ = "relationship_member"
    __table_args__ = (sa.UniqueConstraint("relationship_id", "person_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(enum_of(MemberRole))
    note: Mapped[str] = mapped_column(sa.String(200), default="")  # such as what they decide about
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[date | None] = mapped_column(default=None)
