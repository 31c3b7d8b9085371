"""Reading for a rescue file: which of it may come in by whom, and what is here already."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.devices.rules import OperationState
from auditapp.audits.execution.model import Evidence
from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.rules import TEAM
from auditapp.people.model import Person
from auditapp.people.rules import Principal, Role


def carried_audits(session: Session, actor: Principal, audit_ids: Iterable[UUID]) -> dict[UUID, Audit]:
    """Those of the audits whose rescue files somebody may bring in: of one's own team; a system manager all."""
    query = visible_audits(actor).where(Audit.id.in_(list(audit_ids)))
    if Role.SYSTEM_MANAGER not in actor.roles:
        mine = sa.select(AuditMember.audit_id).where(
            AuditMember.person_id == actor.person_id, AuditMember.role.in_(TEAM)
        )
        query = query.where(Audit.id.in_(mine))
    return {audit.id: audit for audit in session.scalars(query)}


def settled_here(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The hashes of those operations that are here and done, by their ids. One statement."""
    rows = session.execute(
        sa.select(Operation.id, Operation.sha256).where(
            Operation.id.in_(ids), Operation.state != OperationState.REFUSED
        )
    )
    return {row[0]: row[1] for row in rows}


def expected_photos(session: Session, audit_ids: Iterable[UUID], hashes: Sequence[str]) -> dict[str, bool]:
    """Of these photos those that the audits know, and whether their bytes are here. One statement."""
    found: dict[str, bool] = {}
    rows = session.execute(
        sa.select(Evidence.sha256, Evidence.arrived_at).where(
            Evidence.audit_id.in_(list(audit_ids)), Evidence.sha256.in_(hashes)
        )
    )
    for sha256, arrived_at in rows:
        found[sha256] = found.get(sha256, True) and arrived_at is not None
    return found


def names_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What people are called. One statement."""
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows}
