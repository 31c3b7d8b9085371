"""How a reminder stands, and what it is decided on: its item, its policy, and who of a level can be told. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.quiet.rules import (
    Rhythm,
    away_on,
    deputy_on,
    local_day,
    local_moment,
    next_opening,
)
from auditapp.reminders.rules import DueItem, Level

DAY = timedelta(days=1)
ON_DAY = 0  # the lead of the due day itself


@dataclass(kw_only=True)
class Course:
    """How a reminder stands.

    ``until``: when the present state ends by itself (the wait of a level, a putting-off, the time until it is asked
    again). ``leads``: those told already.
    """

    state: RunState = RunState.COMING
    level: Level = Level.OWNER
    level_since: datetime | None = None
    told: int = 0
    told_at: datetime | None = None
    total: int = 0
    leads: list[int] = field(default_factory=list)
    generation: int = 0
    next_at: datetime | None = None
    until: datetime | None = None
    answered_by: UUID | None = None
    blocked_by: UUID | None = None
    snoozes: int = 0


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody is told, not before a moment at which they may be. ``instead_of``: who is away."""

    person_id: UUID
    kind: NoticeKind
    urgent: bool
    level: Level
    not_before: datetime
    instead_of: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What goes on record."""

    kind: StepKind
    level: Level
    person_id: UUID | None = None
    reason: Text | None = None


@dataclass(kw_only=True)
class Move:
    """What came of a look: who is told, and what goes on record."""

    told: list[Told] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a course is decided on."""

    item: DueItem
    policy: Policy
    rhythms: Mapping[UUID, Rhythm]
    at: datetime

    @property
    def overdue_from(self) -> datetime:
        """The first moment at which it is late."""
        return overdue_from(self.item)

    @property
    def leads(self) -> tuple[int, ...]:
        """Days before, the furthest first, with the day itself where that is wanted."""
        own = self.item.leads if self.item.leads is not None else self.policy.leads
        return tuple(sorted({*own, *((ON_DAY,) if self.policy.on_day else ())}, reverse=True))


@dataclass(frozen=True, kw_only=True)
class Present:
    """Somebody of a level who can be told, for themselves or for one who is away."""

    person_id: UUID
    rhythm: Rhythm
    instead_of: UUID | None = None


def overdue_from(item: DueItem) -> datetime:
    """The first moment at which an item is late: its own moment, or the end of its day where it is due."""
    return item.due_at or local_moment(item.due_on + DAY, 0, item.zone)


def held_until(item: DueItem) -> datetime | None:
    """Until when somebody decides about it, so that nobody is reminded."""
    return None if item.held_until is None else local_moment(item.held_until + DAY, 0, item.zone)


def members(item: DueItem, level: Level, rhythms: Mapping[UUID, Rhythm]) -> tuple[UUID, ...]:
    """Who holds a level; the deputies are those of the thing and those whom its owners named for themselves."""
    found = list(item.holders.get(level, ()))
    if level is Level.DEPUTY:
        for owner in item.owners:
            rhythm = rhythms.get(owner)
            if rhythm is not None and rhythm.deputy_id is not None:
                found.append(rhythm.deputy_id)
    return tuple(dict.fromkeys(found))


def present(ground: Ground, level: Level, *, but: Iterable[UUID] = ()) -> list[Present]:
    """Who of a level can be told now: not away, or their deputy; each once, without those in ``but``."""
    seen = set(but)
    found = []
    for person_id in members(ground.item, level, ground.rhythms):
        rhythm = ground.rhythms.get(person_id)
        if rhythm is None:
            continue
        one = Present(person_id=person_id, rhythm=rhythm)
        day = local_day(ground.at, rhythm.zone)
        if away_on(rhythm, day) is not None:
            deputy = deputy_on(rhythm, day)
            stands_in = ground.rhythms.get(deputy) if deputy is not None else None
            if (
                deputy is None
                or stands_in is None
                or away_on(stands_in, local_day(ground.at, stands_in.zone))
            ):
                continue
            one = Present(person_id=deputy, rhythm=stands_in, instead_of=person_id)
        if one.person_id not in seen and next_opening(one.rhythm, ground.at) is not None:
            seen.add(one.person_id)
            found.append(one)
    return found


def rung_index(policy: Policy, level: Level) -> int:
    """Where a level stands in the policy; the next one above where it has none of its own."""
    return next(
        (index for index, rung in enumerate(policy.rungs) if rung.level >= level), len(policy.rungs) - 1
    )


def below(ground: Ground, index: int) -> set[UUID]:
    """Everybody who was asked on a lower rung."""
    return {one.person_id for rung in ground.policy.rungs[:index] for one in present(ground, rung.level)}
