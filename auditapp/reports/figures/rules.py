"""What a figure is asked for and what it is made of. Pure.

A figure counts nonconformities that *stand*: issued, and not withdrawn. What happened is counted in the period by the
day it happened on in the organization's zone; what is open or overdue is counted as it is now. Every number knows the
address of the rows behind it, as a place and the part behind the question mark; routes make links of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from auditapp.kit.text import Text
from auditapp.people.rules import Principal

DAY = timedelta(days=1)
MOST_MONTHS = 36  # of one trend
GRAINS = (1, 3, 12, 60, 120)  # months
MOST_COLUMNS = 48  # of a map
MOST_ROWS = 100  # of one figure; the largest come first
# The last day of each class of age, in days since it was raised; the last class has no end.
AGES: tuple[int, ...] = (30, 60, 90, 180)


class Place(StrEnum):
    """Where the rows behind a figure are."""

    NONCONFORMITIES = "nonconformities"
    ACTIONS = "actions"
    AUDITS = "audits"
    COVERAGE = "coverage"
    LOG = "log"  # of what was told to whom
    COMPETENCE = "competence"
    REMINDERS = "reminders"  # on the page of a dashboard
    ANSWERS = "answers"  # to questions of audits, likewise
    CLAUSES = "clauses"  # of a standard, as readiness judges them
    RELATIONSHIP = "relationship"


@dataclass(frozen=True, kw_only=True)
class Where:
    """The address of rows: ``ref`` names the thing whose page it is, ``pairs`` stand behind the question mark."""

    place: Place
    ref: str = ""
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        return urlencode(self.pairs, safe=",:")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks, for which days (both included), and for which relationship; ``zone``: the organization's."""

    principal: Principal
    since: date
    until: date
    at: datetime
    zone: str = "UTC"
    relationship: str = ""  # the number people use; empty: all
    own: tuple[str, ...] | None = None  # without one: only these relationships; None: everything
    answers_for: bool = False  # the reader answers for every one of them, and so may see all that is in them

    @property
    def refs(self) -> tuple[str, ...] | None:
        """The numbers of the relationships that are asked for; ``None``: everything, the management system too."""
        return (self.relationship,) if self.relationship else self.own

    @property
    def today(self) -> date:
        """The day it is."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def begins(self) -> datetime:
        """The first moment of the period."""
        return midnight(self.since, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.until + DAY, self.zone)

    def span(self, since: date | None = None, until: date | None = None) -> str:
        """A span of days as registers spell it; the period, unless other days are given."""
        return f"{(since or self.since).isoformat()}..{(until or self.until).isoformat()}"

    def rows(self, place: Place, *pairs: tuple[str, str], ref: str = "") -> Where:
        """An address, narrowed to the relationships that are asked for."""
        own = tuple(("relationship", one) for one in self.refs or ())
        return Where(place=place, ref=ref, pairs=(*pairs, *own))

    def standing(self, *pairs: tuple[str, str]) -> Where:
        """The standing nonconformities that were raised in the period, narrowed further."""
        return self.rows(Place.NONCONFORMITIES, ("show", "stands"), *pairs, ("raised", self.span()))

    def of(self, relationship: str) -> "Asked":
        """The same for one relationship."""
        return replace(self, relationship=relationship)


@dataclass(frozen=True, kw_only=True)
class Count:
    """One number: what it counts, and where its rows are; ``None``: no page shows just these."""

    key: str
    label: Text | str
    count: int
    rows: Where | None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long something took: of ``count`` nonconformities, in days. Empty without any."""

    key: str
    label: Text
    count: int
    rows: Where
    median: float | None = None
    ninety: float | None = None  # nine of ten took no longer


@dataclass(frozen=True, kw_only=True)
class Share:
    """``part`` of ``whole``."""

    part: Count
    whole: Count

    @property
    def percent(self) -> float | None:
        """In percent, to one digit; ``None`` of nothing."""
        return round(100 * self.part.count / self.whole.count, 1) if self.whole.count else None


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of a trend, or a longer stretch of a long one; its first and last day lie within the period."""

    first: date
    last: date
    raised: Count
    closed: Count


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one person audited in the period. ``days``: of audits, each from its first day to its last."""

    name: str
    audits: int
    led: int
    days: int
    warnings: int  # took part although a competence was missing or had run out
    overrides: int  # took part although something stood against independence
    rows: Where


@dataclass(frozen=True, kw_only=True)
class MapRow:
    """A clause in the map of coverage: one mark for each column."""

    label: str
    marks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CoverageMap:
    """Clause × relationship × year; ``columns``: (relationship's number, year). ``rows`` lead to the whole table.

    ``left_out``: relationships that are not in the map because it would be too wide to be read.
    """

    programme: str
    checklist: str
    columns: tuple[tuple[str, int], ...]
    body: tuple[MapRow, ...]
    rows: Where
    left_out: int = 0


def midnight(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def usual_period(today: date) -> tuple[date, date]:
    """The period that is shown unasked: this month and the eleven before it, up to today."""
    year, month = (today.year, 1) if today.month == 12 else (today.year - 1, today.month + 1)  # noqa: PLR2004 - December
    return date(year, month, 1), today


def months_of(since: date, until: date) -> list[tuple[date, date]]:
    """A period in months as (first day, last day), the ends cut to it.

    When that were more than :data:`MOST_MONTHS`: in quarters, years, or more years at a time; never less than all of it.
    """
    begins, ends = (day.year * 12 + day.month - 1 for day in (since, until))
    size = next(one for one in GRAINS if ends // one - begins // one < MOST_MONTHS)
    edges = [
        date(month // 12, month % 12 + 1, 1)
        for month in range((begins // size + 1) * size, (ends // size) * size + 1, size)
    ]
    return list(zip([since, *edges], [*(edge - DAY for edge in edges), until], strict=True))


def age_classes(today: date) -> list[tuple[str, date | None, date]]:
    """(name, first day, last day) on which what now has such an age was raised; the oldest class has no first day."""
    found: list[tuple[str, date | None, date]] = []
    newest = 0
    for oldest in AGES:
        found.append((f"{newest}-{oldest}", today - oldest * DAY, today - newest * DAY))
        newest = oldest + 1
    found.append((f"{newest}-", None, today - newest * DAY))
    return found


def age_label(name: str) -> Text:
    """What a class of age is called."""
    least, _, most = name.partition("-")
    if not most:
        return Text("More than %(days)s days", days=int(least) - 1)
    if least == "0":
        return Text("Up to %(days)s days", days=most)
    return Text("%(least)s to %(most)s days", least=least, most=most)


def places_of(count: int) -> tuple[int, int, int]:
    """Which of ``count`` sorted values (from 1) make the median, as its two middle ones, and the 90th percentile."""
    return (count + 1) // 2, count // 2 + 1, -(-count * 9 // 10)


def in_days(lengths: Sequence[timedelta]) -> float:
    """Their mean in days, to one digit."""
    return round(sum(one.total_seconds() for one in lengths) / len(lengths) / DAY.total_seconds(), 1)


def shares(counts: Iterable[int]) -> list[float]:
    """What share of the whole is reached with each, in percent: the line of a Pareto chart."""
    known = list(counts)
    whole, reached = sum(known), 0
    found = []
    for one in known:
        reached += one
        found.append(round(100 * reached / whole, 1))
    return found
