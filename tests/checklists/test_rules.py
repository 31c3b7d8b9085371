"""Comparing, merging and writing libraries, and the life of an edition."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapp.checklists.rules import (
    STEPS,
    Clause,
    CountsFor,
    EditionStatus,
    EditionVerb,
    Kind,
    Library,
    NumberStatus,
    Question,
    Scope,
    Stage,
    diff,
    export,
    merge,
    next_edition,
    parse,
)


def a_clause(ref: str, **more: object) -> Clause:
    """A clause with what does not matter filled in."""
    fields = {
        "number": None,
        "title": f"Clause {ref}",
        "number_status": NumberStatus.OWN,
        "stage": Stage.AWARENESS,
    }
    return Clause(ref=ref, **{**fields, **more})  # type: ignore[arg-type]


def a_question(name: str, clause: str = "1", **more: object) -> Question:
    """A question with what does not matter filled in."""
    fields = {"text": f"What of {name}?", "scope": Scope.SYSTEM, "evidence": ("a record",), "roles": ("ser",)}
    return Question(id=name, clause=clause, **{**fields, **more})  # type: ignore[arg-type]


def a_library(name: str, *questions: Question, clauses: tuple[str, ...] = ("1", "2")) -> Library:
    """A small library of these questions."""
    return Library(
        id=name,
        edition="1",
        title=name,
        language="en",
        kind=Kind.GAP,
        roles={"ser": "SER", "staff": "Staff"},
        clauses=tuple(a_clause(ref) for ref in clauses),
        questions=questions,
    )


# --- diff


def test_nothing_changed() -> None:
    """A new edition name alone is no change."""
    library = a_library("x", a_question("a"))
    assert not diff(library, replace(library, edition="2"))


def test_each_kind_of_change() -> None:
    """Added, removed, changed per field, moved, reordered, head."""
    old = a_library("x", a_question("a"), a_question("b"), a_question("c"), clauses=("1", "2", "3"))
    new = replace(
        old,
        title="better",
        questions=(a_question("a", text="What now?", weight=3), a_question("b", clause="2"), a_question("d")),
        clauses=(
            a_clause("1", number="8.1", number_status=NumberStatus.CONFIRMED),
            a_clause("2", parent="1"),
            a_clause("4"),
        ),
    )
    found = diff(old, new)
    assert [change.field for change in found.head] == ["title"]
    assert [(c.name, [(f.field, f.old, f.new) for f in c.fields]) for c in found.questions_changed] == [
        ("a", [("text", "What of a?", "What now?"), ("weight", 1, 3)])
    ]
    assert [(m.name, m.old, m.new) for m in found.questions_moved] == [("b", "1", "2")]
    assert [q.id for q in found.questions_added] == ["d"]
    assert [q.id for q in found.questions_removed] == ["c"]
    assert [(c.name, [f.field for f in c.fields]) for c in found.clauses_changed] == [
        ("1", ["number", "number_status"])
    ]
    assert [(m.name, m.old, m.new) for m in found.clauses_moved] == [("2", None, "1")]
    assert [c.ref for c in found.clauses_added] == ["4"]
    assert [c.ref for c in found.clauses_removed] == ["3"]
    assert not found.reordered
    assert all(str(change.label) for change in found.head)


def test_another_order_is_a_change() -> None:
    """Neither added nor moved, but read in another order."""
    old = a_library("x", a_question("a"), a_question("b"))
    assert diff(old, replace(old, questions=old.questions[::-1])).reordered


# --- merge


def test_questions_that_map_onto_each_other_are_asked_once() -> None:
    """Lead text, evidence and roles without repeats, the highest weight, and every clause it counts for."""
    new = a_library(
        "new",
        a_question("n", text="Lead?", maps_to=("old:o", "old#2"), evidence=("Plan", "minutes"), guidance="N"),
    )
    old = a_library(
        "old",
        a_question(
            "o",
            clause="2",
            also_clauses=("1",),
            evidence=("plan ", "letter"),
            roles=("staff", "ser"),
            weight=4,
        ),
        a_question("rest"),
    )
    first, second = merge([new, old])
    assert (first.key, first.text, first.section, first.weight) == ("new:n", "Lead?", "1", 4)
    assert first.evidence == ("Plan", "minutes", "letter")
    assert first.roles == ("ser", "staff")
    assert first.guidance == ("N",)
    assert first.counts_for == (
        CountsFor("new", "1", "n"),
        CountsFor("old", "2", "o"),
        CountsFor("old", "1", "o"),
    )
    assert first.related == ()
    assert (second.key, second.counts_for) == ("old:rest", (CountsFor("old", "1", "rest"),))


def test_a_mapping_works_both_ways_and_through_a_third() -> None:
    """Only one side needs to say it, whichever leads; A to B and C to B joins all three."""
    a, b, c = (
        a_library("a", a_question("a")),
        a_library("b", a_question("b", maps_to=("a:a",))),
        a_library("c", a_question("c", maps_to=("b:b",))),
    )
    assert [len(item.counts_for) for item in merge([a, b])] == [2]
    assert [len(item.counts_for) for item in merge([b, a])] == [2]
    assert [len(item.counts_for) for item in merge([a, b, c])] == [3]
    assert [len(item.counts_for) for item in merge([a, c])] == [1, 1]


def test_scopes_must_be_equal() -> None:
    """One answer for the system cannot stand for each relationship."""
    one = a_library("a", a_question("a", maps_to=("b:b",)))
    other = a_library("b", a_question("b", scope=Scope.RELATIONSHIP))
    assert len(merge([one, other])) == 2


def test_two_questions_of_one_library_stay_two() -> None:
    """Whoever audits against that library alone is asked both."""
    one = a_library("a", a_question("a1", maps_to=("b:b",)), a_question("a2", maps_to=("b:b", "a:a1")))
    other = a_library("b", a_question("b"))
    assert [[place.question for place in item.counts_for] for item in merge([one, other])] == [
        ["a1", "b"],
        ["a2"],
    ]
    assert [[place.question for place in item.counts_for] for item in merge([other, one])] == [
        ["b", "a1"],
        ["a2"],
    ]


def test_clause_mappings_relate_but_do_not_count() -> None:
    """Only a chosen library's existing clauses are named."""
    one = a_library("a", a_question("a", maps_to=("b#2", "b#9", "gone#1")))
    (item, _) = merge([one, a_library("b", a_question("b"))])
    assert item.related == (("b", "2"),)
    assert item.counts_for == (CountsFor("a", "1", "a"),)


_links = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)), max_size=20
)


@settings(deadline=None)
@given(_links, st.permutations([0, 1, 2]))
def test_every_question_counts_exactly_once(links: list[tuple[int, int, int, int]], order: list[int]) -> None:
    """Whatever maps onto whatever, no question is lost, doubled, or joined with one of its own library."""
    libraries = [
        a_library(
            f"l{i}",
            *(
                a_question(
                    f"q{i}{j}",
                    maps_to=tuple({f"l{k}:q{k}{m}" for a, b, k, m in links if (a, b) == (i, j) != (k, m)}),
                )
                for j in range(4)
            ),
        )
        for i in range(3)
    ]
    chosen = [libraries[i] for i in order]
    walk = merge(chosen)
    counted = [(place.library, place.question) for item in walk for place in item.counts_for]
    assert sorted(counted) == sorted((library.id, q.id) for library in libraries for q in library.questions)
    assert all(len({place.library for place in item.counts_for}) == len(item.counts_for) for item in walk)
    assert merge(chosen) == walk
    positions = [(order.index(int(item.library[1])), item.question) for item in walk]
    assert positions == sorted(positions)


# --- export

_line = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Cn"]),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(bool)
)


@settings(deadline=None, max_examples=150)
@given(
    _line, _line, st.lists(_line, min_size=1, max_size=3, unique=True), st.integers(1, 10), st.none() | _line
)
def test_an_export_parses_back_equal(
    title: str, text: str, evidence: list[str], weight: int, number: str | None
) -> None:
    """Any text a person can type survives; so do texts that look like numbers, dates or yes."""
    library = replace(
        a_library(
            "x",
            a_question(
                "y", text=text, evidence=tuple(evidence), weight=weight, guidance=title + "\n\n" + text
            ),
        ),
        title=title,
        roles={"ser": text, "y": "no", "null": "8.10"},
        clauses=(a_clause("1", number=number, title="2017-03-31"), a_clause("no", parent="1")),
    )
    assert parse(export(library), name="export") == library


# --- the life of an edition


@pytest.mark.parametrize(("status", "verb"), list(product(EditionStatus, EditionVerb)))
def test_the_life_of_an_edition(status: EditionStatus, verb: EditionVerb) -> None:
    """A draft is edited and released; a released one is retired; a retired one may come back; nothing else."""
    allowed = {
        ("draft", "edit"): "draft",
        ("draft", "discard"): "draft",
        ("draft", "release"): "released",
        ("released", "retire"): "retired",
        ("retired", "bring_back"): "released",
    }
    assert STEPS.get((status, verb)) == allowed.get((status.value, verb.value))


@pytest.mark.parametrize(
    ("base", "taken", "expected"),
    [
        ("1", {"1"}, "1.1"),
        ("1", {"1", "1.1", "1.9", "2"}, "1.10"),
        ("1.2", {"1", "1.1", "1.2"}, "1.3"),
        ("2010-b", set(), "2010-b.1"),
        ("x" * 32, set(), "x" * 24 + ".1"),
    ],
)
def test_the_next_edition(base: str, taken: set[str], expected: str) -> None:
    """Own revisions count behind the dot; shipped editions keep their names free."""
    assert next_edition(base, taken) == expected
