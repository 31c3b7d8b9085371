"""The stages and phases of a relationship."""

from auditapp.relationships.rules import PHASE_OF, STAGE_LABELS, STAGES, Stage


def test_eight_stages_each_in_a_phase():
    assert len(STAGES) == 8
    assert set(PHASE_OF) == set(STAGES)
    assert set(STAGE_LABELS) == set(Stage)
