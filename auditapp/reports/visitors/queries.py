"""Who was invited to a pack, and whose a secret is."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.reports.visitors.model import PackVisitor
from auditapp.reports.visitors.rules import Visitor


def _invited() -> Any:
    return sa.select(PackVisitor, Person.name).join(Person, Person.id == PackVisitor.invited_by_id)


def _plain(row: PackVisitor, invited_by: str) -> Visitor:
    return Visitor(
        id=row.id, ref=row.ref, pack_id=row.pack_id, name=row.name, body=row.body, email=row.email,
        begins_at=row.begins_at, ends_at=row.ends_at, invited_by=invited_by, confirmed_name=row.confirmed_name,
        confirmed_at=row.confirmed_at, seen_at=row.seen_at, revoked_at=row.revoked_at,
    )  # fmt: skip


def visitors_of(session: Session, pack_id: UUID) -> list[Visitor]:
    """Everybody who was invited to a pack, newest first. One statement."""
    query = (
        _invited()
        .where(PackVisitor.pack_id == pack_id)
        .order_by(PackVisitor.invited_at.desc(), PackVisitor.ref)
    )
    return [_plain(*row) for row in session.execute(query)]


def visitor_of_link(session: Session, digest: str) -> Visitor | None:
    """Whose link it is. One statement."""
    found = session.execute(_invited().where(PackVisitor.link_digest == digest)).first()
    return None if found is None else _plain(*found)


def visitor_of_visit(session: Session, digest: str) -> Visitor | None:
    """Whose visit a cookie is. One statement."""
    found = session.execute(_invited().where(PackVisitor.visit_digest == digest)).first()
    return None if found is None else _plain(*found)
