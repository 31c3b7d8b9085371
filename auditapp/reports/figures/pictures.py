"""The charts of the figures, each from the values that also stand in the table behind it."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from auditapp.audits.programme.rules import Mark
from auditapp.kit.text import Text
from auditapp.reports.figures import queries
from auditapp.reports.figures.rules import Asked, Count, CoverageMap, Month, shares
from auditapp.shell.charts import Series, over_time, side_by_side, steps_to
from auditapp.shell.heatmaps import MapLine, heat_map

# The shape of each mark of coverage, in shell/heatmaps.py.
SHAPE_OF: Mapping[str, str] = {
    Mark.DONE: "full",
    Mark.PLANNED: "hatched",
    Mark.UNCOVERED: "struck",
    Mark.NONE: "dot",
}
NOTHING = Text("There is nothing to show yet")


def trend(months: Sequence[Month], theme: str = "auto") -> bytes:
    """What was raised and what was closed, by month."""
    most = max([1, *(one.raised.count for one in months), *(one.closed.count for one in months)])
    return over_time(
        [one.first for one in months],
        [
            Series(name=str(Text("Raised")), values=[one.raised.count for one in months], look=0),
            Series(name=str(Text("Closed")), values=[one.closed.count for one in months], look=1),
        ],
        theme=theme,
        say_day=lambda day: f"{day:%Y-%m}",
        between=(0, steps_to(most)[-1]),
        nothing=str(NOTHING),
    )


def bars(counts: Sequence[Count], theme: str = "auto") -> bytes:
    """One bar for each number: classes of age, the steps of a funnel."""
    steps = steps_to(max([1, *(one.count for one in counts)]))
    return side_by_side(
        [str(one.label) for one in counts],
        [Series(name=str(Text("Number")), values=[one.count for one in counts], look=0)],
        theme=theme,
        between=(0, steps[-1]),
        steps=steps,
        nothing=str(NOTHING),
    )


def pareto(counts: Sequence[Count], theme: str = "auto") -> bytes:
    """For each cause, the most frequent first: its share, and the share of it and those before it."""
    whole = sum(one.count for one in counts)
    return side_by_side(
        [str(one.label) for one in counts],
        [
            Series(
                name=str(Text("Share")), values=[round(100 * one.count / whole, 1) for one in counts], look=0
            ),
            Series(
                name=str(Text("Together with those above")),
                values=shares(one.count for one in counts),
                look=1,
            ),
        ],
        theme=theme,
        between=(0, 100),
        steps=(0, 20, 40, 60, 80, 100),
        say=lambda value: f"{value:g} %",
        nothing=str(NOTHING),
    )


def coverage(found: CoverageMap | None, theme: str = "auto") -> bytes:
    """The heat map of clause × relationship × year."""
    if found is None:
        return heat_map([], [], theme=theme, nothing=str(NOTHING))
    return heat_map(
        [column_name(ref, year) for ref, year in found.columns],
        [MapLine(name=row.label, marks=[SHAPE_OF[one] for one in row.marks]) for row in found.body],
        theme=theme,
        nothing=str(NOTHING),
    )


def column_name(ref: str, year: int) -> str:
    """What a column of the map is called."""
    return f"{ref} {year}" if ref else str(Text("System %(year)s", year=year))


# The charts by the name in their address: each reads only the figures that it shows.
PICTURES: Mapping[str, Callable[[Session, Asked, str], bytes]] = {
    "trend": lambda session, asked, theme: trend(queries.by_month(session, asked), theme),
    "ageing": lambda session, asked, theme: bars(queries.by_age(session, asked), theme),
    "causes": lambda session, asked, theme: pareto(queries.by_cause(session, asked), theme),
    "coverage": lambda session, asked, theme: coverage(queries.coverage_map(session, asked), theme),
    "ladder": lambda session, asked, theme: bars(queries.ladder(session, asked), theme),
}
