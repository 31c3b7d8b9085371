"""Who was invited to a pack, and whose a secret is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import State
from auditapp.reports.visitors.model import PackVisitor
from auditapp.reports.visitors.rules import INVITED, Visitor, mail_name


def _invited() -> Any:
    return sa.select(PackVisitor, Person.name).join(Person, Person.id == PackVisitor.invited_by_id)


def _plain(row: PackVisitor, invited_by: str, mails: Mapping[str, State] | None = None) -> Visitor:
    return Visitor(
        id=row.id, ref=row.ref, pack_id=row.pack_id, name=row.name, body=row.body, email=row.email, locale=row.locale,
        begins_at=row.begins_at, ends_at=row.ends_at, invited_by=invited_by, confirmed_name=row.confirmed_name,
        confirmed_at=row.confirmed_at, seen_at=row.seen_at, revoked_at=row.revoked_at, mail=(mails or {}).get(mail_name(row.id, INVITED)),
    )  # fmt: skip


def visitors_of(session: Session, pack_id: UUID) -> list[Visitor]:
    """Everybody who was invited to a pack, newest first, and how the mail to each stands. Two statements."""
    query = (
        _invited()
        .where(PackVisitor.pack_id == pack_id)
        .order_by(PackVisitor.invited_at.desc(), PackVisitor.ref)
    )
    found = session.execute(query).all()
    names = [mail_name(row.id, INVITED) for row, _ in found]
    mails = sa.select(OutboxMessage.dedupe, OutboxMessage.state).where(OutboxMessage.dedupe.in_(names))
    stand = {row.dedupe: row.state for row in session.execute(mails)} if names else {}
    return [_plain(row, invited_by, stand) for row, invited_by in found]


def visitor_of_link(session: Session, digest: str) -> Visitor | None:
    """Whose link it is. One statement."""
    found = session.execute(_invited().where(PackVisitor.link_digest == digest)).first()
    return None if found is None else _plain(*found)


def visitor_of_visit(session: Session, digest: str) -> Visitor | None:
    """Whose visit a cookie is. One statement."""
    found = session.execute(_invited().where(PackVisitor.visit_digest == digest)).first()
    return None if found is None else _plain(*found)
