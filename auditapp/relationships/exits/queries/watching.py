"""Reading triggers, what their watchers saw, reviews and tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.relationships.exits.model import (
    ExitReview,
    ExitStrategy,
    ExitTest,
    ExitTrigger,
    ExitTriggerCheck,
    ExitVersion,
)
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.rules.triggers import TriggerKind, TriggerState
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.queries import readable
from auditapp.relationships.rules import Sharing

MOST_TRIGGERS = 200


@dataclass(frozen=True, kw_only=True)
class TriggerLine:
    """A trigger as a board shows it. ``watcher`` is empty for a partner's contact."""

    number: int
    kind: TriggerKind
    text: str
    state: TriggerState
    checked_on: date | None
    watcher: str
    shared: bool


def triggers_of(
    session: Session, reader: Reader, strategy: ExitStrategy, versions: Sequence[ExitVersion]
) -> list[TriggerLine]:
    """The triggers that are watched, by number. One statement.

    A partner's contact reads those that were shared in the newest version they may see, as they read there.
    """
    rows = session.execute(
        sa.select(ExitTrigger, Person.name)
        .outerjoin(Person, Person.id == ExitTrigger.watcher_id)
        .where(ExitTrigger.strategy_id == strategy.id, ExitTrigger.dropped_at.is_(None))
        .order_by(ExitTrigger.number)
        .limit(MOST_TRIGGERS)
    ).all()
    if reader.inside:
        return [_line(one, one.description, one.kind, who or "") for one, who in rows]
    known: dict[int, dict[str, str]] = {}
    for version in versions:
        if version.triggers is not None:
            known = {int(one["number"]): one for one in version.triggers if one["sharing"] == Sharing.SHARED}
            break
    return [
        _line(one, known[one.number]["text"], TriggerKind(known[one.number]["kind"]), "")
        for one, _ in rows
        if one.number in known and one.sharing is Sharing.SHARED
    ]


def _line(one: ExitTrigger, text: str, kind: TriggerKind, watcher: str) -> TriggerLine:
    return TriggerLine(
        number=one.number, kind=kind, text=text, state=one.state, checked_on=one.checked_on, watcher=watcher,
        shared=one.sharing is Sharing.SHARED,
    )  # fmt: skip


def trigger_by_number(session: Session, strategy: ExitStrategy, number: int) -> ExitTrigger:
    """A trigger, for our own people; also one that was dropped. Raises NotFound."""
    found = session.scalar(
        sa.select(ExitTrigger).where(ExitTrigger.strategy_id == strategy.id, ExitTrigger.number == number)
    )
    if found is None:
        raise NotFound
    return found


def live_triggers(session: Session, strategy: ExitStrategy) -> list[ExitTrigger]:
    """The triggers that are watched, by number. One statement."""
    return list(
        session.scalars(
            sa.select(ExitTrigger)
            .where(ExitTrigger.strategy_id == strategy.id, ExitTrigger.dropped_at.is_(None))
            .order_by(ExitTrigger.number)
            .limit(MOST_TRIGGERS)
        )
    )


def all_checks(trigger: ExitTrigger) -> sa.Select[Any]:
    """What was seen of a trigger."""
    return sa.select(ExitTriggerCheck).where(ExitTriggerCheck.trigger_id == trigger.id)


def checks_of(session: Session, trigger: ExitTrigger, *, page: int) -> Page[Any]:
    """(check, name of who looked) of a trigger, newest first. Two statements."""
    return paginate(
        session,
        all_checks(trigger)
        .add_columns(Person.name)
        .outerjoin(Person, Person.id == ExitTriggerCheck.by_id)
        .order_by(ExitTriggerCheck.at.desc(), ExitTriggerCheck.id.desc()),
        page=page,
        scalars=False,
    )


def readable_reviews(reader: Reader, strategy: ExitStrategy) -> sa.Select[Any]:
    """The reviews that the reader may read."""
    return sa.select(ExitReview).where(
        ExitReview.strategy_id == strategy.id, readable(reader.who, ExitReview.sharing)
    )


def reviews_of(session: Session, reader: Reader, strategy: ExitStrategy, *, page: int) -> Page[Any]:
    """(review, name of who wrote it down), newest first. Two statements."""
    return paginate(
        session,
        readable_reviews(reader, strategy)
        .add_columns(Person.name)
        .outerjoin(Person, Person.id == ExitReview.by_id)
        .order_by(ExitReview.on.desc(), ExitReview.at.desc()),
        page=page,
        scalars=False,
    )


def readable_tests(reader: Reader, strategy: ExitStrategy) -> sa.Select[Any]:
    """The tests that the reader may read."""
    return sa.select(ExitTest).where(
        ExitTest.strategy_id == strategy.id, readable(reader.who, ExitTest.sharing)
    )


def tests_of(session: Session, reader: Reader, strategy: ExitStrategy, *, page: int) -> Page[Any]:
    """(test, name of who wrote it down), newest first. Two statements."""
    return paginate(
        session,
        readable_tests(reader, strategy)
        .add_columns(Person.name)
        .outerjoin(Person, Person.id == ExitTest.by_id)
        .order_by(ExitTest.on.desc(), ExitTest.number.desc()),
        page=page,
        scalars=False,
    )


def last_test(session: Session, reader: Reader, strategy: ExitStrategy) -> ExitTest | None:
    """The newest test of the continuity plan."""
    newest = readable_tests(reader, strategy).order_by(ExitTest.on.desc(), ExitTest.number.desc())
    found: ExitTest | None = session.scalar(newest.limit(1))
    return found


def dues_of(session: Session, strategy: ExitStrategy) -> list[Obligation]:
    """What is due of a strategy again and again, the first due first. One statement."""
    return list(
        session.scalars(
            sa.select(Obligation)
            .where(Obligation.subject == str(strategy.id), Obligation.state == State.OPEN)
            .order_by(Obligation.due_on, Obligation.key)
            .limit(20)
        )
    )
