"""Made-up reports: one with everything in it, and strategies for any report at all."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from auditapp.reports.paper.model import (
    Bullets,
    Cell,
    Chapter,
    Chart,
    ChartSpec,
    Column,
    Facts,
    Pair,
    Para,
    Report,
    Row,
    Table,
)
from auditapp.shell.charts import Series, over_time, side_by_side

AT = datetime(2026, 11, 28, 14, 2, tzinfo=UTC)
SCRIPTS = "中文 · الجودة · Ποιότητα · \N{GRINNING FACE}"
HOSTILE = "=1+1 #set text(red) $x$ @ref <label> *x* \\ `` ]] /* */ {=HTML= \x0b <script>alert(1)</script> \"quoted\" 'so' &amp;"
COLUMNS = (
    Column("Clause"),
    Column("What is asked", wide=True),
    Column("State", "state"),
    Column("Open", "number"),
    Column("Due", "date"),
)
STATES = (
    ("Ready", "done"),
    ("Attention", "attention"),
    ("Overdue", "overdue"),
    ("Running", "on_track"),
    ("Not looked at", "quiet"),
)


def clause_rows(count):
    return tuple(
        Row(
            (
                Cell(f"{4 + number // 10}.{number % 10}", url=f"/findings?clause={number}"),
                Cell(f"Who decides is named, and those concerned know it ({number})."),
                Cell(*_state(number)),
                Cell(str(number), url="https://example.org/rows", value=number),
                Cell("1 December 2026", value=date(2026, 12, 1)),
            ),
            anchor=f"clause-{number}",
        )
        for number in range(count)
    )


def _state(number):
    word, tone = STATES[number % len(STATES)]
    return word, "", tone


def trend():
    days = [date(2026, month, 1) for month in range(1, 8)]
    figures = [3, 5, 4, 8, 6, 2, 1]
    return Chart(
        ChartSpec(
            sentence="Overdue actions doubled in April.",
            alt="Chart: overdue actions by month.",
            table=Table(
                "Overdue actions by month",
                (Column("Month", "date"), Column("Overdue", "number")),
                tuple(
                    Row((Cell(f"{day}", value=day), Cell(str(n), value=n)))
                    for day, n in zip(days, figures, strict=True)
                ),
            ),
            picture=over_time(days, [Series(name="Overdue", values=figures)], theme="light"),
            url="/charts/overdue.svg",
            marks=((0, "Overdue"),),
        )
    )


def bars():
    return Chart(
        ChartSpec(
            sentence="Trust is lower on their side.",
            alt="Chart: two sides beside each other.",
            table=Table("Two sides", (Column("What"), Column("Ours", "number")), (Row((Cell("Trust"), Cell("3.5", value=3.5))),)),
            picture=side_by_side(
                ["Trust", "Openness"], [Series(name="Ours", values=[3.5, 4]), Series(name="Theirs", values=[2, 3], look=1)], between=(0, 5), theme="light"
            ),
        )
    )  # fmt: skip


def full(rows=12):
    """A report with every kind of block, a chapter that lies across, and a matrix that comes in parts."""
    years = tuple(Column(f"R-{number:02}") for number in range(15))
    return Report(
        kind="Certification readiness",
        title="Could we be audited today?",
        ref="CR-2026-11",
        organization="Example Rail",
        as_of=AT,
        language="en",
        facts=(
            Pair("Standard", "ISO 44001:2017"),
            Pair("State", "Not yet", "#gaps", "attention"),
            Pair("Audits", "14", "/audits"),
        ),
        chapters=(
            Chapter(
                "Summary",
                (
                    Para("Two clauses have no audit since the last certificate.\n- 8.6\n- 9.3"),
                    Para("Nobody has looked at the exit strategy.", "overdue"),
                    Bullets(("First the exit strategy", "Then the plan")),
                    Facts((Pair("Written in", SCRIPTS), Pair("Odd", HOSTILE))),
                ),
                anchor="summary",
                note="What the next chapters say, in short.",
            ),
            Chapter("Clauses", (Table("Clauses", COLUMNS, clause_rows(rows)),), anchor="clauses"),
            Chapter("Gaps", (Table("Gaps", COLUMNS, (), "There is no gap."), trend(), bars()), anchor="gaps"),
            Chapter(
                "By relationship",
                (
                    Table(
                        "Clause by relationship",
                        (Column("Clause"), *years),
                        (Row((Cell("8.6", "#clause-3"), *(Cell(*_state(n)) for n in range(15)))),),
                    ),
                ),
                anchor="matrix",
            ),
            Chapter("Texts", (Table("Odd texts", (Column("What"), Column("Text", wide=True)), (Row((Cell(SCRIPTS), Cell(HOSTILE))), Row((Cell("long"), Cell("word " * 400))))),), level=2),
        ),
        confidential=True,
    )  # fmt: skip


def cells_of(report):
    """Every text of every table, in order."""
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for chapter in report.chapters
        for table in tables(chapter)
    ]


def tables(chapter):
    return [
        block.spec.table if isinstance(block, Chart) else block
        for block in chapter.blocks
        if isinstance(block, Table | Chart)
    ]


TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=20),
    st.sampled_from([HOSTILE, SCRIPTS, "=cmd|' /C calc'!A0", "x" * 2_000, "<r>bold</r>", "\ud800", "\x00\x1b\r\n\t", "", " "]),
)  # fmt: skip
URLS = st.one_of(
    st.just(""),
    TEXTS,
    st.sampled_from(
        ["#a", "#b", "/x?y=1&z=%2F", "//evil.example", "javascript:alert(1)", "https://" + "a" * 9_000]
    ),
    TEXTS.map(lambda text: f"https://example.org/{text}"),
)
TONES = st.sampled_from(["", "done", "attention", "overdue", "on_track", "quiet", "unheard of"])
ANCHORS = st.sampled_from(["", "a", "b", "a b", '"'])
VALUES = st.one_of(st.none(), st.integers(), st.floats(), st.dates(), st.booleans(), st.datetimes())
CELLS = st.builds(Cell, TEXTS, URLS, TONES, VALUES)
COLUMN = st.builds(Column, TEXTS, st.sampled_from(["text", "number", "date", "state"]), st.booleans())


@st.composite
def any_table(draw):
    columns = draw(st.lists(COLUMN, max_size=4).map(tuple))
    if columns and draw(st.integers(0, 5)) == 0:
        columns *= 5
    rows = st.builds(Row, st.lists(CELLS, max_size=len(columns)).map(tuple), ANCHORS)
    return Table(draw(TEXTS), columns, draw(st.lists(rows, max_size=3).map(tuple)), draw(TEXTS))


PAIRS = st.lists(st.builds(Pair, TEXTS, TEXTS, URLS, TONES), max_size=3).map(tuple)
BLOCKS = st.one_of(
    st.builds(Para, TEXTS, TONES),
    st.builds(Facts, PAIRS),
    st.builds(Bullets, st.lists(TEXTS, max_size=3).map(tuple)),
    any_table(),
    st.builds(
        lambda table, text, picture: Chart(ChartSpec(sentence=text, alt=text, table=table, picture=picture)),
        any_table(),
        TEXTS,
        st.sampled_from([b"", b"no picture", b"<svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>']),
    ),
)
CHAPTERS = st.builds(
    Chapter, TEXTS, st.lists(BLOCKS, max_size=3).map(tuple), ANCHORS, st.integers(-1, 12), TEXTS
)
REPORTS = st.builds(
    Report,
    kind=TEXTS,
    title=TEXTS,
    ref=TEXTS,
    organization=TEXTS,
    as_of=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given beside
    language=st.sampled_from(["en", "pt_BR", "zh-Hant-TW", "", "?"]),
    facts=PAIRS,
    chapters=st.lists(CHAPTERS, max_size=5).map(tuple),
    confidential=st.booleans(),
)
