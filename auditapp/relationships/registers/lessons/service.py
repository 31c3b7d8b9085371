"""What can be done with lessons: write them, apply them, withdraw them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.kit.errors import Invalid
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.registers.lessons.model import Lesson, LessonApplied, LessonTheme
from auditapp.relationships.registers.lessons.queries import lesson_by_id, mark_by_id, themes_of
from auditapp.relationships.registers.lessons.rules import NO_STEP, STEPS, LessonVerb, Theme
from auditapp.relationships.registers.rules import may_change
from auditapp.relationships.registers.service import fresh, must_change, past, shown_to
from auditapp.relationships.rules import STAGES, Sharing, Stage
from auditapp.relationships.service import must_be_theirs, must_manage
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody writes about a lesson."""

    title: str
    happened: str
    learned: str
    recommendation: str = ""
    learned_on: date | None = None
    themes: Collection[Theme] = ()
    stage: Stage | None = None
    sharing: Sharing = Sharing.INTERNAL


def may_write(actor: Principal, lesson: Lesson) -> bool:
    """Whether somebody may change it: who wrote it, who keeps the relationship, anybody of the partner who wrote it."""
    return may_change(actor, lesson.relationship_id, lesson.party_id, (lesson.written_by_id,))


def write_lesson(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, content: Content
) -> Lesson:
    """A new lesson. Anybody of ours may write one, also when the relationship has ended; the partner's contacts too."""
    found = relationship_of(session, actor, relationship_id)
    _fits(session, at, content)
    today = today_of(session, at)
    made = Lesson(
        ref=f"LS-{today.year}-{next_number(session, f'LS-{today.year}'):03d}",
        relationship_id=found.id, party_id=actor.partner_id, written_by_id=actor.person_id,
        learned_on=content.learned_on or today, title="", created_at=at,
    )  # fmt: skip
    _write(made, actor, content)
    session.add(made)
    session.flush()
    session.add_all(LessonTheme(lesson_id=made.id, theme=theme) for theme in sorted(set(content.themes)))
    record(
        session, actor_id=actor.person_id, at=at, verb="lesson.written", thing_kind="lesson", thing_id=made.id,
        thing_ref=made.ref, context_id=found.id, after=_plain(made, content.themes),
    )  # fmt: skip
    return made


def edit_lesson(
    session: Session, *, actor: Principal, at: datetime, lesson_id: UUID, version: int, content: Content
) -> Lesson:
    """Change what was written."""
    found = lesson_by_id(session, actor, lesson_id)
    must_change(actor, found.relationship_id, found.party_id, (found.written_by_id,))
    fresh(version, found.version)
    _fits(session, at, content)
    there = set(themes_of(session, [found.id])[found.id])
    before = _plain(found, there)
    _write(found, actor, content)
    if content.learned_on is not None:
        found.learned_on = content.learned_on
    wanted = set(content.themes)
    if wanted != there:
        session.execute(
            sa.delete(LessonTheme).where(
                LessonTheme.lesson_id == found.id, LessonTheme.theme.in_(there - wanted)
            )
        )
        session.add_all(LessonTheme(lesson_id=found.id, theme=theme) for theme in sorted(wanted - there))
        flag_modified(found, "title")  # the themes stand in another table: the version must move all the same
    session.flush()
    if before != (after := _plain(found, wanted)):
        record(
            session, actor_id=actor.person_id, at=at, verb="lesson.changed", thing_kind="lesson", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id, before=before, after=after,
        )  # fmt: skip
    return found


def move_lesson(
    session: Session, *, actor: Principal, at: datetime, lesson_id: UUID, version: int, verb: LessonVerb
) -> Lesson:
    """Withdraw a lesson that no longer holds, or bring it back."""
    found = lesson_by_id(session, actor, lesson_id)
    must_change(actor, found.relationship_id, found.party_id, (found.written_by_id,))
    fresh(version, found.version)
    found.state = step(STEPS, found.state, verb, NO_STEP)
    session.flush()
    if verb is LessonVerb.WITHDRAW:
        record(
            session, actor_id=actor.person_id, at=at, verb="lesson.withdrawn", thing_kind="lesson", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id,
        )  # fmt: skip
    else:
        record(
            session, actor_id=actor.person_id, at=at, verb="lesson.restored", thing_kind="lesson", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id,
        )  # fmt: skip
    return found


def apply_lesson(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    lesson_id: UUID,
    what: str,
    on: date,
    relationship_id: UUID | None = None,
    sharing: Sharing = Sharing.INTERNAL,
) -> LessonApplied:
    """A lesson was applied: what was done by it, when, and in which relationship (empty: its own)."""
    found = lesson_by_id(session, actor, lesson_id)
    if not what.strip():
        raise Invalid(Text("Say what was done by it."), field="what")
    past(session, at, on, "on")
    if relationship_id is not None:
        relationship_of(session, actor, relationship_id)
    elsewhere = relationship_id if relationship_id != found.relationship_id else None
    if elsewhere is not None and sharing is Sharing.SHARED:
        raise Invalid(
            Text("What happens in another relationship is not for this partner. Keep it internal."),
            field="sharing",
        )
    made = LessonApplied(
        lesson_id=found.id, relationship_id=elsewhere, what=what.strip(), on=on, by_id=actor.person_id,
        by_party_id=actor.partner_id, sharing=shown_to(actor, sharing), created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="lesson.applied", thing_kind="lesson", thing_id=found.id,
        thing_ref=found.ref, context_id=found.relationship_id, after={"on": on.isoformat(), "mark": str(made.id)},
    )  # fmt: skip
    return made


def take_back_mark(
    session: Session, *, actor: Principal, at: datetime, lesson_id: UUID, mark_id: UUID, back: bool = True
) -> None:
    """Take back that a lesson was applied, or (``back`` false) count it again."""
    found = lesson_by_id(session, actor, lesson_id)
    mark = mark_by_id(session, actor, found, mark_id)
    must_be_theirs(actor, mark.by_party_id)
    if actor.partner_id is None and mark.by_id != actor.person_id:
        must_manage(actor, found.relationship_id)
    if mark.taken_back is back:
        return
    mark.taken_back = back
    record(
        session, actor_id=actor.person_id, at=at, verb="lesson.mark_taken_back", thing_kind="lesson",
        thing_id=found.id, thing_ref=found.ref, context_id=found.relationship_id,
        after={"mark": str(mark.id), "taken_back": back},
    )  # fmt: skip


@owns_links("lesson")
def _links(session: Session, actor: Principal, lesson_id: UUID) -> tuple[str, UUID | None]:
    found = lesson_by_id(session, actor, lesson_id)
    must_change(actor, found.relationship_id, found.party_id, (found.written_by_id,))
    return found.ref, found.relationship_id


def _fits(session: Session, at: datetime, content: Content) -> None:
    for field, text in (
        ("title", content.title),
        ("happened", content.happened),
        ("learned", content.learned),
    ):
        if not text.strip():
            raise Invalid(Text("Write something here: without it nobody can learn from it."), field=field)
    if content.stage is not None and content.stage not in STAGES:
        raise Invalid(Text("Choose one of the eight stages."), field="stage")
    if content.learned_on is not None:
        past(session, at, content.learned_on, "learned_on")


def _write(lesson: Lesson, actor: Principal, content: Content) -> None:
    lesson.title, lesson.happened, lesson.learned = content.title.strip(), content.happened, content.learned
    lesson.recommendation, lesson.stage = content.recommendation, content.stage
    lesson.sharing = shown_to(actor, content.sharing)


def _plain(lesson: Lesson, themes: Collection[Theme]) -> dict[str, object]:
    return {
        "title": lesson.title,
        "themes": sorted(theme.value for theme in themes),
        "stage": lesson.stage.value if lesson.stage else "",
        "sharing": lesson.sharing.value,
        "learned_on": lesson.learned_on.isoformat(),
        "happened": lesson.happened,
        "learned": lesson.learned,
        "recommendation": lesson.recommendation,
    }
