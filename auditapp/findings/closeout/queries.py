"""Reading what an audit's completion waits for."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.execution.model import Finding
from auditapp.audits.model import Audit
from auditapp.findings import queries
from auditapp.findings.model import CarryOver, Nonconformity
from auditapp.findings.rules.nonconformity import OPEN
from auditapp.kit.errors import NotFound
from auditapp.people.model import Person
from auditapp.people.rules import Principal

MOST = 300  # nonconformities of one audit


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A nonconformity of an audit as the page shows it."""

    nc: Nonconformity
    finding: str
    responsible: str
    carried: CarryOver | None
    carried_by: str

    @property
    def settled(self) -> bool:
        """Whether the audit can be completed with it as it is."""
        return self.nc.status not in OPEN or self.carried is not None


def audit_of(session: Session, nc: Nonconformity) -> Audit:
    """The audit that it comes from; somebody who sees the one sees the number of the other. Raises NotFound."""
    audit = session.get(Audit, nc.audit_id) if nc.audit_id else None
    if audit is None:
        raise NotFound
    return audit


def open_of(session: Session, audit_id: UUID) -> list[Nonconformity]:
    """The nonconformities of an audit that are neither ended nor carried over."""
    return list(
        session.scalars(
            sa.select(Nonconformity)
            .outerjoin(CarryOver, CarryOver.nonconformity_id == Nonconformity.id)
            .where(
                Nonconformity.audit_id == audit_id,
                Nonconformity.status.in_(OPEN),
                CarryOver.nonconformity_id.is_(None),
            )
            .order_by(Nonconformity.ref)
            .limit(MOST)
        )
    )


def lines_of(session: Session, principal: Principal, audit_id: UUID) -> list[Line]:
    """Every nonconformity of an audit that somebody may see, by number. One statement."""
    responsible, carrier = aliased(Person), aliased(Person)
    rows = session.execute(
        queries.visible_nonconformities(principal)
        .add_columns(Finding.ref, responsible.name, CarryOver, carrier.name)
        .outerjoin(Finding, Finding.id == Nonconformity.finding_id)
        .outerjoin(responsible, responsible.id == Nonconformity.responsible_id)
        .outerjoin(CarryOver, CarryOver.nonconformity_id == Nonconformity.id)
        .outerjoin(carrier, carrier.id == CarryOver.by_id)
        .where(Nonconformity.audit_id == audit_id)
        .order_by(Nonconformity.ref)
        .limit(MOST)
    )
    return [
        Line(
            nc=row[0], finding=row[1] or "", responsible=row[2] or "", carried=row[3], carried_by=row[4] or ""
        )
        for row in rows
    ]
