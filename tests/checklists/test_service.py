"""The life of editions in the database."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auditapp.checklists import queries, service
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import (
    ChecklistFaults,
    Correction,
    EditionStatus,
    NumberStatus,
    Scope,
    export,
    fingerprint,
    parse,
)
from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.people.rules import Principal, Role
from auditapp.trail.queries import facts_of
from tests.factories import make_person

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FOLDER = Path(__file__).parents[2] / "checklists"
HEALTH = (FOLDER / "relationship-health.yaml").read_bytes()
ISO = "iso44001-2017"


@pytest.fixture
def who(session: Session) -> Principal:
    return make_person(session, Role.SYSTEM_MANAGER)


def shipped(session: Session, key: str = "relationship-health") -> Edition:
    if not queries.current_edition(session, key):
        service.import_shipped(session, at=AT)
    found = queries.current_edition(session, key)
    assert found is not None
    return found


def first(session: Session, edition: Edition) -> Any:
    return queries.library(session, edition).questions[0]


def verbs(session: Session, edition: Edition) -> list[str]:
    return [fact.verb for fact in session.scalars(facts_of(thing_kind="checklist", thing_id=edition.id))]


def test_the_shipped_libraries_come_once(session: Session) -> None:
    made = service.import_shipped(session, at=AT)
    assert sorted(edition.library_key for edition in made) == sorted(p.stem for p in FOLDER.glob("*.yaml"))
    assert all(edition.status is EditionStatus.RELEASED for edition in made)
    assert service.import_shipped(session, at=AT) == []
    assert [edition.library_key for edition in queries.current_editions(session)] == [
        "bs11000-1-2010",
        "gap-readiness",
        ISO,
        "relationship-health",
    ]  # by title
    assert verbs(session, made[0]) == ["checklist.released"]


def test_what_is_stored_is_what_was_shipped(session: Session) -> None:
    edition = shipped(session)
    assert queries.library(session, edition) == parse(HEALTH, name="file")
    session.expire_all()
    queries._libraries.clear()
    assert queries.libraries(session, [edition.id, edition.id]) == [parse(HEALTH, name="file")] * 2
    with pytest.raises(NotFound):
        queries.edition(session, "relationship-health", "7")


def test_an_imported_file_is_a_draft_until_it_is_released(session: Session, who: Principal) -> None:
    edition = shipped(session)
    library = parse(HEALTH, name="f")
    changed = replace(library, edition="2", title="Health, our way")
    draft = service.import_library(session, actor=who, at=AT, data=export(changed), name="ours.yaml")
    assert (draft.status, draft.edition, draft.previous_id) == (EditionStatus.DRAFT, "2", edition.id)
    assert queries.current_edition(session, edition.library_key) is edition
    service.release(session, actor=who, at=AT.replace(hour=10), edition=draft)
    assert queries.current_edition(session, edition.library_key) is draft
    assert edition.status is EditionStatus.RELEASED
    assert verbs(session, draft) == ["checklist.released", "checklist.imported"]


def test_a_file_with_a_taken_name_gets_the_next_own_one(session: Session, who: Principal) -> None:
    shipped(session)
    changed = replace(parse(HEALTH, name="f"), title="Another")
    assert service.import_library(session, actor=who, at=AT, data=export(changed), name="f").edition == "1.1"


def test_imports_that_are_refused(session: Session, who: Principal) -> None:
    shipped(session)
    with pytest.raises(Refusal, match="says the same as edition 1"):
        service.import_library(session, actor=who, at=AT, data=HEALTH, name="f")
    with pytest.raises(ChecklistFaults):
        service.import_library(session, actor=who, at=AT, data=b"x: 1", name="f")
    changed = replace(parse(HEALTH, name="f"), title="Another")
    service.import_library(session, actor=who, at=AT, data=export(changed), name="f")
    with pytest.raises(Refusal, match=r"draft already, edition 1\.1"):
        service.import_library(session, actor=who, at=AT, data=export(replace(changed, title="x")), name="f")


def test_editing_a_released_edition_begins_one_draft(session: Session, who: Principal) -> None:
    edition = shipped(session)
    before = queries.library(session, edition)
    question = first(session, edition)
    draft = service.edit_question(
        session,
        actor=who,
        at=AT,
        edition=edition,
        question_id=question.id,
        seen=fingerprint(question),
        text="What do you want from each other?",
        weight=5,
    )
    again = service.edit_question(
        session,
        actor=who,
        at=AT,
        edition=edition,
        question_id=before.questions[1].id,
        seen=fingerprint(before.questions[1]),
        weight=9,
    )
    assert again is draft
    assert draft.edition == "1.1"
    assert queries.library(session, edition) == before
    after = queries.library(session, draft)
    assert [q.weight for q in after.questions[:2]] == [5, 9]
    assert verbs(session, draft)[:2] == ["checklist.question_changed", "checklist.question_changed"]


def test_an_edit_of_something_else_than_was_read_is_told(session: Session, who: Principal) -> None:
    edition = shipped(session)
    question = first(session, edition)
    seen = fingerprint(question)
    service.edit_question(
        session, actor=who, at=AT, edition=edition, question_id=question.id, seen=seen, text="First writer?"
    )
    with pytest.raises(Stale, match="First writer"):
        service.edit_question(
            session, actor=who, at=AT, edition=edition, question_id=question.id, seen=seen, text="Second?"
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"evidence": ()}, "evidence"),
        ({"evidence": ("a", "a")}, "evidence"),
        ({"roles": ("nobody",)}, "roles"),
        ({"weight": 11}, "weight"),
        ({"maps_to": ("nowhere",)}, "maps_to"),
        ({"clause": "99"}, "clause"),
    ],
)
def test_a_form_is_held_to_the_rules_of_a_file(
    session: Session, who: Principal, changes: dict[str, Any], field: str
) -> None:
    edition = shipped(session)
    question = first(session, edition)
    with pytest.raises(Invalid) as caught:
        service.edit_question(
            session,
            actor=who,
            at=AT,
            edition=edition,
            question_id=question.id,
            seen=fingerprint(question),
            **changes,
        )
    assert caught.value.field == field


def test_questions_come_move_and_go(session: Session, who: Principal) -> None:
    edition = shipped(session)
    draft, new = service.new_question(
        session,
        actor=who,
        at=AT,
        edition=edition,
        clause="RH-2",
        text="What else?",
        scope=Scope.RELATIONSHIP,
        evidence=("a note",),
        roles=("staff",),
    )
    ids = [question.id for question in queries.library(session, draft).questions]
    assert ids[ids.index(new) - 1] == "RH-2-b"
    question = first(session, draft)
    service.edit_question(
        session,
        actor=who,
        at=AT,
        edition=draft,
        question_id=question.id,
        seen=fingerprint(question),
        clause="RH-8",
    )
    assert queries.library(session, draft).questions[-1].id == question.id
    moved = queries.library(session, draft).questions[-1]
    service.drop_question(
        session, actor=who, at=AT, edition=draft, question_id=moved.id, seen=fingerprint(moved)
    )
    assert moved.id not in [question.id for question in queries.library(session, draft).questions]
    with pytest.raises(NotFound):
        service.drop_question(session, actor=who, at=AT, edition=draft, question_id=moved.id, seen="")


def test_confirming_numbers_leaves_the_frozen_edition_as_it_was(session: Session, who: Principal) -> None:
    edition = shipped(session, ISO)
    draft = service.correct_clauses(
        session,
        actor=who,
        at=AT,
        edition=edition,
        corrections=[
            Correction(ref="8.2.2", number="8.2.3", title="Other words"),
            Correction(ref="4.1", number="4.1", title="Understanding the organization and its context"),
        ],
    )
    clauses = queries.library(session, draft).clause_map()
    assert (clauses["8.2.2"].number, clauses["8.2.2"].title) == ("8.2.3", "Other words")
    assert {clauses[ref].number_status for ref in ("8.2.2", "4.1")} == {NumberStatus.CONFIRMED}
    assert queries.library(session, edition).clause("8.2.2").number_status is NumberStatus.RECALLED
    assert verbs(session, draft)[0] == "checklist.clauses_confirmed"
    with pytest.raises(Invalid, match="needs a number"):
        service.correct_clauses(
            session,
            actor=who,
            at=AT,
            edition=draft,
            corrections=[Correction(ref="4.1", number="", title="x")],
        )
    with pytest.raises(Refusal, match="Nothing was ticked"):
        service.correct_clauses(session, actor=who, at=AT, edition=draft, corrections=[])


def test_an_own_heading_gets_a_number_from_the_licensed_copy(session: Session, who: Principal) -> None:
    edition = shipped(session, "bs11000-1-2010")
    draft = service.correct_clauses(
        session,
        actor=who,
        at=AT,
        edition=edition,
        corrections=[Correction(ref="3-01", number="3.9", title="Theirs")],
    )
    clause = queries.library(session, draft).clause("3-01")
    assert (clause.label, clause.title, clause.number_status) == ("3.9", "Theirs", NumberStatus.CONFIRMED)


def test_a_draft_without_a_change_cannot_be_released(session: Session, who: Principal) -> None:
    edition = shipped(session)
    draft = service.start_edition(session, actor=who, at=AT, base=edition)
    with pytest.raises(Refusal, match="Nothing differs from edition 1"):
        service.release(session, actor=who, at=AT, edition=draft)
    with pytest.raises(Refusal, match="draft already"):
        service.start_edition(session, actor=who, at=AT, base=edition)
    service.discard(session, actor=who, at=AT, edition=draft)
    assert queries.draft_of(session, edition.library_key) is None
    assert verbs(session, draft)[0] == "checklist.discarded"


def test_a_released_edition_cannot_be_discarded_but_retired_and_brought_back(
    session: Session, who: Principal
) -> None:
    edition = shipped(session)
    with pytest.raises(Refusal, match="Only a draft"):
        service.discard(session, actor=who, at=AT, edition=edition)
    with pytest.raises(Refusal, match="already was"):
        service.release(session, actor=who, at=AT, edition=edition)
    for _twice in range(2):
        service.retire(session, actor=who, at=AT, edition=edition)
    assert queries.current_edition(session, edition.library_key) is None
    for _twice in range(2):
        service.bring_back(session, actor=who, at=AT, edition=edition)
    assert queries.current_edition(session, edition.library_key) is edition
    assert verbs(session, edition) == ["checklist.brought_back", "checklist.retired", "checklist.released"]


@pytest.mark.parametrize("name", ["content", "sha256", "title", "edition"])
def test_a_released_edition_is_frozen_even_for_our_own_code(session: Session, name: str) -> None:
    edition = shipped(session)
    setattr(edition, name, {} if name == "content" else "other")
    with pytest.raises(RuntimeError, match="is frozen"):
        session.flush()
