"""The tree, the picture, what completes the analysis, who records a check."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.findings.causes.rules import (
    RECORDABLE,
    Analysis,
    Bone,
    Said,
    across,
    below,
    down,
    flat,
    grow,
    may_record,
    missing_for_completion,
    require_may_record,
)
from auditapp.findings.causes.rules.picture import MOST_LINES, MOST_ON_A_BONE, broken, say, wide
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.rules.parts import Part
from auditapp.kit.errors import NotAllowed, Refusal


@dataclass
class Row:
    id: UUID
    parent_id: UUID | None = None
    position: int = 1
    text: str = "because"
    category: Any = None
    root: bool = False
    evidence: str = ""


def row(number, parent=None, position=1):
    return Row(id=UUID(int=number), parent_id=UUID(int=parent) if parent else None, position=position)


def test_a_tree_branches_and_numbers_its_answers_whatever_the_order_of_the_rows():
    rows = [row(4, 2, 2), row(3, 2, 1), row(2), row(5, 3), row(6, position=2)]
    tree = grow(rows)
    assert [(node.number, node.row.id.int, node.depth) for node in flat(tree)] == [
        ("1", 2, 1),
        ("1.1", 3, 2),
        ("1.1.1", 5, 3),
        ("1.2", 4, 2),
        ("2", 6, 1),
    ]
    assert [node.under for node in tree] == [3, 0]
    assert {one.int for one in below(rows, UUID(int=3))} == {3, 5}


def test_nothing_gets_lost_when_a_parent_is_missing():
    assert [node.number for node in flat(grow([row(2, 99), row(3)]))] == ["1", "2"]


FULL = {
    "causes": 3, "roots": 1, "sorted_roots": 1, "checks": 1, "cause_summary": "why", "extent_summary": ""
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"checks": 0, "extent_summary": "only here, because"}, []),
        ({"causes": 0, "roots": 0, "sorted_roots": 0}, [""]),
        ({"roots": 0, "sorted_roots": 0}, [""]),
        ({"sorted_roots": 0}, [""]),
        ({"cause_summary": ""}, ["cause_summary"]),
        ({"checks": 0}, ["extent_summary"]),
        (
            {"roots": 0, "sorted_roots": 0, "cause_summary": "", "checks": 0},
            ["", "cause_summary", "extent_summary"],
        ),
    ],
)
def test_all_that_is_missing_is_named(changed, fields):
    assert [field for field, _ in missing_for_completion(Analysis(**(FULL | changed)))] == fields


@pytest.mark.parametrize("status", NcStatus)
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("checker", [True, False])
def test_who_records_a_check_and_when(status, part, checker):
    parts = frozenset({part, Part.READER})
    allowed = status in RECORDABLE and (checker or part in {Part.RESPONSIBLE, Part.DEPUTY, Part.MANAGER})
    assert may_record(status, parts, checker=checker) is allowed
    if allowed:
        require_may_record(status, parts, checker=checker)
    else:
        with pytest.raises(Refusal):
            require_may_record(status, parts, checker=checker)


def test_a_partners_contact_never_records():
    with pytest.raises(NotAllowed):
        require_may_record(NcStatus.CAUSE, frozenset({Part.OWNER}), checker=True)


@given(st.text(max_size=400), st.integers(min_value=20, max_value=400))
def test_broken_lines_fit_and_say_everything_there_is_room_for(text, room):
    lines = broken(text, room)
    assert len(lines) <= MOST_LINES
    assert all(wide(line) <= max(room, wide("W") * 2) for line in lines)
    whole = broken(text, room, most=10_000)
    assert "".join("".join(whole).split()) == "".join(text.split())


NAMES = ["People", "Process", "Information", "Partner", "Resources", "Leadership", "Environment"]
TEXTS = st.text(alphabet="abcdefg hijk äöü 不符合", min_size=1, max_size=200)
CAUSES = st.lists(st.builds(Said, text=TEXTS, root=st.booleans()), max_size=9)


@given(TEXTS, st.lists(CAUSES, min_size=7, max_size=7))
def test_every_line_and_word_lies_inside_the_picture(head, said):
    bones = [Bone(name=name, causes=causes) for name, causes in zip(NAMES, said, strict=True)]
    for fish in (across(head, bones), down(head, bones), down(head, bones, width=356, sides=1)):
        for one in fish.strokes:
            assert 0 <= min(one.x1, one.x2) <= max(one.x1, one.x2) <= fish.width
            assert 0 <= min(one.y1, one.y2) <= max(one.y1, one.y2) <= fish.height
        for one in fish.boxes:
            assert one.x >= 0
            assert one.y >= 0
            assert one.x + one.width <= fish.width
            assert one.y + one.height <= fish.height
        for one in fish.labels:
            assert 0 < one.y + (len(one.lines) - 1) * 18 <= fish.height
        assert [box.kind for box in fish.boxes].count("head") == 1
        assert sum(box.kind in {"bone", "empty"} for box in fish.boxes) == len(NAMES)


def test_root_causes_are_drawn_first_and_what_has_no_room_is_counted():
    bone = Bone(name="People", causes=[Said(text=str(n), root=n == 8) for n in range(9)])
    shown = say(bone, "{} more".format)
    assert len(shown) == MOST_ON_A_BONE
    assert (shown[0].text, shown[-1].text) == ("8", "4 more")
