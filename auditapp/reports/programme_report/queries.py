"""What the report of a programme reads. Bounded: the number of statements never grows."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit, AuditMember, AuditRelationship, Programme
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.people.model import Competence, Person
from auditapp.relationships.model import Relationship
from auditapp.trail.model import Fact

MOST_AUDITS = 500  # of one paper, by their first day
MOST_MOVES = 1000
MOST_MEMBERS = 2000
MOST_COMPETENCES = 1000
AUDITING = (MemberRole.LEADER, MemberRole.AUDITOR)
MOVES = ("audit.postponed", "audit.rescheduled", "audit.cancelled")


@dataclass(frozen=True, kw_only=True)
class Move:
    """A time when an audit was postponed, given other dates, or cancelled."""

    verb: str
    on: date
    by: str
    reason: str
    was: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """An audit of the programme with what its paper says beside it."""

    row: Audit
    relationships: list[str] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    grades: dict[Grade, int] = field(default_factory=dict)


def programme_now(session: Session, today: date) -> Programme | None:
    """The programme that runs, else the newest. One statement."""
    return session.scalar(
        sa.select(Programme)
        .order_by(
            sa.case((sa.and_(Programme.starts_on <= today, Programme.ends_on >= today), 0), else_=1),
            Programme.starts_on.desc(),
            Programme.ref.desc(),
        )
        .limit(1)
    )


def lines(session: Session, programme: Programme) -> tuple[list[Line], int]:
    """The audits of a programme by their first day, and how many there are. Five statements."""
    mine = sa.select(Audit).where(Audit.programme_id == programme.id)
    total = session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
    rows = session.scalars(
        mine.order_by(sa.func.coalesce(Audit.intended_on, Audit.starts_on), Audit.ref).limit(MOST_AUDITS)
    ).all()
    found = {row.id: Line(row=row) for row in rows}
    for audit_id, ref in session.execute(
        sa.select(AuditRelationship.audit_id, Relationship.ref)
        .join(Relationship, Relationship.id == AuditRelationship.relationship_id)
        .where(AuditRelationship.audit_id.in_(found))
        .order_by(Relationship.ref)
    ):
        found[audit_id].relationships.append(ref)
    for audit_id, grade, count in session.execute(
        sa.select(Finding.audit_id, Finding.grade, sa.func.count())
        .where(Finding.audit_id.in_(found), Finding.status != FindingStatus.WITHDRAWN)
        .group_by(Finding.audit_id, Finding.grade)
    ):
        found[audit_id].grades[grade] = count
    for audit_id, move in _moves(session, list(found)):
        found[audit_id].moves.append(move)
    return list(found.values()), total


def _moves(session: Session, ids: Sequence[UUID]) -> list[tuple[UUID, Move]]:
    by_key = {str(one): one for one in ids}
    rows = session.execute(
        sa.select(Fact.thing_id, Fact.verb, Fact.at, Fact.before, Fact.after, Person.name)
        .outerjoin(Person, Person.id == Fact.actor_id)
        .where(Fact.thing_kind == "audit", Fact.thing_id.in_(by_key), Fact.verb.in_(MOVES))
        .order_by(Fact.seq)
        .limit(MOST_MOVES)
    )
    found = []
    for row in rows:
        before, after = _values(row.before), _values(row.after)
        found.append(
            (
                by_key[row.thing_id],
                Move(
                    verb=row.verb, on=row.at.date(), by=row.name or "", reason=str(after.get("reason") or ""),
                    was=str(before.get("starts_on") or ""), now=str(after.get("starts_on") or ""),
                ),
            )
        )  # fmt: skip
    return found


def _values(text: str) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


@dataclass(kw_only=True)
class Auditor:
    """Somebody who audits in a programme: how much, and for what they are qualified until when."""

    name: str
    audits: int = 0
    led: int = 0
    days: int = 0
    warnings: int = 0
    overrides: int = 0
    competences: list[tuple[str, date, date | None]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Override:
    """Somebody took part although something stood against independence: what, why, and who looks over it."""

    audit: str
    name: str
    conflict: str
    reason: str
    reviewer: str


def auditors(session: Session, programme: Programme) -> tuple[list[Auditor], list[Override]]:
    """Who audits in a programme, the most days first, and where independence was overridden. Two statements."""
    reviewer = aliased(Person)
    rows = session.execute(
        sa.select(AuditMember, Person.name, Audit, reviewer.name)
        .join(Audit, Audit.id == AuditMember.audit_id)
        .join(Person, Person.id == AuditMember.person_id)
        .outerjoin(reviewer, reviewer.id == AuditMember.reviewer_id)
        .where(
            Audit.programme_id == programme.id,
            Audit.status != AuditStatus.CANCELLED,
            AuditMember.role.in_(AUDITING),
        )
        .order_by(Audit.starts_on, Audit.ref, Person.name)
        .limit(MOST_MEMBERS)
    ).all()
    people: dict[UUID, Auditor] = {}
    overrides = []
    seen: dict[UUID, set[UUID]] = defaultdict(set)
    for member, name, audit, looks_over in rows:
        one = people.setdefault(member.person_id, Auditor(name=name))
        if audit.id not in seen[member.person_id]:
            seen[member.person_id].add(audit.id)
            one.audits += 1
            one.days += (
                ((audit.ends_on or audit.starts_on) - audit.starts_on).days + 1 if audit.starts_on else 0
            )
        one.led += member.role is MemberRole.LEADER
        one.warnings += bool(member.competence_warning)
        one.overrides += bool(member.override_reason)
        if member.override_reason:
            overrides.append(
                Override(
                    audit=audit.ref, name=name, conflict=member.conflict, reason=member.override_reason,
                    reviewer=looks_over or "",
                )
            )  # fmt: skip
    for person_id, key, since, ends in session.execute(
        sa.select(Competence.person_id, Competence.library_key, Competence.since, Competence.expires_on)
        .where(Competence.person_id.in_(people))
        .order_by(Competence.library_key, Competence.since)
        .limit(MOST_COMPETENCES)
    ):
        people[person_id].competences.append((key, since, ends))
    return sorted(people.values(), key=lambda one: (-one.days, one.name)), overrides
