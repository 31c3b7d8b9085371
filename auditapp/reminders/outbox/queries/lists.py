"""Messages as a list, and one with its tries and what it tells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.reminders.outbox.model import Notice, OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind, State


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; ``fallen``: only what a first channel did not deliver."""

    state: State | None = None
    kind: MessageKind | None = None
    channel: str = ""
    person_id: UUID | None = None
    fallen: bool = False


def narrowed(query: sa.Select[*tuple[Any, ...]], wanted: Wanted) -> sa.Select[Any]:
    """A question for messages, narrowed to what is wanted."""
    if wanted.state is not None:
        query = query.where(OutboxMessage.state == wanted.state)
    if wanted.kind is not None:
        query = query.where(OutboxMessage.kind == wanted.kind)
    if wanted.channel:
        query = query.where(OutboxMessage.channel == wanted.channel)
    if wanted.person_id is not None:
        query = query.where(OutboxMessage.person_id == wanted.person_id)
    if wanted.fallen:
        query = query.where(
            sa.exists().where(
                OutboxAttempt.message_id == OutboxMessage.id, OutboxAttempt.channel != OutboxMessage.channel
            )
        )
    return query


def messages_page(session: Session, wanted: Wanted, *, page: int) -> Page[tuple[OutboxMessage, str, int]]:
    """(message, name, number of tries), the newest first. Two statements."""
    tries = (
        sa.select(sa.func.count())
        .select_from(OutboxAttempt)
        .where(OutboxAttempt.message_id == OutboxMessage.id)
        .correlate(OutboxMessage)
        .scalar_subquery()
    )
    query = (
        sa.select(OutboxMessage, Person.name, tries)
        .join(Person, Person.id == OutboxMessage.person_id)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    )
    return paginate(session, narrowed(query, wanted), page=page, scalars=False)


def tries_of(session: Session, message_ids: Collection[UUID]) -> dict[UUID, int]:
    """How often each of these messages was tried; none for what was not. One statement."""
    rows = session.execute(
        sa.select(OutboxAttempt.message_id, sa.func.count())
        .where(OutboxAttempt.message_id.in_(message_ids))
        .group_by(OutboxAttempt.message_id)
    )
    return {row[0]: row[1] for row in rows}


def counts_by_state(session: Session) -> dict[State, int]:
    """How many messages stand where. One statement."""
    rows = session.execute(sa.select(OutboxMessage.state, sa.func.count()).group_by(OutboxMessage.state))
    counts = dict.fromkeys(State, 0)
    for state, count in rows:
        counts[state] = count
    return counts


def people_told(session: Session) -> list[tuple[UUID, str]]:
    """Everybody a message was ever made for, by name. One statement."""
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .where(sa.exists().where(OutboxMessage.person_id == Person.id))
        .order_by(Person.name)
    )
    return [(row.id, row.name) for row in rows]


def attempts_of(session: Session, message_id: UUID) -> Sequence[OutboxAttempt]:
    """Every try, the first first. One statement."""
    return session.scalars(
        sa.select(OutboxAttempt).where(OutboxAttempt.message_id == message_id).order_by(OutboxAttempt.number)
    ).all()


def notices_of(session: Session, message_id: UUID) -> Sequence[Notice]:
    """What it tells. One statement."""
    return session.scalars(
        sa.select(Notice).where(Notice.message_id == message_id).order_by(Notice.created_at, Notice.id)
    ).all()
