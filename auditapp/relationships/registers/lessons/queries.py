"""Reading lessons. Who may learn from what is decided here: our own people from all, a contact from what is shared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import readable
from auditapp.relationships.registers.lessons.model import Lesson, LessonApplied, LessonTheme
from auditapp.relationships.registers.lessons.rules import LessonState, Theme
from auditapp.relationships.registers.queries import visible
from auditapp.relationships.rules import Stage

MOST = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the address asks for. ``applied``: ``yes``, ``no`` or whatever."""

    words: str = ""
    theme: Theme | None = None
    stage: Stage | None = None
    applied: str = ""
    withdrawn: bool = False
    relationship_id: UUID | None = None


def _narrowed(principal: Principal, wanted: Wanted) -> sa.Select[Any]:
    query = visible(principal, Lesson).where(
        Lesson.state == (LessonState.WITHDRAWN if wanted.withdrawn else LessonState.CURRENT)
    )
    if wanted.relationship_id is not None:
        query = query.where(Lesson.relationship_id == wanted.relationship_id)
    if wanted.theme is not None:
        query = query.where(
            Lesson.id.in_(sa.select(LessonTheme.lesson_id).where(LessonTheme.theme == wanted.theme))
        )
    if wanted.stage is not None:
        query = query.where(Lesson.stage == wanted.stage)
    if wanted.applied in ("yes", "no"):
        used = Lesson.id.in_(_marks(principal).with_only_columns(LessonApplied.lesson_id))
        query = query.where(used if wanted.applied == "yes" else ~used)
    for word in wanted.words.split()[:8]:
        query = query.where(
            sa.or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (
                        Lesson.ref, Lesson.title, Lesson.happened, Lesson.learned, Lesson.recommendation,
                    )
                )
            )
        )  # fmt: skip
    return query


def _marks(principal: Principal) -> sa.Select[Any]:
    """The marks of application that count and that somebody may read."""
    return sa.select(LessonApplied).where(
        ~LessonApplied.taken_back, readable(principal, LessonApplied.sharing)
    )


def list_lessons(
    session: Session, principal: Principal, wanted: Wanted, *, page: int
) -> Page[tuple[Lesson, str, str]]:
    """A page of (lesson, number and name of its relationship), newest first. Two statements."""
    query = (
        _narrowed(principal, wanted)
        .join(Relationship, Relationship.id == Lesson.relationship_id)
        .add_columns(Relationship.ref, Relationship.name)
        .order_by(Lesson.learned_on.desc(), Lesson.ref.desc())
    )
    return paginate(session, query, page=page, scalars=False)


def themes_of(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Theme]]:
    """The themes of several lessons, in the order of the themes. One statement."""
    found: dict[UUID, list[Theme]] = {one: [] for one in ids}
    order = list(Theme)
    if found:
        rows = session.execute(
            sa.select(LessonTheme.lesson_id, LessonTheme.theme).where(LessonTheme.lesson_id.in_(found))
        )
        for lesson_id, theme in rows:
            found[lesson_id].append(theme)
    return {one: sorted(themes, key=order.index) for one, themes in found.items()}


def applied_counts(session: Session, principal: Principal, ids: Collection[UUID]) -> dict[UUID, int]:
    """How often several lessons were applied, as far as somebody may know. One statement."""
    rows = session.execute(
        _marks(principal)
        .where(LessonApplied.lesson_id.in_(ids))
        .with_only_columns(LessonApplied.lesson_id, sa.func.count())
        .group_by(LessonApplied.lesson_id)
    )
    return {row[0]: row[1] for row in rows}


def applied(
    session: Session, principal: Principal, lesson_id: UUID
) -> Sequence[tuple[LessonApplied, str, str | None]]:
    """Where a lesson was applied, newest first: with who said so, and the relationship's number. One statement."""
    rows = session.execute(
        _marks(principal)
        .where(LessonApplied.lesson_id == lesson_id)
        .join(Person, Person.id == LessonApplied.by_id)
        .outerjoin(Relationship, Relationship.id == LessonApplied.relationship_id)
        .add_columns(Person.name, Relationship.ref)
        .order_by(LessonApplied.on.desc(), LessonApplied.created_at.desc())
        .limit(MOST)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def mark_by_id(session: Session, principal: Principal, lesson: Lesson, mark_id: UUID) -> LessonApplied:
    """A mark of application, also one that was taken back. Raises NotFound."""
    found = session.scalar(
        sa.select(LessonApplied).where(
            LessonApplied.id == mark_id,
            LessonApplied.lesson_id == lesson.id,
            readable(principal, LessonApplied.sharing),
        )
    )
    if found is None:
        raise NotFound
    return found


def lesson_by_ref(session: Session, principal: Principal, relationship_id: UUID, ref: str) -> Lesson:
    """A lesson by its number. Raises NotFound, also for one that is not to be seen."""
    found: Lesson | None = session.scalar(
        visible(principal, Lesson).where(
            Lesson.relationship_id == relationship_id, Lesson.ref == ref.replace("\0", "")
        )
    )
    if found is None:
        raise NotFound
    return found


def lesson_by_id(session: Session, principal: Principal, lesson_id: UUID) -> Lesson:
    """A lesson by its id, for services. Raises NotFound, also for one that is not to be seen."""
    found: Lesson | None = session.scalar(visible(principal, Lesson).where(Lesson.id == lesson_id))
    if found is None:
        raise NotFound
    return found


@linkable("lesson", Text("Lesson"))
def _targets(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    rows = session.execute(
        visible(principal, Lesson)
        .join(Relationship, Relationship.id == Lesson.relationship_id)
        .where(Lesson.ref.in_(refs))
        .with_only_columns(Lesson.ref, Lesson.title, Lesson.state, Relationship.ref)
    )
    return {
        row[0]: Target(
            ref=row[0],
            title=row[1],
            endpoint="lessons.show",
            values={"ref": row[3], "lesson_ref": row[0]},
            status=Text("Withdrawn") if row[2] is LessonState.WITHDRAWN else "",
        )
        for row in rows
    }
