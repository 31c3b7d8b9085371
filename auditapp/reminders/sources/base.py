"""What every source is asked, and what it gives: a due item before anybody was looked up."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.kit.clock import LAST_DAY
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.reminders.rules import Answer, Kind, Severity

MOST_IN = (
    20_000  # values in one condition; with more, everything is read (SQLite takes 32,766, PostgreSQL 65,535)
)
ASK = frozenset({Answer.ACKNOWLEDGE, Answer.SNOOZE, Answer.NOT_MINE, Answer.BLOCKED})
WORK = ASK | {Answer.DONE}
WORK_WITH_TIME = WORK | {Answer.EXTEND}


class Seat(StrEnum):
    """Somebody by what they are, looked up when the item is made."""

    PROGRAMME_MANAGER = "programme_manager"
    SYSTEM_MANAGER = "system_manager"
    SER = "ser"
    RELATIONSHIP_OWNER = "relationship_owner"
    RELATIONSHIP_MANAGER = "relationship_manager"
    JOINT_TEAM = "joint_team"
    PARTNER_SER = "partner_ser"
    PARTNER_MANAGER = "partner_manager"


Holder = UUID | Seat


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A due item before its people are looked up.

    ``owners`` may name seats; when nobody of them is there, the first of ``otherwise`` who is. ``barred``: who may not decide it.
    ``shared``: a partner's contact of the relationship may see it, with ``partner_id`` only that partner's;
    ``personal``: whoever owns it may, shared or not. ``severity`` ``None``: as important as the relationship is.
    ``head_id``: who answers for the audit programme it belongs to. ``last_on``: it passes by itself after that day.
    """

    key: str
    kind: Kind
    ref: str
    title: str
    step: Text
    why: Text
    due_on: date
    version: str
    endpoint: str
    args: Mapping[str, str]
    owners: tuple[Holder | None, ...]
    deputies: tuple[Holder | None, ...] = ()
    otherwise: tuple[Holder | None, ...] = ()
    barred: frozenset[UUID] = frozenset()
    thing_kind: str = ""
    thing_id: str = ""
    severity: Severity | None = Severity.NORMAL
    due_at: datetime | None = None
    starts_on: date | None = None
    zone: str = ""
    relationship_id: UUID | None = None
    partner_id: UUID | None = None
    programme_id: UUID | None = None
    head_id: UUID | None = None
    audit_id: UUID | None = None
    shared: bool = False
    personal: bool = False
    leads: tuple[int, ...] | None = None
    held_until: date | None = None
    changed_at: datetime | None = None
    answers: frozenset[Answer] = WORK


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for.

    ``last``: the last day that counts, by kind. ``keys``: ids by the word a key begins with. ``reader``: only what
    that person may see. ``leads_count``: what has lead times of its own is asked for that long ahead, whatever
    ``last`` says. ``person_id``: what may be theirs (a source may give more, never less); ``broad``: that
    person holds a role for all relationships, so that seats say nothing.
    """

    at: datetime
    today: date
    zone: str
    last: Callable[[Kind], date]
    since: date | None = None
    kinds: Collection[Kind] | None = None
    keys: Mapping[str, Collection[UUID]] | None = None
    relationship_ids: Collection[UUID] | None = None
    programme_id: UUID | None = None
    reader: Principal | None = None
    person_id: UUID | None = None
    broad: bool = False
    leads_count: bool = False

    def wants(self, kind: Kind, word: str) -> bool:
        """Whether anything of this kind, with keys that begin with ``word``, is asked for."""
        return (self.kinds is None or kind in self.kinds) and (self.keys is None or word in self.keys)

    def days(self, column: Any, kind: Kind) -> list[sa.ColumnElement[bool]]:
        """Conditions on a day."""
        found = [column <= self.last(kind)]
        return [*found, column >= self.since] if self.since else found

    def until(self, kind: Kind, leads: Collection[int]) -> date:
        """The last day that counts for something with lead times of its own, where these are what counts."""
        if not leads or not self.leads_count:
            return self.last(kind)
        return min(self.today + timedelta(days=max(leads)), LAST_DAY)

    def moments(self, column: Any, kind: Kind, *, after: int = 0) -> list[sa.ColumnElement[bool]]:
        """Conditions on a moment that lies ``after`` days before the due day, in any zone: a day too many each way."""
        found = [column < self.midnight(self.last(kind), 2 - after)]
        return [*found, column >= self.midnight(self.since, -1 - after)] if self.since else found

    def midnight(self, day: date, more: int) -> datetime:
        """The first moment of a day so many days later."""
        later = min(day, LAST_DAY) + timedelta(days=more)
        return datetime(later.year, later.month, later.day, tzinfo=ZoneInfo(self.zone))

    def narrow(
        self, word: str, ident: Any, *, relationship: Any = None, programme: Any = None
    ) -> list[sa.ColumnElement[bool]]:
        """Conditions of keys, relationships and programme; a source without one of these has nothing of it."""
        found: list[sa.ColumnElement[bool]] = []
        if self.keys is not None:
            found.append(within(ident, self.keys.get(word, ())))
        if self.relationship_ids is not None:
            found.append(sa.false() if relationship is None else within(relationship, self.relationship_ids))
        if self.programme_id is not None:
            found.append(sa.false() if programme is None else programme == self.programme_id)
        return found

    def mine(self, *columns: Any, relationship: Any = None) -> list[sa.ColumnElement[bool]]:
        """Leaves out what cannot be a person's: they stand in one of the columns, or sit in its relationship."""
        if self.person_id is None:
            return []
        ways: list[sa.ColumnElement[bool]] = [column == self.person_id for column in columns]
        if relationship is not None:
            if self.broad:
                return []
            ways += [relationship.in_(_sits_in(self.person_id)), relationship.is_(None)]
        return [sa.or_(*ways)] if ways else []

    def seen(self, ident: Any, visible: Callable[[Principal], Any]) -> list[sa.ColumnElement[bool]]:
        """Leaves out what the reader may not see; ``visible`` gives a query of what a person sees."""
        if self.reader is None:
            return []
        return [ident.in_(visible(self.reader).order_by(None).with_only_columns(ident))]

    @property
    def from_outside(self) -> bool:
        """Whether a partner's contact reads."""
        return self.reader is not None and self.reader.partner_id is not None


def _sits_in(person_id: UUID) -> sa.CompoundSelect[UUID]:
    return sa.union_all(
        sa.select(Relationship.id).where(
            sa.or_(
                Relationship.owner_id == person_id,
                Relationship.manager_id == person_id,
                Relationship.ser_id == person_id,
            )
        ),
        sa.select(RelationshipMember.relationship_id).where(
            RelationshipMember.person_id == person_id, RelationshipMember.until.is_(None)
        ),
    )


def ids_of(kept: Iterable[str]) -> tuple[UUID, ...]:
    """Ids of people that a row keeps in words."""
    return tuple(UUID(one) for one in kept)


Source = Callable[[Session, Wanted], Iterator[Draft]]


def within(column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """``column IN values``; everything when there are too many to send."""
    found: sa.ColumnElement[bool] = sa.true() if len(values) > MOST_IN else column.in_(list(values))
    return found


def stands(column: "InstrumentedAttribute[Any]", value: StrEnum) -> sa.ColumnElement[bool]:
    """``column = 'value'``, written out so that an index kept for this value alone is used."""
    return sa.literal_column(f"{column.class_.__tablename__}.{column.key}") == sa.literal_column(f"'{value}'")


def listed(words: Iterable[Text]) -> Text:
    """“one, two, three”."""
    first, *rest = words
    return Text("%(one)s, %(more)s", one=first, more=listed(rest)) if rest else Text("%(one)s", one=first)


def short(title: str) -> str:
    """A title as a line can hold it."""
    most = 200
    return title if len(title) <= most else title[: most - 1] + "…"
