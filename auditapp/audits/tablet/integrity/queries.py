"""Reading the chains, and what a hash belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Device, Operation
from auditapp.audits.execution.model import AuditQuestion, Evidence
from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.tablet.integrity.rules import Break, breaks
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.trail.queries import facts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One tablet and where its chain does not hold."""

    device_id: UUID
    name: str
    operations: int
    head_sha256: str
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a hash belongs to, as far as the reader may know of it."""

    what: str  # original | kept | preview | rescue | operation
    audit: str
    title: str
    who: str
    at: datetime
    position: int | None = None  # of the question
    section: str = ""
    evidence_id: UUID | None = None
    removed: bool = False
    captured_at: datetime | None = None
    arrived_at: datetime | None = None


def chains(session: Session) -> Iterator[Chain]:
    """Every tablet that ever brought anything, by name, with the places where its chain does not hold. Streams."""
    devices = session.scalars(sa.select(Device).order_by(Device.name, Device.id)).all()
    for device in devices:
        count = 0

        def links(device_id: UUID = device.id) -> Iterator[Operation]:
            nonlocal count
            rows = session.scalars(
                sa.select(Operation)
                .where(Operation.device_id == device_id)
                .order_by(Operation.seq)
                .execution_options(yield_per=1000)
            )
            for row in rows:
                count += 1
                yield row

        found = tuple(breaks(links(), {device.id: (device.head_seq, device.head_sha256)}))
        yield Chain(
            device_id=device.id,
            name=device.name,
            operations=count,
            head_sha256=device.head_sha256,
            breaks=found,
        )


def known(session: Session, reader: Principal, sha256: str) -> list[Known]:
    """Everything of this hash in audits that the reader may know of, newest first. Three statements."""
    mine = visible_audits(reader).with_only_columns(Audit.id)
    return sorted(
        [
            *_evidence(session, mine, sha256),
            *_rescues(session, mine, sha256),
            *_operations(session, mine, sha256),
        ],
        key=lambda one: one.at,
        reverse=True,
    )


def _evidence(session: Session, mine: Any, sha256: str) -> Iterator[Known]:
    rows = session.execute(
        sa.select(Evidence, Audit.ref, Person.name, AuditQuestion.position, AuditQuestion.section)
        .join(Audit, Audit.id == Evidence.audit_id)
        .join(Person, Person.id == Evidence.added_by_id)
        .outerjoin(AuditQuestion, AuditQuestion.id == Evidence.question_id)
        .where(
            Evidence.audit_id.in_(mine),
            sa.or_(
                Evidence.sha256 == sha256,
                Evidence.original_sha256 == sha256,
                Evidence.preview_sha256 == sha256,
            ),
        )
        .limit(100)
    )
    for one, ref, who, position, section in rows:
        same = one.original_sha256 in {"", one.sha256}
        what = (
            "original"
            if one.original_sha256 == sha256 or (same and one.sha256 == sha256)
            else "kept"
            if one.sha256 == sha256
            else "preview"
        )
        yield Known(
            what=what,
            audit=ref,
            title=one.title,
            who=who,
            at=one.added_at,
            position=position,
            section=section or "",
            evidence_id=one.id,
            removed=one.removed_at is not None,
            captured_at=one.captured_at,
            arrived_at=one.arrived_at,
        )


def _rescues(session: Session, mine: Any, sha256: str) -> Iterator[Known]:
    facts = facts_of(thing_kind="rescue", thing_id=sha256).subquery()
    rows = session.execute(
        sa.select(facts.c.thing_ref, facts.c.at, Audit.ref, Person.name)
        .join(Audit, Audit.id == facts.c.context_id)
        .join(Person, Person.id == facts.c.actor_id)
        .where(facts.c.context_id.in_(mine))
        .limit(100)
    )
    for title, at, ref, who in rows:
        yield Known(what="rescue", audit=ref, title=title, who=who, at=at)


def _operations(session: Session, mine: Any, sha256: str) -> Iterator[Known]:
    rows = session.execute(
        sa.select(Operation.kind, Operation.seq, Operation.received_at, Audit.ref, Person.name, Device.name)
        .join(Audit, Audit.id == Operation.audit_id)
        .join(Person, Person.id == Operation.person_id)
        .join(Device, Device.id == Operation.device_id)
        .where(Operation.audit_id.in_(mine), Operation.sha256 == sha256)
        .limit(100)
    )
    for kind, seq, at, ref, who, device in rows:
        yield Known(what="operation", audit=ref, title=f"{device} · {seq} · {kind}", who=who, at=at)
