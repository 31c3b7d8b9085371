"""From one standard to the other, with the checklists that come with the product."""

import pytest

from auditapp.checklists.rules import parse
from auditapp.config import ROOT
from auditapp.reports.readiness.rules import expected_document, leaves, mapped, places

BS, ISO = "bs11000-1-2010", "iso44001-2017"


@pytest.fixture(scope="module")
def known():
    return {
        key: parse((ROOT / "checklists" / f"{key}.yaml").read_bytes(), name=f"{key}.yaml")
        for key in (BS, ISO)
    }


@pytest.mark.parametrize(
    ("section", "clauses"),
    [
        ("3-01", ["5.1", "5.3", "8.2.2", "8.2.3"]),
        ("5-06", ["5.3", "9.3"]),
        ("7-06", ["8.6.5", "8.6.6", "9.1", "10.1"]),
        ("9-05", ["8.6.8", "8.8.8"]),
        ("10-05", ["8.6.9", "8.9.3"]),
    ],
)
def test_sections_go_with_the_clauses_of_the_field(known, section, clauses):
    assert mapped(known[BS], known[ISO])[section] == clauses


def test_the_mapping_reads_the_same_from_both_sides(known):
    there, back = mapped(known[BS], known[ISO]), mapped(known[ISO], known[BS])
    assert {(a, b) for a, those in there.items() for b in those} == {
        (a, b) for b, those in back.items() for a in those
    }


def test_a_text_means_clauses_by_number_by_heading_and_through_the_other_standard(known):
    iso, bs = places(known[ISO]), places(known[BS], [known[ISO]])
    assert iso.of("8.6.9, 8.8.9; nowhere") == ["8.6.9", "8.8.9"]
    assert iso.of("8.7") == ["8.7.1", "8.7.2", "8.7.3", "8.7.4", "8.7.5"]
    assert bs.of("9.3") == ["5-06"]
    assert bs.of("3-02") == ["3-02"]


def test_every_clause_that_expects_a_document_is_asked_about(known):
    for key in (BS, ISO):
        asked = {one.ref for one in leaves(known[key])}
        wanted = {one.ref for one in known[key].clauses if expected_document(key, one.ref) is not None}
        assert wanted
        assert wanted <= asked
