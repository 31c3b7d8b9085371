"""Looking for a word among everything that a person may see; a few of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.model import Audit, Programme
from auditapp.audits.plan.queries import visible_audits
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships

MOST = 8  # of each kind; a longer list has its own page with filters
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that was found: its kind, its number (or id), and what it is called."""

    kind: str
    ref: str
    name: str


def search(session: Session, principal: Principal, words: str) -> list[Hit]:
    """What has ``words`` in its number or name. Five statements at most."""
    words = words.strip().replace("\0", "")[:LONGEST]
    if not words:
        return []
    audits = visible_audits(principal)
    found = _hits(
        session, "audit", audits.with_only_columns(Audit.ref, Audit.title), (Audit.ref, Audit.title), words
    )
    found += _hits(
        session,
        "relationship",
        visible_relationships(principal).with_only_columns(Relationship.ref, Relationship.name),
        (Relationship.ref, Relationship.name),
        words,
    )
    if principal.can(Capability.VIEW_ORGANIZATION):  # a partner's contact reads findings in the issued report
        found += _hits(
            session,
            "finding",
            sa.select(Finding.ref, Finding.statement).where(
                Finding.audit_id.in_(audits.with_only_columns(Audit.id))
            ),
            (Finding.ref, Finding.statement),
            words,
        )
        found += _hits(
            session,
            "programme",
            sa.select(Programme.ref, Programme.title),
            (Programme.ref, Programme.title),
            words,
        )
        found += _hits(
            session,
            "person",
            sa.select(Person.id, Person.name).where(Person.active),
            (Person.name, Person.email),
            words,
        )
    return found


def _hits(session: Session, kind: str, query: Any, columns: Sequence[Any], words: str) -> list[Hit]:
    has = sa.or_(*(sa.cast(column, sa.String).icontains(words, autoescape=True) for column in columns))
    rows = session.execute(query.where(has).order_by(columns[0]).limit(MOST)).all()
    return [Hit(kind=kind, ref=str(row[0]), name=str(row[1])) for row in rows]


def exact(hits: Sequence[Hit], words: str) -> Hit | None:
    """The one thing whose number was typed in full."""
    wanted = words.strip().casefold()
    return next((hit for hit in hits if hit.kind != "person" and hit.ref.casefold() == wanted), None)
