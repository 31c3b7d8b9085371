"""Reading the trail for people: facts with the names of who did them and of whom they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.overview.history.rules import Told, tell
from auditapp.people.model import Person
from auditapp.trail.model import Fact
from auditapp.trail.queries import facts_of, parsed

PER_PAGE = 50
MOST_PEOPLE = 500  # in the filter
ANSWER = "answer"
ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a reader looks for; empty is everything, but for single answers: there are hundreds in every audit."""

    kind: str = ""
    verb: str = ""
    ref: str = ""
    person_id: UUID | None = None
    context_id: UUID | None = None
    since: date | None = None
    until: date | None = None


def history_page(session: Session, wanted: Wanted, *, page: int, zone: str) -> Page[Told]:
    """A page of the organization's history, newest first. Three statements, whatever the size."""
    one_kind = wanted.kind if wanted.kind != ALL else ""
    query = facts_of(thing_kind=one_kind or None, context_id=wanted.context_id)
    if not wanted.kind and not wanted.verb:
        query = query.where(Fact.thing_kind != ANSWER)
    if wanted.verb:
        query = query.where(Fact.verb == wanted.verb)
    if wanted.ref:
        query = query.where(sa.func.lower(Fact.thing_ref).startswith(wanted.ref.lower(), autoescape=True))
    if wanted.person_id is not None:
        query = query.where(Fact.actor_id == wanted.person_id)
    if wanted.since is not None:
        query = query.where(Fact.at >= _midnight(wanted.since, zone))
    if wanted.until is not None:
        query = query.where(Fact.at < _midnight(wanted.until + timedelta(days=1), zone))
    found = paginate(session, query, page=page, per_page=PER_PAGE)
    return Page(
        rows=told_of(session, found.rows), number=found.number, per_page=found.per_page, total=found.total
    )


def newest(
    session: Session,
    *,
    context_id: UUID | None = None,
    thing_id: UUID | str | None = None,
    thing_kind: str | None = None,
    most: int,
) -> list[Told]:
    """The newest facts in one context (an audit) or about one thing, at most ``most``. Two statements.

    In a context single answers are left out: the walk shows them. With ``thing_kind`` a thing is found by an index.
    """
    query = facts_of(context_id=context_id, thing_id=thing_id, thing_kind=thing_kind)
    if context_id is not None:
        query = query.where(Fact.thing_kind != ANSWER)
    return told_of(session, session.scalars(query.limit(most)).all())


def people(session: Session) -> list[tuple[UUID, str]]:
    """Everybody who ever did something, by name. One statement."""
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .where(sa.exists().where(Fact.actor_id == Person.id))
        .order_by(Person.name)
        .limit(MOST_PEOPLE)
    )
    return [(row[0], row[1]) for row in rows]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))


def told_of(session: Session, facts: Sequence[Fact]) -> list[Told]:
    """Facts in words. Two statements."""
    wanted = {fact.actor_id for fact in facts if fact.actor_id is not None}
    wanted |= set(_people_told_of(facts))
    names: dict[UUID, str] = {}
    if wanted:
        rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
        names = {row[0]: row[1] for row in rows}
    return [
        tell(
            verb=fact.verb,
            at=fact.at,
            seq=fact.seq,
            kind=fact.thing_kind,
            ref=fact.thing_ref,
            who=names.get(fact.actor_id, "") if fact.actor_id is not None else None,
            whom=names.get(_uuid(fact.thing_id), "") if fact.thing_kind == "person" else "",
            values=parsed(fact.after),
        )
        for fact in facts
    ]


def _people_told_of(facts: Iterable[Fact]) -> Iterable[UUID]:
    return (_uuid(fact.thing_id) for fact in facts if fact.thing_kind == "person")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:  # a thing that is not known by a UUID
        return UUID(int=0)
