"""Reading the communications plan, as far as somebody may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.registers.communications.model import Communication, CommunicationLog
from auditapp.relationships.registers.communications.rules import Audience, Channel
from auditapp.relationships.registers.queries import visible

MOST = 60


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the address asks for; ``show`` is ``active``, ``due`` or ``stopped``."""

    show: str = "active"
    channel: Channel | None = None
    audience: Audience | None = None
    words: str = ""


def list_communications(
    session: Session, principal: Principal, relationship_id: UUID, wanted: Wanted, *, today: date, page: int
) -> Page[Communication]:
    """A page of rows, the next due first. Two statements."""
    query = visible(principal, Communication).where(
        Communication.relationship_id == relationship_id,
        Communication.active if wanted.show != "stopped" else ~Communication.active,
    )
    if wanted.show == "due":
        query = query.where(Communication.next_on <= today)
    if wanted.channel is not None:
        query = query.where(Communication.channel == wanted.channel)
    if wanted.audience is not None:
        query = query.where(Communication.audience == wanted.audience)
    if wanted.words:
        query = query.where(
            sa.or_(
                *(
                    column.icontains(wanted.words, autoescape=True)
                    for column in (Communication.what, Communication.purpose, Communication.audience_roles)
                )
            )
        )
    query = query.order_by(Communication.next_on.is_(None), Communication.next_on, Communication.what)
    return paginate(session, query, page=page)


def counts(session: Session, principal: Principal, relationship_id: UUID, *, today: date) -> dict[str, int]:
    """How many are active, due and stopped. One statement."""
    row = session.execute(
        visible(principal, Communication)
        .where(Communication.relationship_id == relationship_id)
        .with_only_columns(
            sa.func.sum(sa.case((Communication.active, 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(Communication.active, Communication.next_on <= today), 1), else_=0)),
            sa.func.sum(sa.case((~Communication.active, 1), else_=0)),
        )
    ).one()
    return {"active": int(row[0] or 0), "due": int(row[1] or 0), "stopped": int(row[2] or 0)}


def communication_of(
    session: Session, principal: Principal, relationship_id: UUID, communication_id: UUID
) -> Communication:
    """A row of the plan of a relationship. Raises NotFound, also for one that is not to be seen."""
    found: Communication | None = session.scalar(
        visible(principal, Communication).where(
            Communication.relationship_id == relationship_id, Communication.id == communication_id
        )
    )
    if found is None:
        raise NotFound
    return found


def communication_by_id(session: Session, principal: Principal, communication_id: UUID) -> Communication:
    """A row, for services. Raises NotFound, also for one that is not to be seen."""
    found: Communication | None = session.scalar(
        visible(principal, Communication).where(Communication.id == communication_id)
    )
    if found is None:
        raise NotFound
    return found


def log_of(session: Session, communication_id: UUID) -> Sequence[tuple[CommunicationLog, str]]:
    """When it was done, newest first, with who said so. One statement."""
    rows = session.execute(
        sa.select(CommunicationLog, Person.name)
        .join(Person, Person.id == CommunicationLog.by_id)
        .where(CommunicationLog.communication_id == communication_id, ~CommunicationLog.taken_back)
        .order_by(CommunicationLog.done_on.desc(), CommunicationLog.created_at.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def newest_entries(session: Session, communication_id: UUID, *, most: int) -> Sequence[CommunicationLog]:
    """The newest entries of the log that count, the newest first. One statement."""
    return session.scalars(
        sa.select(CommunicationLog)
        .where(CommunicationLog.communication_id == communication_id, ~CommunicationLog.taken_back)
        .order_by(CommunicationLog.created_at.desc(), CommunicationLog.id.desc())
        .limit(most)
    ).all()
