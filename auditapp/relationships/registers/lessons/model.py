"""Tables of lessons."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.registers.lessons.rules import LessonState, Theme
from auditapp.relationships.rules import Sharing, Stage


class Lesson(Base):
    """A lesson of a relationship; ``party_id`` is the partner who wrote it, empty for our own organization."""

    __tablename__ = "lesson"
    __table_args__ = (sa.Index("ix_lesson_relationship", "relationship_id", "state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # LS-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    written_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    learned_on: Mapped[date]
    title: Mapped[str] = mapped_column(sa.String(200))
    happened: Mapped[str] = mapped_column(sa.Text, default="")
    learned: Mapped[str] = mapped_column(sa.Text, default="")
    recommendation: Mapped[str] = mapped_column(sa.Text, default="")
    stage: Mapped[Stage | None] = mapped_column(enum_of(Stage), default=None)
    state: Mapped[LessonState] = mapped_column(enum_of(LessonState), default=LessonState.CURRENT)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class LessonTheme(Base):
    """What a lesson is about."""

    __tablename__ = "lesson_theme"

    lesson_id: Mapped[UUID] = mapped_column(sa.ForeignKey("lesson.id"), primary_key=True)
    theme: Mapped[Theme] = mapped_column(enum_of(Theme), primary_key=True)


class LessonApplied(Base):
    """Somebody applied a lesson: where, when, and what it did. Taken back, it is kept and no longer counted."""

    __tablename__ = "lesson_applied"
    __table_args__ = (sa.Index("ix_lesson_applied_lesson", "lesson_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    lesson_id: Mapped[UUID] = mapped_column(sa.ForeignKey("lesson.id"))
    # Another relationship than the lesson's own; its name is for our own people only.
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    what: Mapped[str] = mapped_column(sa.Text)
    on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    by_party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    taken_back: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
