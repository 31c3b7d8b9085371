"""The four shipped libraries: complete, consistent with each other, and one answer really serves both where they say so."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from auditapp.checklists.rules import Kind, Library, NumberStatus, Scope, Stage, export, merge, parse

FOLDER = Path(__file__).parents[2] / "checklists"
NAMES = ["bs11000-1-2010", "gap-readiness", "iso44001-2017", "relationship-health"]
LIBRARIES = {name: parse((FOLDER / f"{name}.yaml").read_bytes(), name=name) for name in NAMES}
BS, GAP, ISO, HEALTH = (LIBRARIES[name] for name in NAMES)


def test_the_folder_holds_these_and_no_others() -> None:
    """A file without a test would go unseen."""
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == NAMES


@pytest.mark.parametrize("library", LIBRARIES.values(), ids=lambda library: library.id)
def test_a_file_is_named_after_its_library_and_survives_a_round_trip(library: Library) -> None:
    """Export and parse give back the same."""
    assert LIBRARIES[library.id] is library
    assert parse(export(library), name="again") == library


@pytest.mark.parametrize(
    ("library", "least", "most"), [(BS, 60, 150), (ISO, 60, 150), (GAP, 25, 35), (HEALTH, 20, 30)]
)
def test_the_number_of_questions(library: Library, least: int, most: int) -> None:
    """Long enough to be whole, short enough to be walked."""
    assert least <= len(library.questions) <= most


def test_every_bullet_and_tip_of_the_guide_is_covered() -> None:
    """55 bullets, counted per stage as the guide has them, and 10 tips: declared, and asked about."""
    per_stage = Counter(name.rstrip("0123456789") for name in BS.bullets)
    assert per_stage == {"AW": 9, "KN": 11, "IA": 7, "PS": 6, "WT": 7, "VC": 2, "ST": 6, "EX": 7}
    assert len(BS.bullets) == 55
    assert len(BS.tips) == 10
    covered = {name for question in BS.questions for name in question.covers}
    tipped = {name for question in BS.questions for name in question.tips}
    assert covered == set(BS.bullets)
    assert tipped == set(BS.tips)


def test_every_stage_is_asked_about() -> None:
    """The eight stages in each library; the management system where it belongs."""
    for library in LIBRARIES.values():
        stages = {library.clause_map()[question.clause].stage for question in library.questions}
        expected = set(Stage) - ({Stage.MANAGEMENT_SYSTEM} if library is HEALTH else set())
        assert stages == expected, library.id


def test_every_lowest_clause_of_a_standard_has_a_question() -> None:
    """A clause that nobody asks about could never be covered."""
    for library in (BS, ISO):
        asked, parents = set(library.questions_by_clause()), {clause.parent for clause in library.clauses}
        assert {clause.ref for clause in library.clauses} - parents <= asked, library.id


def test_every_target_of_a_mapping_exists() -> None:
    """Within the shipped set no mapping points into the void, and question mappings join equal scopes."""
    questions = {f"{library.id}:{q.id}": q for library in LIBRARIES.values() for q in library.questions}
    clauses = {f"{library.id}#{clause.ref}" for library in LIBRARIES.values() for clause in library.clauses}
    for question in list(questions.values()):
        for target in question.maps_to:
            assert target in questions or target in clauses, (question.id, target)
            if target in questions:
                assert questions[target].scope == question.scope, (question.id, target)


def test_every_section_of_the_old_standard_is_reached_from_the_new_one() -> None:
    """Somebody who comes from BS 11000 finds every part again."""
    reached = set()
    homes = {f"{BS.id}:{question.id}": question.clause for question in BS.questions}
    for target in (target for question in ISO.questions for target in question.maps_to):
        reached.add(homes.get(target) or target.partition("#")[2])
    assert {clause.ref for clause in BS.clauses if clause.parent} <= reached


def test_mapped_questions_are_pairs() -> None:
    """No question is one answer for two questions of the other standard: nothing would be asked once too seldom."""
    pairs = [target for question in ISO.questions for target in question.maps_to if ":" in target]
    assert len(pairs) == len(set(pairs))
    assert all(sum(":" in target for target in question.maps_to) <= 1 for question in ISO.questions)


def test_a_combined_audit_asks_once() -> None:
    """Both standards together: every question of both counted exactly once, shared ones asked once."""
    walk = merge([ISO, BS])
    counted = Counter((place.library, place.question) for item in walk for place in item.counts_for)
    expected = {(library.id, question.id) for library in (ISO, BS) for question in library.questions}
    assert set(counted) == expected
    shared = [item for item in walk if len({place.library for place in item.counts_for}) == 2]
    assert len(walk) == len(expected) - len(shared)
    assert len(shared) > 60


def test_health_is_about_relationships_and_numbers_are_honest() -> None:
    """The health check is all relationship; our own headings carry no number; recalled numbers say so."""
    assert {question.scope for question in HEALTH.questions} == {Scope.RELATIONSHIP}
    assert (HEALTH.kind, GAP.kind) == (Kind.HEALTH, Kind.GAP)
    assert all(clause.number is None for clause in BS.clauses if clause.number_status is NumberStatus.OWN)
    statuses = Counter(clause.number_status for clause in ISO.clauses)
    assert statuses == {NumberStatus.RECALLED: 72, NumberStatus.HLS: 22, NumberStatus.PUBLIC: 8}


def test_no_question_is_written_twice_and_few_can_be_answered_by_yes() -> None:
    """Open questions: what an auditor would ask."""
    for library in LIBRARIES.values():
        texts = [question.text for question in library.questions]
        assert len(texts) == len(set(texts))
        closed = [
            text for text in texts if text.split()[0] in {"Is", "Are", "Do", "Does", "Has", "Have", "Was"}
        ]
        assert len(closed) <= 0.1 * len(texts), (library.id, closed)


def test_ids_are_unique_over_all_libraries() -> None:
    """So that a question can be named without its library."""
    for one, other in combinations(LIBRARIES.values(), 2):
        assert not {question.id for question in one.questions} & {question.id for question in other.questions}
