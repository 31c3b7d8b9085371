"""Lessons: who may learn from what, and where they are applied."""

from datetime import date, timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.queries import today_of
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.service import add_link
from auditapp.relationships.registers.lessons import queries, service
from auditapp.relationships.registers.lessons.rules import FROM, STEPS, LessonState, LessonVerb, Theme
from auditapp.relationships.rules import Sharing, Stage
from tests.factories import make_contact


def test_the_life_of_a_lesson():
    assert STEPS == {
        (LessonState.CURRENT, LessonVerb.WITHDRAW): LessonState.WITHDRAWN,
        (LessonState.WITHDRAWN, LessonVerb.RESTORE): LessonState.CURRENT,
    }


def content(**more):
    values = {
        "title": "Ask first",
        "happened": "We waited",
        "learned": "Tides rule",
        "sharing": Sharing.SHARED,
    }
    return service.Content(**values | more)


def written(session, world, actor=None, relationship=None, **more):
    return service.write_lesson(
        session,
        actor=actor or world.kim,
        at=now(),
        relationship_id=(relationship or world.found).id,
        content=content(**more),
    )


def refs(session, who, **wanted):
    return {row[0].ref for row in queries.list_lessons(session, who, queries.Wanted(**wanted), page=1).rows}


def test_who_may_learn_from_what(session, world):
    shared, internal = written(session, world), written(session, world, sharing=Sharing.INTERNAL)
    theirs = written(session, world, world.wes, sharing=Sharing.INTERNAL)
    elsewhere = written(session, world, world.ada, relationship=world.other)
    # Our own people learn from all; a contact from what is shared in their own relationship.
    assert refs(session, world.vic) == {shared.ref, internal.ref, theirs.ref, elsewhere.ref}
    assert refs(session, world.tim) == {shared.ref, theirs.ref}
    assert refs(session, world.eve) == {elsewhere.ref}
    stranger = make_contact(
        session, world.other, partner_id=world.partner_id, name="Same partner, other relationship"
    )
    assert refs(session, stranger) == {elsewhere.ref}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": " "}, "title"), ({"happened": ""}, "happened"), ({"learned": ""}, "learned"),
     ({"stage": Stage.MANAGEMENT_SYSTEM}, "stage"), ({"learned_on": date(2199, 1, 1)}, "learned_on")],
)  # fmt: skip
def test_what_cannot_be_taken(session, world, change, field):
    with pytest.raises(Invalid) as refused:
        written(session, world, **change)
    assert refused.value.field == field


def test_narrowed_by_words_theme_stage_and_use(session, world):
    one = written(session, world, themes=[Theme.RISK, Theme.EXIT], stage=Stage.KNOWLEDGE)
    two = written(session, world, title="Pay in time", themes=[Theme.CONTRACT])
    service.apply_lesson(
        session, actor=world.vic, at=now(), lesson_id=two.id, what="Paid", on=date(2026, 1, 1)
    )
    for wanted, found in (
        ({"words": "tides ask"}, {one.ref}), ({"words": "time tides"}, {two.ref}), ({"words": "100%"}, set()),
        ({"theme": Theme.EXIT}, {one.ref}), ({"stage": Stage.KNOWLEDGE}, {one.ref}),
        ({"applied": "yes"}, {two.ref}), ({"applied": "no"}, {one.ref}), ({"relationship_id": world.other.id}, set()),
    ):  # fmt: skip
        assert refs(session, world.kim, **wanted) == found, wanted
    # What is internal about its use is no filter for the other side.
    assert refs(session, world.wes, applied="yes") == set()


def test_what_each_wrote_stays_theirs(session, world):
    lesson = written(session, world, world.wes)
    edit = {
        "at": now(),
        "lesson_id": lesson.id,
        "version": lesson.version,
        "content": content(themes=[Theme.VALUE]),
    }
    with pytest.raises(NotAllowed):
        service.edit_lesson(session, actor=world.kim, **edit)
    service.edit_lesson(session, actor=world.tim, **edit)
    with pytest.raises(Stale):  # the themes moved the version
        service.edit_lesson(session, actor=world.tim, **edit)
    ours = written(session, world, world.vic)
    for other in (world.ben, world.wes):
        with pytest.raises(NotAllowed):
            service.edit_lesson(
                session, actor=other, **edit | {"lesson_id": ours.id, "version": ours.version}
            )
    service.edit_lesson(session, actor=world.vic, **edit | {"lesson_id": ours.id, "version": ours.version})


def test_withdrawn_and_brought_back(session, world):
    lesson = written(session, world)

    def move(verb):
        service.move_lesson(
            session, actor=world.kim, at=now(), lesson_id=lesson.id, version=lesson.version, verb=verb
        )

    move(LessonVerb.WITHDRAW)
    assert refs(session, world.kim) == set()
    assert refs(session, world.kim, withdrawn=True) == {lesson.ref}
    with pytest.raises(Refusal):
        move(LessonVerb.WITHDRAW)
    move(LessonVerb.RESTORE)
    assert refs(session, world.kim) == {lesson.ref}


def test_it_is_applied_by_either_side(session, world):
    lesson = written(session, world)
    common = {"at": now(), "lesson_id": lesson.id, "on": date(2026, 1, 1)}
    mark = service.apply_lesson(session, actor=world.wes, what="Asked", **common)
    service.apply_lesson(
        session, actor=world.vic, what="Asked there", relationship_id=world.other.id, **common
    )
    with pytest.raises(Invalid):  # another relationship is none of this partner's business
        service.apply_lesson(
            session,
            actor=world.vic,
            what="x",
            relationship_id=world.other.id,
            sharing=Sharing.SHARED,
            **common,
        )
    with pytest.raises(NotFound):
        service.apply_lesson(session, actor=world.wes, what="x", relationship_id=world.other.id, **common)
    with pytest.raises(Invalid):
        service.apply_lesson(
            session,
            actor=world.vic,
            what="x",
            **common | {"on": today_of(session, now()) + timedelta(days=1)},
        )
    assert [one.what for one, _, _ in queries.applied(session, world.wes, lesson.id)] == ["Asked"]
    assert queries.applied_counts(session, world.kim, [lesson.id]) == {lesson.id: 2}
    with pytest.raises(NotAllowed):
        service.take_back_mark(session, actor=world.kim, at=now(), lesson_id=lesson.id, mark_id=mark.id)
    service.take_back_mark(session, actor=world.wes, at=now(), lesson_id=lesson.id, mark_id=mark.id)
    assert queries.applied_counts(session, world.kim, [lesson.id]) == {lesson.id: 1}


def test_where_it_came_from_is_linked(session, world):
    one, two = written(session, world), written(session, world, sharing=Sharing.INTERNAL)
    add_link(session, actor=world.kim, at=now(), from_kind="lesson", from_id=one.id, to=two.ref, slot=FROM)
    assert links_of(session, world.kim, "lesson", [one.id])[one.id][0].target.title == "Ask first"
    assert links_of(session, world.wes, "lesson", [one.id])[one.id][0].target is None
