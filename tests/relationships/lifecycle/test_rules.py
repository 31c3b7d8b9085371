"""The outputs of the eight stages, what is missing, which ways there are."""

import pytest

from auditapp.kit.errors import Refusal
from auditapp.relationships.lifecycle.rules import (
    BULLETS,
    OUTPUTS,
    PLACES,
    OutputState,
    earlier_stages,
    must_be_early,
    must_have_something,
    next_stage,
    outputs_of,
    readiness,
    rmp_output,
)
from auditapp.relationships.rules import STAGES, Stage

OPEN, THERE, NOT = OutputState.OPEN, OutputState.THERE, OutputState.NOT_APPLICABLE
PER_STAGE = dict(zip(STAGES, (9, 11, 7, 6, 7, 2, 6, 7), strict=True))  # the guide's bullets, 55 in all


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_has_an_output_for_each_bullet_of_the_guide(stage):
    assert len({one.bullet for one in outputs_of(stage)}) == PER_STAGE[stage]


def test_all_55_bullets():
    assert len(BULLETS) == 55
    assert all(one.key in {one.bullet, one.bullet + "a", one.bullet + "b"} for one in OUTPUTS.values())


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_ends_with_one_update_of_the_rmp(stage):
    assert [one.rmp for one in outputs_of(stage)].count(True) == 1
    assert outputs_of(stage)[-1] is rmp_output(stage)


def test_each_output_is_made_somewhere():
    assert [one.key for one in OUTPUTS.values() if not one.places or set(one.places) - set(PLACES)] == []


def all_there(stage):
    return {one.key: THERE for one in outputs_of(stage) if not one.rmp}


# what is said of outputs, RMP updated -> missing
MISSING = [
    ({}, False, ["VC1a", "VC1b", "VC2"]),
    ({"VC1a": THERE}, False, ["VC1b", "VC2"]),
    ({"VC1a": THERE, "VC1b": NOT}, False, ["VC2"]),
    ({"VC1a": THERE, "VC1b": THERE}, True, []),
    ({"VC1a": THERE, "VC1b": OPEN}, True, ["VC1b"]),
    # the RMP's update is not ticked as an output
    ({"VC1a": THERE, "VC1b": THERE, "VC2": THERE}, False, ["VC2"]),
]


@pytest.mark.parametrize(("states", "rmp", "missing"), MISSING)
def test_what_is_missing(states, rmp, missing):
    found = readiness(Stage.VALUE_CREATION, states, rmp_updated=rmp)
    assert [one.key for one in found.missing] == missing
    assert (found.total, found.there) == (3, 3 - len(missing))


def test_100_per_cent_means_all():
    states = all_there(Stage.KNOWLEDGE)
    assert readiness(Stage.KNOWLEDGE, states, rmp_updated=True).percent == 100
    assert readiness(Stage.KNOWLEDGE, states, rmp_updated=False).percent == 90


def test_on_and_back():
    assert next_stage(Stage.AWARENESS) is Stage.KNOWLEDGE
    assert earlier_stages(Stage.INTERNAL_ASSESSMENT) == (Stage.KNOWLEDGE, Stage.AWARENESS)
    assert earlier_stages(Stage.AWARENESS) == ()
    with pytest.raises(Refusal, match="last of the eight"):
        next_stage(Stage.EXIT_STRATEGY)


@pytest.mark.parametrize("stage", STAGES)
def test_not_to_collaborate_is_decided_early(stage):
    if STAGES.index(stage) <= STAGES.index(Stage.PARTNER_SELECTION):
        must_be_early(stage)
        return
    with pytest.raises(Refusal, match="Partner selection"):
        must_be_early(stage)


@pytest.mark.parametrize(
    ("state", "note", "reason", "links", "field"),
    [
        (OPEN, "", "", 0, None),
        (THERE, "", "", 0, "note"),
        (THERE, "in the file", "", 0, None),
        (THERE, "", "", 1, None),
        (NOT, "a note", "", 3, "reason"),
        (NOT, "", "no market here", 0, None),
    ],
)
def test_there_needs_something_and_not_applicable_a_reason(state, note, reason, links, field):
    wrong = must_have_something(state, note=note, reason=reason, links=links)
    assert (wrong[0] if wrong else None) == field
