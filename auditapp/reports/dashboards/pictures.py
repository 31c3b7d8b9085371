"""The charts of dashboards by the name in their address; each reads only the figures that it shows."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from auditapp.relationships.rules import STAGE_LABELS
from auditapp.reports.dashboards.queries import funnel
from auditapp.reports.dashboards.rules import Part, Spoke
from auditapp.reports.dashboards.standing import Standing, standing_by_stage
from auditapp.reports.figures.pictures import NOTHING, PICTURES, bars
from auditapp.reports.figures.rules import Asked
from auditapp.shell.charts import Series
from auditapp.shell.radar import radar


def web(found: Standing, theme: str = "auto") -> bytes:
    """Readiness over the eight stages: what is ready, and what was looked at."""
    series = [Series(name="", values=[one.ready for one in found.spokes], look=0)]
    if found.unseen_too:
        series.append(Series(name="", values=[one.seen for one in found.spokes], look=1))
    return radar(_names(found.spokes), series, theme=theme, nothing=str(NOTHING))


def _names(spokes: Sequence[Spoke]) -> list[str]:
    return [str(STAGE_LABELS[one.stage]) for one in spokes]


DRAWN: Mapping[str, Callable[[Session, Asked, str], bytes]] = {
    Part.READINESS: lambda session, asked, theme: web(standing_by_stage(session, asked), theme),
    Part.TREND: PICTURES["trend"],
    Part.AGEING: PICTURES["ageing"],
    Part.CAUSES: PICTURES["causes"],
    Part.LADDER: lambda session, asked, theme: bars(funnel(session, asked), theme),
    Part.COVERAGE: PICTURES["coverage"],
}
