"""The rules of answers and findings as tables, and the merge of answers as a state machine."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from auditapp.audits.execution.findings.rules import first_evidence, first_statement, requirements_of
from auditapp.audits.execution.opening.freeze import freeze
from auditapp.audits.execution.rules import (
    FIELD_LABELS,
    GRADE_LABELS,
    RESULT_LABELS,
    RESULT_ORDER,
    RESULT_SHORT,
    AnswerField,
    Grade,
    Result,
    is_answered,
    require_open,
)
from auditapp.audits.execution.walk.rules import (
    Base,
    Merged,
    cleaned,
    merge,
    read_tokens,
    token,
    was_shown,
    write_tokens,
)
from auditapp.audits.rules import AuditStatus
from auditapp.checklists.rules import Scope, parse
from auditapp.config import ROOT
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.ids import new_id


def test_every_result_has_its_place_its_word_and_its_key():
    assert sorted(RESULT_ORDER) == sorted(Result)
    assert len(RESULT_ORDER) == 9
    assert set(RESULT_LABELS) == set(RESULT_SHORT) == set(Result)
    assert set(GRADE_LABELS) == set(Grade)
    assert set(FIELD_LABELS) == set(AnswerField)


@pytest.mark.parametrize("result", Result)
@pytest.mark.parametrize("reason", ["", "  ", "because"])
def test_a_question_is_answered(result, reason):
    if result is Result.NOT_ASKED:
        expected = False  # the absence of an answer, not a nonconformity
    elif result in {Result.NOT_APPLICABLE, Result.NOT_VERIFIED}:
        expected = bool(reason.strip())  # these two need their reason
    else:
        expected = True
    assert is_answered(result, reason) is expected


@pytest.mark.parametrize("status", AuditStatus)
def test_only_an_audit_in_progress_changes(status):
    if status is AuditStatus.IN_PROGRESS:
        require_open(status)
        return
    with pytest.raises(Refusal) as refused:
        require_open(status)
    assert len(str(refused.value)) > 90  # it says whose turn it is


@pytest.mark.parametrize(
    "case",  # current, version, base, sent, shown, expected
    [
        # the value stands already: a repeated command is a silent success, whatever it knew
        ("a", 3, 3, "a", False, Merged.SAME),
        ("a", 3, 0, "a", False, Merged.SAME),
        # written by somebody who knew what stood there
        ("a", 3, 3, "b", False, Merged.SAVED),
        ("", 0, 0, "b", False, Merged.SAVED),
        # somebody else was faster
        ("a", 3, 2, "b", False, Merged.CONFLICT),
        ("a", 1, 0, "b", False, Merged.CONFLICT),
        # a base that does not exist yet is no knowledge either
        ("a", 3, 4, "b", False, Merged.CONFLICT),
        # a plain form sends back what it was shown
        ("a", 3, 2, "old", True, Merged.UNTOUCHED),
        ("a", 1, 0, "", True, Merged.UNTOUCHED),
    ],
)
def test_what_becomes_of_a_value(case):
    *given, expected = case
    assert merge(**dict(zip(("current", "version", "base", "sent", "shown"), given, strict=True))) is expected


def test_tokens_go_out_and_come_back():
    values = {AnswerField.NOTE: "a, b=c", AnswerField.RESULT: "conforms", AnswerField.SAMPLE: ""}
    written = write_tokens(values, {"note": 2, "result": 1})
    read = read_tokens(written)
    assert set(read) == {"note", "result"}
    assert was_shown(read["note"], AnswerField.NOTE, "a, b=c")
    assert not was_shown(read["note"], AnswerField.NOTE, "a, b")
    assert was_shown(Base(), AnswerField.SAMPLE, "")
    assert was_shown(Base(), AnswerField.FLAGGED, sent=False)
    assert read_tokens("") == {}


@pytest.mark.parametrize(
    "text", ["note", "note=x", "note=-1.a", "nonsense=1.a", "note=1e3.a", "note=9999999999.a"]
)
def test_nonsense_for_a_token_is_refused(text):
    with pytest.raises(Invalid):
        read_tokens(text)


@pytest.mark.parametrize("value", ["1", "true", "on", True])
def test_a_flag(value):
    assert cleaned(AnswerField.FLAGGED, value) is True
    assert cleaned(AnswerField.FLAGGED, "0") is False


class Auditors(RuleBasedStateMachine):
    """Several auditors on one field: no acknowledged value is ever lost.

    It is the value, or it stands in a conflict, or it was superseded by a later save that knew it.
    """

    def __init__(self):
        super().__init__()
        self.value, self.version = "", 0
        self.at_version = {0: ""}  # what stood at each version
        self.pages = [Base() for _ in range(3)]
        self.conflicts = set()
        self.acknowledged = []  # (value, version it became, or None for a conflict)

    def send(self, who, value):
        base = self.pages[who]
        shown = was_shown(base, AnswerField.NOTE, value)
        what = merge(current=self.value, version=self.version, base=base.version, sent=value, shown=shown)
        if what is Merged.SAVED:
            assert base.version == self.version  # who saves knew what stood there
            self.version += 1
            self.value = self.at_version[self.version] = value
            self.acknowledged.append((value, self.version))
        elif what is Merged.CONFLICT:
            self.conflicts.add(value)
            self.acknowledged.append((value, None))
        elif what is Merged.UNTOUCHED:
            assert self.at_version[base.version] == value  # nothing new was written
        self.refresh(who)

    @rule(who=st.integers(0, 2), value=st.sampled_from(["", "a", "b", "c", "d"]))
    def save(self, who, value):
        self.send(who, value)

    @rule(who=st.integers(0, 2))
    def refresh(self, who):
        version, digest = token(self.version, self.value).split(".")
        self.pages[who] = Base(int(version), digest) if self.version else Base()

    @rule(who=st.integers(0, 2), value=st.sampled_from(["a", "b"]))
    def send_twice(self, who, value):
        """The answer to the first request got lost on its way."""
        page = self.pages[who]
        self.send(who, value)
        before = (self.value, self.version, set(self.conflicts))
        self.pages[who] = page
        self.send(who, value)
        assert (self.value, self.version, self.conflicts) == before

    @invariant()
    def nothing_acknowledged_is_lost(self):
        for value, version in self.acknowledged:
            if version is None:
                assert value in self.conflicts
            else:
                assert self.at_version[version] == value  # superseded only one version after the other


TestAuditors = Auditors.TestCase
TestAuditors.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


@pytest.fixture(scope="module")
def libraries():
    return [
        parse((ROOT / f"checklists/{name}.yaml").read_bytes(), name=name)
        for name in ("iso44001-2017", "bs11000-1-2010")
    ]


def test_the_walk_is_asked_once_and_counts_for_both(libraries):
    one, two = new_id(), new_id()
    walk = freeze(libraries, stages=(), relationships=[one, two])
    system = [item for item in walk if item.scope == Scope.SYSTEM.value]
    each = [item for item in walk if item.relationship_id == one]
    assert len(walk) == len(system) + 2 * len(each)
    assert [item.relationship_id for item in walk] == [None] * len(system) + [one] * len(each) + [two] * len(
        each
    )
    keys = {(item.key, item.relationship_id) for item in walk}
    assert len(keys) == len(walk)
    asked = {place["question"] for item in walk for place in item.counts_for}
    assert asked == {question.id for library in libraries for question in library.questions}


def test_chapters_of_two_libraries_are_told_apart(libraries):
    walk = freeze(libraries, stages=(), relationships=[new_id()])
    titles = {}
    for item in walk:
        titles.setdefault((item.chapter, item.relationship_id), set()).add(item.chapter_title)
    assert all(len(found) == 1 for found in titles.values())
    assert any(chapter.startswith("BS 11000") for chapter, _ in titles)


def test_nothing_sampled_leaves_what_is_asked_once(libraries):
    assert {item.scope for item in freeze(libraries, stages=(), relationships=[])} == {"system"}


def test_a_finding_begins_with_what_is_known():
    assert first_statement("Is there a plan?", " No plan. ", nonconforming=True) == "No plan."
    assert "Is there a plan?" in str(first_statement("Is there a plan?", " ", nonconforming=True))
    assert (
        first_statement("Is there a plan?", " ", nonconforming=False) == ""
    )  # the auditor says what was good
    assert first_evidence("RMP v2", "", ["Photo"]) == "RMP v2\nPhoto"
    place = {"standard": "ISO 44001:2017", "ref": "8-2", "number": "8.2", "title": "T"}
    assert requirements_of([place, place]) == [{"standard": "ISO 44001:2017", "ref": "8.2", "title": "T"}]
