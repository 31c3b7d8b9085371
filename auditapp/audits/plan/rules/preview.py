"""How long the walk will be, before it is frozen; and an agenda to begin with. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from auditapp.checklists.rules import Scope, WalkItem
from auditapp.kit.text import Text
from auditapp.relationships.rules import STAGE_LABELS, Stage

MOST_DAYS = 10  # of a proposed agenda


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Questions in the walk: asked once, asked per relationship, and all; ``merged``: those serving several libraries."""

    once: int
    each: int
    relationships: int
    merged: int
    by_stage: tuple[tuple[Stage, int], ...]

    @property
    def total(self) -> int:
        """Every question of the walk."""
        return self.once + self.each * self.relationships


def preview(items: Iterable[WalkItem], stages: Collection[str], relationships: int) -> Preview:
    """What the walk of an audit will ask. ``stages``: slugs in scope; ``relationships``: how many are sampled."""
    asked = [item for item in items if item.stage.value in stages]
    by_stage: Counter[str] = Counter()
    for item in asked:
        by_stage[item.stage.value] += relationships if item.scope is Scope.RELATIONSHIP else 1
    return Preview(
        once=sum(item.scope is Scope.SYSTEM for item in asked),
        each=sum(item.scope is Scope.RELATIONSHIP for item in asked),
        relationships=relationships,
        merged=sum(len({place.library for place in item.counts_for}) > 1 for item in asked),
        by_stage=tuple((stage, by_stage[stage.value]) for stage in Stage if by_stage[stage.value]),
    )


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """A proposed session."""

    starts_at: datetime
    ends_at: datetime
    title: Text
    stages: tuple[str, ...] = ()


def proposed_agenda(
    starts_on: date,
    ends_on: date,
    stages: Collection[str],
    zone: str,
    *,
    closed: Collection[date] = (),
) -> list[AgendaLine]:
    """Opening meeting first, closing meeting last, the stages in scope spread over the time between.

    The ``closed`` days (weekends, holidays) are left out unless the audit has no other day; at most ten are filled.
    """
    every = [starts_on + timedelta(days=number) for number in range((ends_on - starts_on).days + 1)]
    days = ([day for day in every if day not in closed] or every)[:MOST_DAYS]
    wanted = [stage for stage in Stage if stage.value in stages]
    lines = [_line(days[0], (9, 0), (9, 30), Text("Opening meeting"), zone)]
    for number, day in enumerate(days):
        share = _share(wanted, number, len(days))
        lines.extend(_day(day, share, zone, last=number == len(days) - 1))
    lines.append(_line(days[-1], (16, 0), (16, 30), Text("Closing meeting"), zone))
    return lines


def _share(stages: Sequence[Stage], number: int, days: int) -> Sequence[Stage]:
    each, more = divmod(len(stages), days)
    first = number * each + min(number, more)
    return stages[first : first + each + (number < more)]


def _day(day: date, stages: Sequence[Stage], zone: str, *, last: bool) -> list[AgendaLine]:
    half = -(-len(stages) // 2)
    found = []
    for part, begins, ends in ((stages[:half], (10, 0), (12, 0)), (stages[half:], (13, 0), (15, 0))):
        if part:
            found.append(
                _line(day, begins, ends, _titles(part), zone, stages=tuple(one.value for one in part))
            )
    wrap = Text("The team draws its conclusions") if last else Text("The team compares notes")
    return [*found, _line(day, (15, 0), (16, 0), wrap, zone)]


def _titles(stages: Sequence[Stage]) -> Text:
    labels = [STAGE_LABELS[stage] for stage in stages]
    if len(labels) == 1:
        return labels[0]
    together = labels[0]
    for label in labels[1:]:
        together = Text("%(first)s, %(more)s", first=together, more=label)
    return together


def _line(
    day: date,
    begins: tuple[int, int],
    ends: tuple[int, int],
    title: Text,
    zone: str,
    *,
    stages: tuple[str, ...] = (),
) -> AgendaLine:
    where = ZoneInfo(zone)
    return AgendaLine(
        starts_at=datetime.combine(day, time(*begins), where),
        ends_at=datetime.combine(day, time(*ends), where),
        title=title,
        stages=stages,
    )
