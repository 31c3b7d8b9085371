"""Every verb that is recorded anywhere has a sentence."""

import ast
from datetime import UTC, datetime

import pytest

from auditapp.overview.history.rules import KINDS, SENTENCES, label_of, tell
from tests.house.source import ROOT

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def sources():
    """Every file that may record something."""
    return [path for part in ("auditapp", "bots") for path in (ROOT / part).rglob("*.py")]


def recorded():
    """Every literal verb given to ``record(...)``, and where."""
    found = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "verb":
                for value in ast.walk(node.value):
                    if (
                        isinstance(value, ast.Constant)
                        and isinstance(value.value, str)
                        and "." in value.value
                    ):
                        found.setdefault(value.value, str(path.relative_to(ROOT)))
    return found


def kinds():
    """Every literal kind of thing given to ``record(...)``."""
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            pairs = []
            if isinstance(node, ast.keyword) and node.arg == "thing_kind":
                pairs = [node.value]
            elif isinstance(node, ast.Dict):
                named = zip(node.keys, node.values, strict=True)
                pairs = [
                    value
                    for key, value in named
                    if isinstance(key, ast.Constant) and key.value == "thing_kind"
                ]
            found |= {
                one.value for one in pairs if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return found


def test_every_kind_of_thing_has_a_name():
    assert kinds() == set(KINDS)


def test_every_recorded_verb_has_a_sentence():
    assert {verb: path for verb, path in recorded().items() if verb not in SENTENCES} == {}


def test_no_sentence_is_for_a_verb_that_nobody_records():
    assert set(SENTENCES) - set(recorded()) == set()


@pytest.mark.parametrize("verb", SENTENCES)
def test_a_sentence_names_who_and_ends(verb):
    told = tell(verb=verb, at=AT, seq=1, kind="audit", ref="X-1", who="Ada Sample", whom="", values=None)
    said = str(told.sentence)
    assert "Ada Sample" in said
    assert said.endswith(".")
    assert told.initials == "AS"
    assert "%(" not in str(label_of(verb))


def test_an_unknown_verb_is_told_all_the_same():
    told = tell(verb="moon.landed", at=AT, seq=1, kind="moon", ref="M-1", who=None, whom="", values={"x": 1})
    assert str(told.sentence) == "The system recorded “moon.landed” for M-1."


def test_an_erased_person_is_somebody():
    told = tell(verb="partner.added", at=AT, seq=1, kind="partner", ref="P", who="", whom="", values=None)
    assert str(told.sentence) == "Somebody whose name was erased added the partner P."


def test_values_of_a_fact_cannot_break_its_sentence():
    told = tell(
        verb="partner.added",
        at=AT,
        seq=1,
        kind="partner",
        ref="50 % off %(who)s",
        who="%(thing)s",
        whom="",
        values=["who"],
    )
    assert str(told.sentence) == "%(thing)s added the partner 50 % off %(who)s."
