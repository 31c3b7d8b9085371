"""The parts that the report of the figures is made of: tables of numbers, charts with their tables. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditapp.audits.programme.rules import MARK_LABELS, MARK_TONES, Mark
from auditapp.kit.text import Text, day_words
from auditapp.reports.figures.pictures import SHAPE_OF, column_name, coverage, trend
from auditapp.reports.figures.rules import Count, CoverageMap, Load, Month, Share, Spread, Where
from auditapp.reports.paper.model import (
    Block,
    Cell,
    Chapter,
    Chart,
    ChartSpec,
    Column,
    Pair,
    Para,
    Row,
    Table,
)
from auditapp.shell.charts import bars_height
from auditapp.shell.heatmaps import map_size

WIDE = 480  # of a chart of bars
# What is said where there is nothing to draw.
NONE_OPEN = Text("No nonconformity is open now.")
NO_CAUSE = Text(
    "No root cause is on record for this period. Whoever is responsible for a nonconformity enters the cause "
    "and its category."
)
NO_REMINDER = Text(
    "No reminder began in this period. The reminding begins by itself before something is due."
)


@dataclass(frozen=True, kw_only=True)
class Links:
    """How addresses are made: ``to`` of rows, ``picture`` of a chart by its name."""

    to: Callable[[Where], str]
    picture: Callable[[str], str]

    def address(self, one: Count) -> str:
        """The address of its rows; empty when there are none, or no page shows just these."""
        return self.to(one.rows) if one.count and one.rows else ""

    def cell(self, one: Count) -> Cell:
        """A number that leads to its rows."""
        return Cell(str(one.count), url=self.address(one), value=one.count)

    def pair(self, one: Count, tone: str = "") -> Pair:
        """The same beside its name."""
        return Pair(str(one.label), str(one.count), self.address(one), tone)


def numbers(
    caption: Text,
    what: Text,
    counts: Sequence[Count],
    links: Links,
    *,
    more: tuple[Text, Sequence[float]] | None = None,
) -> Table:
    """A table of numbers; ``more``: one more column of figures."""
    columns = [Column(str(what)), Column(str(Text("Number")), "number")]
    if more:
        columns.append(Column(str(more[0]), "number"))
    return Table(
        caption=str(caption),
        columns=tuple(columns),
        rows=tuple(
            Row(
                (
                    Cell(str(one.label)),
                    links.cell(one),
                    *((Cell(f"{more[1][place]:g}", value=more[1][place]),) if more else ()),
                )
            )
            for place, one in enumerate(counts)
        ),
        empty=str(Text("There is none in this period.")),
    )


def drawn(spec: ChartSpec, none: Text) -> Chart | Para:
    """The chart; where all its figures are nothing, the sentence ``none`` alone: a picture of zeros shows nothing."""
    amounts = [place for place, column in enumerate(spec.table.columns) if column.kind == "number"]
    some = any(row.cells[place].value for row in spec.table.rows for place in amounts)
    return Chart(spec) if some else Para(str(none))


def charted(
    name: str,
    sentence: Text,
    table: Table,
    picture: bytes,
    links: Links,
    *,
    rows: int,
    marks: Sequence[tuple[int | str, Text]],
    none: Text,
) -> Chart | Para:
    """A chart of bars with its table; ``none`` is said where there is nothing to draw."""
    return drawn(
        ChartSpec(
            sentence=str(sentence),
            alt=str(Text("Chart: %(sentence)s", sentence=sentence)),
            table=table,
            picture=picture,
            url=links.picture(name),
            marks=tuple((look, str(words)) for look, words in marks),
            size=(WIDE, bars_height(rows, len(marks))),
            bars=True,
        ),
        none,
    )


def trend_chart(months: Sequence[Month], links: Links) -> Chart | Para:
    """What was raised and what was closed, month by month."""
    sentence = Text(
        "Nonconformities raised in this period: %(raised)s. Closed: %(closed)s.",
        raised=sum(one.raised.count for one in months),
        closed=sum(one.closed.count for one in months),
    )
    return drawn(
        ChartSpec(
            sentence=str(sentence),
            alt=str(Text("Chart: %(sentence)s", sentence=sentence)),
            table=Table(
                caption=str(Text("Raised and closed over time")),
                columns=(
                    Column(str(Text("From")), "date"),
                    Column(str(Text("To")), "date"),
                    Column(str(Text("Raised")), "number"),
                    Column(str(Text("Closed")), "number"),
                ),
                rows=tuple(
                    Row(
                        (
                            Cell(str(day_words(one.first)), value=one.first),
                            Cell(str(day_words(one.last)), value=one.last),
                            links.cell(one.raised),
                            links.cell(one.closed),
                        )
                    )
                    for one in months
                ),
            ),
            picture=trend(months, "light"),
            url=links.picture("trend"),
            marks=((0, str(Text("Raised"))), (1, str(Text("Closed")))),
        ),
        Text(
            "No nonconformity was raised or closed in this period. What audits find, and what anybody raises, is counted here."
        ),
    )


def spread_table(spreads: Sequence[Spread], links: Links) -> Table:
    """How long each step took."""
    return Table(
        caption=str(Text("Days from the notice")),
        columns=(
            Column(str(Text("Step"))),
            Column(str(Text("Number")), "number"),
            Column(str(Text("Median, days")), "number"),
            Column(str(Text("Nine of ten within, days")), "number"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(str(one.label)),
                    Cell(str(one.count), url=links.to(one.rows) if one.count else "", value=one.count),
                    _days(one.median),
                    _days(one.ninety),
                )
            )
            for one in spreads
        ),
    )


def ratio(share: Share) -> str:
    """A share in words."""
    if share.percent is None:
        return str(Text("None to judge by"))
    return str(
        Text(
            "%(percent)s %% (%(part)s of %(whole)s)",
            percent=f"{share.percent:g}",
            part=share.part.count,
            whole=share.whole.count,
        )
    )


def coverage_chapter(found: CoverageMap | None, links: Links) -> Chapter:
    """The heat map with its table."""
    title, anchor = str(Text("What audits looked at")), "coverage"
    if found is None:
        none = Text(
            "No audit programme with a clause checklist reaches into this period. The audit programme manager makes one "
            "under Programme."
        )
        return Chapter(title=title, anchor=anchor, blocks=(Para(str(none)),))
    marks = [one for row in found.body for one in row.marks if one != Mark.NONE]
    sentence = Text(
        "Of %(all)s combinations of clause, relationship and year, %(done)s are done and %(planned)s planned.",
        done=marks.count(Mark.DONE),
        planned=marks.count(Mark.PLANNED),
        all=len(marks),
    )
    table = Table(
        caption=str(Text("Coverage of %(ref)s", ref=found.programme)),
        columns=(
            Column(str(Text("Clause")), wide=True),
            *(Column(column_name(ref, year), "state") for ref, year in found.columns),
        ),
        rows=tuple(
            Row(
                (
                    Cell(row.label, url=links.to(found.rows)),
                    *(Cell(str(MARK_LABELS[Mark(one)]), tone=MARK_TONES[Mark(one)]) for one in row.marks),
                )
            )
            for row in found.body
        ),
    )
    spec = ChartSpec(
        sentence=str(sentence),
        alt=str(Text("Chart: %(sentence)s", sentence=sentence)),
        table=table,
        picture=coverage(found, "light"),
        url=links.picture("coverage"),
        marks=tuple((f"map-{shape}", str(MARK_LABELS[Mark(mark)])) for mark, shape in SHAPE_OF.items()),
        size=map_size(len(found.body), len(found.columns)),
        bars=True,
    )
    blocks: list[Block] = [Chart(spec)]
    if found.left_out:
        more = Text(
            "%(count)s more relationships are not in this map. Choose one of them above, or open the programme’s own table.",
            count=found.left_out,
        )
        blocks.append(Para(str(more)))
    return Chapter(title=title, anchor=anchor, blocks=tuple(blocks))


def auditors(load: Sequence[Load], gaps: Sequence[Count], links: Links) -> Chapter:
    """Who audited how much, with which competence, how independently."""
    return Chapter(
        title=str(Text("Auditors")),
        anchor="auditors",
        blocks=(
            Table(
                caption=str(Text("Audits that began in this period")),
                columns=(
                    Column(str(Text("Auditor"))),
                    Column(str(Text("Audits")), "number"),
                    Column(str(Text("Led")), "number"),
                    Column(str(Text("Days")), "number"),
                    Column(str(Text("Competence missing")), "number"),
                    Column(str(Text("Independence overridden")), "number"),
                ),
                rows=tuple(
                    Row(
                        (
                            Cell(one.name),
                            Cell(str(one.audits), url=links.to(one.rows), value=one.audits),
                            *(
                                Cell(str(value), value=value)
                                for value in (one.led, one.days, one.warnings, one.overrides)
                            ),
                        )
                    )
                    for one in load
                ),
                empty=str(Text("No audit began in this period.")),
            ),
            numbers(Text("Competence now"), Text("Records of active people"), gaps, links),
        ),
    )


def _days(value: float | None) -> Cell:
    return Cell("" if value is None else f"{value:.1f}", value=value)
