"""The model: what it refuses, what it says of itself, how wide tables come apart."""

from dataclasses import replace
from datetime import datetime

import pytest

from auditapp.reports.paper.layout import (
    FEWEST_ROWS,
    MOST_ROWS,
    MOST_ROWS_IN_ALL,
    PAPER,
    WORD,
    chart_width,
    is_tall,
    levels,
    lies_across,
    parts,
    rows_shown,
    shares,
    turned,
    widths,
)
from auditapp.reports.paper.model import (
    Cell,
    Chapter,
    Column,
    Pair,
    Row,
    Table,
    padded,
    panels,
    with_addresses,
)
from auditapp.reports.paper.paged import PER_PAGE, SPARED, paged
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
    assert (
        report.fingerprint()
        == full().fingerprint()
        == with_addresses(report, "https://a.example").fingerprint()
    )
    others = [
        replace(report, as_of=AT.replace(minute=3)),
        replace(report, facts=(*report.facts, Pair("a", "b"))),
        replace(report, chapters=report.chapters[1:]),
        replace(report, confidential=False),
    ]
    assert len({each.fingerprint() for each in (report, *others)}) == 5


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


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ((10, MOST_ROWS), [None, None]),
        ((MOST_ROWS + 1,), [MOST_ROWS]),
        ((MOST_ROWS, MOST_ROWS, 10, 5_000), [None, None, None, FEWEST_ROWS]),
        ((10_000, MOST_ROWS - 5, 10), [MOST_ROWS, None, None]),
    ],
)
def test_paper_shows_so_many_rows_and_no_table_is_without_any(rows, shown):
    row = Row((Cell("1"),))
    made = [Table(f"t{number}", (Column("a"),), (row,) * count) for number, count in enumerate(rows)]
    found = rows_shown(replace(full(), chapters=(Chapter("a", tuple(made)),)))
    assert [found.get(id(table)) for table in made] == shown
    assert sum(
        found.get(id(table), len(table.rows)) for table in made
    ) <= MOST_ROWS_IN_ALL + FEWEST_ROWS * len(made)


def test_no_level_is_skipped_on_the_way_down():
    report = replace(full(), chapters=tuple(Chapter("a", level=level) for level in (3, 3, 1, 2, 9, -1, 3)))
    assert levels(report) == [1, 2, 1, 2, 3, 1, 2]


def address(key, number, anchor):
    return f"?{key}={number}#{anchor}"


@pytest.mark.parametrize(
    ("asked", "number", "first"),
    [
        ("", 1, 0),
        ("2", 2, 50),
        ("3", 3, 100),
        ("99", 3, 100),
        ("0", 1, 0),
        ("-1", 1, 0),
        ("²", 1, 0),
        ("x", 1, 0),
    ],
)
def test_a_long_table_comes_page_by_page_on_the_site(asked, number, first):
    report = full(130)
    shown = paged(report, {"table-1": asked}, address)
    table = shown.chapters[1].blocks[0]
    assert (table.page.number, table.page.pages, table.page.total) == (number, 3, 130)
    assert table.rows == report.chapters[1].blocks[0].rows[first : first + PER_PAGE]
    link = shown.chapters[3].blocks[0].rows[0].cells[0].url
    assert link == ("#clause-3" if number == 1 else "?table-1=1#clause-3"), (
        "a link leads to the page of its row"
    )


def test_a_table_that_is_hardly_longer_than_a_page_stays_whole():
    report = full(PER_PAGE + SPARED)
    assert paged(report, {"table-1": "2"}, address) is report
    assert paged(full(PER_PAGE + SPARED + 1), {}, address).chapters[1].blocks[0].page.pages == 2


@pytest.mark.parametrize("across", [False, True])
def test_each_column_has_room_for_its_words(across):
    room = PAPER.across if across else PAPER.upright
    sentence = "The organization decides who acts for it, and those concerned know it. " * 3
    columns = (
        Column("Clause"),
        Column("Why", wide=True),
        Column("Whose turn"),
        Column("State", "state"),
        Column("Due", "date"),
    )
    rows = tuple(
        Row((Cell("8.6.1"), Cell(sentence), Cell("manager" if number == 7 else ""), Cell("Conforms"), Cell("24 September 2026")))
        for number in range(40)
    )  # fmt: skip
    table = Table("x", columns, rows)
    made = shares(table, across=across)
    characters = [share / sum(made) * room for share in made]
    assert characters[2] > len("manager")
    assert characters[4] > len("24 September 2026")
    assert characters[1] == max(characters)


def test_only_what_needs_the_room_lies_across():
    numbers = (Column("Stage"), *(Column(f"Number {n}", "number") for n in range(8)))
    assert not lies_across(Chapter("a", (Table("x", numbers, (Row(tuple(Cell("1") for _ in numbers)),)),)))
    wide = tuple(Column(f"c{n}", wide=True) for n in range(9))
    assert lies_across(
        Chapter("a", (Table("x", wide, (Row(tuple(Cell("some words " * 9) for _ in wide)),)),))
    )
    chart = full().chapters[2].blocks[1].spec
    assert not is_tall(chart)
    assert is_tall(replace(chart, size=(600, 954)))
    assert chart_width(replace(chart, size=(600, 9_540)), across=False) * 15.9 <= 180


def texts_of(count, words, label="What it is"):
    """A table of so many columns of texts, and two rows."""
    cells = tuple(Cell(words) for _ in range(count))
    return Table("", tuple(Column(f"{label} {place}") for place in range(count)), (Row(cells), Row(cells)))


def test_columns_that_fit_on_a_page_are_never_torn_apart():
    nine = Table(
        "", (*(Column(f"No {one}", kind="number") for one in range(8)), Column("The relationship")),
        (Row((*(Cell("1", value=1) for _ in range(8)), Cell("Collaboration"))),),
    )  # fmt: skip
    assert parts(nine, WORD) == (nine,)
    assert len(parts(texts_of(12, "interdependencies"), WORD)) > 1


def test_several_columns_of_long_texts_lie_across():
    long = "Not agreed by the partner, and nobody has said until when it will be"
    assert lies_across(Chapter("x", (texts_of(6, long),)))
    assert not lies_across(Chapter("x", (texts_of(5, long),)))
    assert not lies_across(Chapter("x", (texts_of(6, "as agreed"),)))


def test_an_empty_table_turns_no_page():
    empty = replace(texts_of(9, "Relationship management plans"), rows=())
    assert not lies_across(Chapter("None", (empty,)))


def test_a_page_is_not_turned_for_a_line():
    long = Chapter(
        "Long", (texts_of(6, "Not agreed by the partner, and nobody has said until when it will be"),)
    )
    line, table = (
        Chapter("Scope", ()),
        Chapter("How far", tuple(texts_of(2, "x") for _ in range(5))),
    )
    for chapters, apart, expected in (
        ((line, long, line, long, line), True, [True] * 5),
        ((line, long, line, table), False, [False, True, False, False]),
        ((table, line, long), True, [False, False, True]),
        ((long, line, table), True, [True, False, False]),
        ((table, long, line, line), True, [False, True, True, True]),
        ((line, table), True, [False, False]),
    ):
        assert turned(replace(full(), chapters=chapters), apart=apart) == expected
