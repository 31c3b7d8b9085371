"""The model: what it refuses, what it says of itself, how wide tables come apart."""

from dataclasses import replace
from datetime import datetime

import pytest

from auditapp.reports.paper.layout import lies_across, widths
from auditapp.reports.paper.model import (
    Cell,
    Column,
    Pair,
    Row,
    Table,
    fingerprint,
    padded,
    panels,
    with_addresses,
)
from tests.reports.paper.samples import AT, full


def test_what_would_be_lost_is_refused():
    with pytest.raises(ValueError, match="more cells"):
        Table("x", (Column("a"),), (Row((Cell("1"), Cell("2"))),))
    with pytest.raises(ValueError, match="zone"):
        replace(full(), as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("CR-2026-11", "CR-2026-11-2026-11-28"),
        ("../../etc/passwd", "etc-passwd-2026-11-28"),
        ("", "Certification-readiness-2026-11-28"),
        ("就绪\r\nx", "x-2026-11-28"),
    ],
)
def test_names_of_files(ref, name):
    assert replace(full(), ref=ref).file_name == name


def test_the_fingerprint_is_of_everything_that_is_said():
    report = full()
    assert fingerprint(report) == fingerprint(full())
    others = [
        replace(report, as_of=AT.replace(minute=3)),
        replace(report, facts=(*report.facts, Pair("a", "b"))),
        replace(report, chapters=report.chapters[1:]),
        replace(report, confidential=False),
    ]
    assert len({fingerprint(each) for each in (report, *others)}) == 5


def test_paths_of_the_site_become_whole_addresses():
    made = with_addresses(full(2), "https://audits.example.org/")
    assert [pair.url for pair in made.facts] == ["", "#gaps", "https://audits.example.org/audits"]
    first = made.chapters[1].blocks[0].rows[1].cells
    assert first[0].url == "https://audits.example.org/findings?clause=1"
    assert first[3].url == "https://example.org/rows"


def test_a_wide_table_comes_in_parts_that_hold_every_cell_once():
    columns = tuple(Column(f"c{number}") for number in range(30))
    table = Table("Wide", columns, (Row(tuple(Cell(f"{n}") for n in range(20)), "r"), Row(())))
    made = panels(table, 12)
    assert [len(part.columns) for part in made] == [12, 12, 8]
    assert [part.columns[0].label for part in made] == ["c0"] * 3
    rest = [cell.text for part in made for cell in part.rows[0].cells[1:]]
    assert rest == [f"{n}" if n < 20 else "" for n in range(1, 30)]
    assert [part.rows[0].anchor for part in made] == ["r", "", ""]
    assert made[1].caption == "Wide (part 2 of 3)"
    assert panels(table, 30) == (table,)
    assert [len(cells) for _row, cells in padded(table)] == [30, 30]


def test_columns_share_the_width_by_what_is_in_them():
    clauses = full().chapters[1]
    shares = widths(clauses.blocks[0])
    assert shares[1] == max(shares)
    assert all(share > 0 for share in shares)
    assert not lies_across(clauses)
    assert lies_across(full().chapters[3])
