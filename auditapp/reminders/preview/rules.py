"""What would be told in the days to come, counted and compared. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from auditapp.kit.errors import Refusal
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.rules import Kind, Level, Severity

DAYS = 30  # so far a preview looks
MOST_ROWS = 20_000  # of one table; more is not thought ahead
MOST_MOMENTS = 20_000
MOST_SECONDS = 60.0  # one look ahead may take


class TooMuch(Refusal):
    """There is more to think ahead than one request may; the policy can be saved without."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing told to one person. ``at``: when it went out; ``day``: the day it was there, for that person.

    ``message_id``: what it went out with; ``None`` for what was still waiting when the look ahead ended.
    """

    at: datetime
    day: date
    person_id: UUID
    why: NoticeKind
    level: Level
    item_key: str
    kind: Kind | None
    severity: Severity | None
    ref: str
    title: str
    message_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message to one person, with however many things in it."""

    at: datetime
    day: date
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What goes out from ``first`` to ``last``. ``moments``: how often something came. ``stuck``: at its end then."""

    first: date
    last: date
    told: Sequence[Told]
    sent: Sequence[Sent]
    moments: int
    stuck: int

    def of(self, kind: Kind, severity: Severity | None) -> list[Told]:
        """What of it is about a kind of thing (and a severity)."""
        return [
            one for one in self.told if one.kind is kind and (severity is None or one.severity is severity)
        ]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A figure as things are, and as they would be."""

    now: int
    then: int

    @property
    def more(self) -> int:
        """How much it grows; negative where it shrinks."""
        return self.then - self.now


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """What one person gets: messages, the most on one day, and how many things of the kind are in them."""

    person_id: UUID
    messages: Pair
    busiest: Pair
    things: Pair


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two outlooks beside each other."""

    messages: Pair
    things: Pair
    people: Sequence[PersonRow]
    days: Sequence[tuple[date, Pair]]
    levels: Sequence[tuple[Level, Pair]]
    stuck: Pair


def compare(now: Outlook, then: Outlook, kind: Kind, severity: Severity | None) -> Comparison:
    """Both, by person (who gets most first), by day and by level. Things and levels: only of the kind."""
    of_now, of_then = now.of(kind, severity), then.of(kind, severity)
    return Comparison(
        messages=Pair(now=len(now.sent), then=len(then.sent)),
        things=Pair(now=len(of_now), then=len(of_then)),
        people=_people(now, then, of_now, of_then),
        days=_days(now.sent, then.sent),
        levels=_levels(of_now, of_then),
        stuck=Pair(now=now.stuck, then=then.stuck),
    )


def _people(now: Outlook, then: Outlook, of_now: Iterable[Told], of_then: Iterable[Told]) -> list[PersonRow]:
    messages = [Counter(one.person_id for one in look.sent) for look in (now, then)]
    busiest = [_busiest(look.sent) for look in (now, then)]
    things = [Counter(one.person_id for one in told) for told in (of_now, of_then)]
    rows = [
        PersonRow(
            person_id=person,
            messages=Pair(now=messages[0][person], then=messages[1][person]),
            busiest=Pair(now=busiest[0].get(person, 0), then=busiest[1].get(person, 0)),
            things=Pair(now=things[0][person], then=things[1][person]),
        )
        for person in {*messages[0], *messages[1], *things[0], *things[1]}
    ]
    return sorted(rows, key=lambda row: (-row.messages.then, -row.messages.now, row.person_id))


def _busiest(sent: Iterable[Sent]) -> Mapping[UUID, int]:
    days = Counter((one.person_id, one.day) for one in sent)
    most: defaultdict[UUID, int] = defaultdict(int)
    for (person, _day), count in days.items():
        most[person] = max(most[person], count)
    return most


def _days(now: Iterable[Sent], then: Iterable[Sent]) -> list[tuple[date, Pair]]:
    before, after = Counter(one.day for one in now), Counter(one.day for one in then)
    return [(day, Pair(now=before[day], then=after[day])) for day in sorted({*before, *after})]


def _levels(now: Iterable[Told], then: Iterable[Told]) -> list[tuple[Level, Pair]]:
    before, after = (
        Counter(one.level for one in told if one.why is NoticeKind.ESCALATION) for told in (now, then)
    )
    return [
        (level, Pair(now=before[level], then=after[level]))
        for level in Level
        if before[level] or after[level]
    ]
