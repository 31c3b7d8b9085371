"""Bad files: every fault, with line and column, and never anything but faults."""

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from auditapp.checklists.rules import SCHEMA, ChecklistFaults, Fault, Library, parse

ROOT = Path(__file__).parents[2]
GOOD = """\
format: auditapp-checklist/1
id: small
edition: 1
title: A small one
language: en
kind: gap
roles: {ser: Senior Executive Responsible}
bullets: {B1: A point}
clauses:
- ref: A
  title: First
  number_status: own
  stage: awareness
  questions:
  - id: A-1
    text: What is there?
    scope: system
    evidence: [a document]
    roles: [ser]
    covers: [B1]
- ref: B
  number: 8.10
  title: Second
  number_status: recalled
  stage: knowledge
  parent: A
"""


def faults_of(data: str | bytes) -> list[Fault]:
    """The faults of a bad file."""
    with pytest.raises(ChecklistFaults) as caught:
        parse(data.encode() if isinstance(data, str) else data, name="bad.yaml")
    assert all(fault.line >= 1 and fault.column >= 1 and str(fault.message) for fault in caught.value.faults)
    return caught.value.faults


def test_a_good_file() -> None:
    """Plain scalars are the text that stands there: 8.10 is not 8.1, edition 1 is "1"."""
    library = parse(GOOD.encode(), name="good.yaml")
    assert (library.edition, library.clauses[1].number, library.clauses[1].parent) == ("1", "8.10", "A")
    assert library.questions[0].weight == 1
    assert [depth for depth, _ in library.tree()] == [0, 1]
    assert parse(b"\xef\xbb\xbf" + GOOD.encode().replace(b"\n", b"\r\n"), name="dos.yaml") == library


def test_the_published_schema_is_the_one_that_is_enforced() -> None:
    """Byte-equal copies, and a valid schema."""
    inside, published = ROOT / "auditapp/checklists/schema.json", ROOT / "docs/checklist.schema.json"
    assert inside.read_bytes() == published.read_bytes()
    Draft202012Validator.check_schema(SCHEMA)


# What is replaced in the good file, by what, and the faults: line, column, words of the message.
ONE_FAULT: list[tuple[str, str, list[tuple[int, int, str]]]] = [
    ("format: auditapp-checklist/1", "format: other/2", [(1, 9, "must be “auditapp-checklist/1”")]),
    ("id: small", "id: Small One", [(2, 5, "form that is not allowed")]),
    ("id: small\n", "", [(1, 1, "“id” is missing")]),
    ("title: A small one", "title: ''", [(4, 8, "must not be empty")]),
    ("title: A small one", "title:", [(4, 7, "must not be empty")]),
    ("title: A small one", "title: " + "x" * 201, [(4, 8, "too long: 201 characters, at most 200")]),
    ("title: A small one", "title: [a]", [(4, 8, "must be a text")]),
    ("title: A small one", 'title: "a\\0b"', [(4, 8, "not allowed: U+0000")]),
    ("title: A small one", 'title: "a\\u202eb"', [(4, 8, "not allowed: RIGHT-TO-LEFT OVERRIDE")]),
    ("language: en", "language: en\nlanguage: de", [(6, 1, "“language” is given twice")]),
    ("language: en", "language: en\ncolour: red", [(6, 1, "“colour” is not known")]),
    ("kind: gap", "kind: gaps", [(6, 7, "not one of: clause, gap, health")]),
    ("kind: gap", "kind: clause", [(1, 1, "“standard” is missing")]),
    (
        "roles: {ser: Senior Executive Responsible}",
        "roles: ser",
        [(7, 8, "must be a mapping"), (19, 13, "no role “ser”")],
    ),
    ("{B1: A point}", "{B 1: A point}", [(8, 11, "“B 1” cannot be a key"), (20, 14, "no bullet “B1”")]),
    (
        "ref: A\n",
        "ref: B\n",
        [(21, 8, "clause “B” is there twice; first in line 10"), (26, 11, "no clause “A”")],
    ),
    ("parent: A", "parent: C", [(26, 11, "no clause “C”")]),
    ("parent: A", "parent: B", [(26, 11, "circle: B → B")]),
    ("  title: First", "  title: First\n  parent: B", [(12, 11, "circle: A → B → A")]),
    ("  number: 8.10\n", "", [(23, 18, "number_status must be “own”")]),
    ("stage: awareness", "stage: asleep", [(13, 10, "“asleep” is not one of")]),
    ("  questions:", "  questions: []\n  x:", [(10, 1, "not one question"), (15, 3, "“x” is not known")]),
    ("scope: system", "scope: both", [(17, 12, "not one of: system, relationship")]),
    ("evidence: [a document]", "evidence: []", [(18, 15, "at least 1 entry")]),
    ("evidence: [a document]", "evidence: [a, a]", [(18, 19, "stands in this list twice")]),
    ("roles: [ser]", "roles: [cto]", [(19, 13, "no role “cto”")]),
    ("covers: [B1]", "covers: [B2, B1, B1]", [(20, 14, "no bullet “B2”"), (20, 22, "twice")]),
    ("covers: [B1]", "weight: heavy", [(20, 13, "must be a whole number")]),
    ("covers: [B1]", "weight: 0", [(20, 13, "at least 1")]),
    ("covers: [B1]", "weight: 11", [(20, 13, "at most 10")]),
    ("covers: [B1]", "maps_to: [other]", [(20, 15, "form that is not allowed")]),
    ("covers: [B1]", "maps_to: ['small#C']", [(20, 15, "no clause “C”")]),
    ("covers: [B1]", "maps_to: ['small:A-2']", [(20, 15, "no question “A-2”")]),
    ("covers: [B1]", "maps_to: ['small:A-1']", [(20, 15, "map to itself")]),
    ("covers: [B1]", "also_clauses: [A]", [(20, 20, "already stands in clause “A”")]),
    (
        "  - id: A-1",
        "  - {id: A-1, text: t, scope: system, evidence: [e], roles: [ser]}\n  - id: A-1",
        [(16, 9, "question “A-1” is there twice; first in line 15")],
    ),
    ("covers: [B1]", "covers: &x [B1]\n    tips: *x", [(21, 11, "Aliases")]),
    ("title: A small one", "title: !!python/object:os.system a", [(4, 8, "Tags")]),
    ("title: A small one", "title: 'open", [(4, 8, "not YAML")]),
    ("title: A small one", "? [a, b]\n: c", [(4, 3, "key must be plain text")]),
    ("title: A small one", "title: " + "[" * 13 + "]" * 13, [(4, 19, "deeper than 12")]),
    ("format: auditapp-checklist/1", "--- {a: b}\n--- {c: d}\n---", [(2, 1, "second document")]),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), ONE_FAULT, ids=[f"{i}-{row[1][:20]!r}" for i, row in enumerate(ONE_FAULT)]
)
def test_each_fault_with_its_place(old: str, new: str, expected: list[tuple[int, int, str]]) -> None:
    """One thing wrong at a time: exactly the faults that belong to it."""
    assert old in GOOD
    found = faults_of(GOOD.replace(old, new, 1))
    assert [(fault.line, fault.column) for fault in found] == [(line, column) for line, column, _ in expected]
    for fault, (_, _, words) in zip(found, expected, strict=True):
        assert words in str(fault.message)


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"", 1, 1, "empty"),
        (b"# only a comment\n", 1, 1, "empty"),
        (b"a: 1\nb: \xff", 2, 4, "not UTF-8: byte 0xFF"),
        (GOOD.encode("utf-16"), 1, 1, "not UTF-8"),
        (b"a: 1\nb: \x00c", 2, 4, "U+0000"),
        (b"\tx: 1", 1, 1, "not YAML"),
        (b"just words", 1, 1, "must be a mapping"),
        (b"- a\n- b", 1, 1, "must be a mapping"),
        (b"[" * 100_000, 1, 13, "deeper"),
        (b"x: " + b"a" * (9 << 20), 1, 1, "larger than 8 MiB"),
    ],
)
def test_files_that_are_no_libraries(data: bytes, line: int, column: int, words: str) -> None:
    """Whatever it is, it is told where and what."""
    first = faults_of(data)[0]
    assert (first.line, first.column) == (line, column)
    assert words in str(first.message)


def test_all_faults_are_told_at_once() -> None:
    """Ten things wrong in one file give ten faults, in reading order."""
    data = GOOD
    for old, new in [
        ("id: small", "id: BIG"),
        ("title: A small one", "title:"),
        ("kind: gap", "kind: x"),
        ("scope: system", "scope: y"),
        ("roles: [ser]", "roles: [a, b]"),
        ("covers: [B1]", "covers: [Z]"),
        ("parent: A", "parent: Q"),
        ("stage: knowledge", "stage: k"),
        ("language: en", "language: en\nwhat: 1"),
    ]:
        data = data.replace(old, new, 1)
    found = faults_of(data)
    assert len(found) == 10
    assert found == sorted(found)


def test_a_bomb_of_aliases_goes_off_nowhere() -> None:
    """Billion laughs: refused at the first alias."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(c + 1)}: &{chr(c + 1)} [*{chr(c)}, *{chr(c)}]\n" for c in range(97, 121)
    )
    assert [(fault.line, fault.column) for fault in faults_of(bomb)] == [(2, 8)]


def test_a_long_circle_and_a_long_chain() -> None:
    """Parents are followed without recursion."""
    head = GOOD.partition("clauses:")[0] + "clauses:\n"
    clause = "- {{ref: c{0}, title: t, number_status: own, stage: awareness, parent: c{1}}}\n"
    question = "- {ref: q, title: t, number_status: own, stage: awareness, questions: [{id: q, text: t, scope: system, evidence: [e], roles: [ser]}]}\n"
    chain = "".join(clause.format(i, i + 1) for i in range(5000))
    assert [fault.line for fault in faults_of(head + question + chain)] == [10 + 5000]
    circle = faults_of(head + question + chain + clause.format(5000, 0))
    assert len(circle) == 1
    assert "circle" in str(circle[0].message)


def test_twenty_thousand_nodes_load_in_seconds() -> None:
    """Counted, not guessed: at least 20,000 YAML nodes; the bound is generous for slow machines."""
    head = GOOD.partition("clauses:")[0] + "clauses:\n"
    body = "".join(
        f"- ref: c{i}\n  title: Clause {i}\n  number_status: own\n  stage: awareness\n  questions:\n"
        f"  - id: q{i}\n    text: Question {i}?\n    scope: system\n    evidence: [one, two]\n    roles: [ser]\n    covers: [B1]\n"
        for i in range(1250)
    )
    data = (head + body).encode()
    assert (
        sum(isinstance(event, yaml.NodeEvent) for event in yaml.parse(data, Loader=yaml.CSafeLoader))
        >= 20_000
    )
    start = time.perf_counter()
    library = parse(data, name="large.yaml")
    assert time.perf_counter() - start < 10
    assert len(library.questions) == 1250


def _never_raises(data: bytes) -> None:
    try:
        library, faults = parse(data, name="any"), []
    except ChecklistFaults as refused:
        library, faults = None, refused.faults
    assert isinstance(library, Library) or faults
    assert all(re.fullmatch(r"\d+:\d+: .+", str(fault), re.DOTALL) for fault in faults)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Anything gives a library or faults."""
    _never_raises(data)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]:,-?!&*|>'\"\\%#@ \n\tax01~.<é", max_size=200))
def test_any_punctuation(text: str) -> None:
    """The characters that mean something in YAML."""
    _never_raises(text.encode())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(GOOD)),
            st.integers(0, 20),
            st.sampled_from(
                [
                    "",
                    "\n",
                    " ",
                    "- ",
                    "x: ",
                    "[",
                    "{",
                    "'",
                    "null",
                    "*a",
                    "&a ",
                    "!!str ",
                    "1",
                    "\x00",
                    "\u2028",
                    "id: A-1",
                ]
            ),
        ),
        max_size=6,
    )
)
def test_a_good_file_damaged(damages: list[tuple[int, int, str]]) -> None:
    """Cuts and insertions anywhere."""
    text = GOOD
    for at, cut, put in damages:
        text = text[:at] + put + text[at + cut :]
    _never_raises(text.encode("utf-8", "surrogatepass"))


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "ref", "clauses", "questions", "roles", "parent", "maps_to", "weight", "title"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(list(SCHEMA["properties"])), _values, max_size=10), st.randoms())
def test_right_keys_with_wrong_values(wrong: dict[str, object], random: object) -> None:
    """Every key of the format holding anything."""
    del random
    base = yaml.safe_load(GOOD)
    _never_raises(yaml.safe_dump({**base, **wrong}, allow_unicode=True).encode("utf-8", "surrogatepass"))
