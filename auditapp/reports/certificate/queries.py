"""Reading certificates with everything that hangs on them. Fixed numbers of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.certification.model import Certificate, CertificateFinding, CertificateVisit
from auditapp.relationships.certification.queries import (
    Parts,
    certificate_by_ref,
    parts_of,
    standing_of,
    visible,
)
from auditapp.relationships.certification.rules import FindingKind, FindingStatus, Standing, VisitKind
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.rules import Shown
from auditapp.reports.certificate.rules import Asked, order

MOST_CERTIFICATES = 20
MOST_FINDINGS = 500  # of one report; what waits comes first


@dataclass(frozen=True, kw_only=True)
class Held:
    """A certificate, held or prepared for, what hangs on it, and how it stands."""

    certificate: Certificate
    parts: Parts
    standing: Standing

    @property
    def stage_2_on(self) -> date | None:
        """The first day planned for a Stage 2 that was not held yet."""
        days = [
            one.planned_from
            for one in self.parts.visits
            if one.kind is VisitKind.STAGE_2
            and one.held_to is None
            and one.cancelled_on is None
            and one.planned_from
        ]
        return min(days, default=None)

    @property
    def stage_1_on(self) -> date | None:
        """The last day of the last Stage 1."""
        days = [
            one.held_to
            for one in self.parts.visits
            if one.kind is VisitKind.STAGE_1 and one.held_to and one.cancelled_on is None
        ]
        return max(days, default=None)


def certificates(session: Session, principal: Principal, today: date, ref: str = "") -> list[Held]:
    """One certificate, or all: those that run first, the newest of them on top. Four statements. Raises NotFound."""
    rows: Sequence[Certificate]
    if ref:
        rows = [certificate_by_ref(session, principal, ref)]
    else:
        rows = session.scalars(
            visible(principal, sa.select(Certificate))
            .order_by(Certificate.ended_on.is_not(None), Certificate.ref.desc())
            .limit(MOST_CERTIFICATES)
        ).all()
    parts = parts_of(session, [one.id for one in rows])
    return [
        Held(certificate=one, parts=parts[one.id], standing=standing_of(one, parts[one.id], today))
        for one in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that the body found, with its visit, its evidence, and what says whose turn it is."""

    row: CertificateFinding
    visit: CertificateVisit
    evidence: Sequence[Shown]
    asked: Asked


def found_by_body(
    session: Session,
    principal: Principal,
    held: Sequence[Held],
    kinds: Collection[FindingKind],
    today: date,
) -> tuple[list[Found], int]:
    """What the body found, the most pressing first, and how many there are.

    Three statements, and one for each kind of record that is linked as evidence.
    """
    stage_2 = {one.certificate.id: one.stage_2_on for one in held}
    query = visible(principal, sa.select(CertificateFinding)).where(
        CertificateFinding.certificate_id.in_(stage_2), CertificateFinding.kind.in_(kinds)
    )
    total = session.scalar(query.with_only_columns(sa.func.count())) or 0
    rows = session.execute(
        query.join(CertificateVisit, CertificateVisit.id == CertificateFinding.visit_id)
        .outerjoin(Person, Person.id == CertificateFinding.owner_id)
        .add_columns(CertificateVisit, Person.name)
        .order_by(
            sa.case(
                {FindingStatus.OPEN: 0, FindingStatus.ANSWERED: 1}, value=CertificateFinding.status, else_=2
            ),
            CertificateFinding.due_on.is_(None),
            CertificateFinding.due_on,
            CertificateFinding.ref,
        )
        .limit(MOST_FINDINGS)
    ).all()
    links = links_of(session, principal, "certificate_finding", [row[0].id for row in rows])
    made = [
        Found(row=row, visit=visit, evidence=links[row.id], asked=_asked(row, owner, stage_2))
        for row, visit, owner in rows
    ]
    return sorted(made, key=lambda one: (order(one.asked, today), one.row.ref)), total


def _asked(row: CertificateFinding, owner: str | None, stage_2: dict[UUID, date | None]) -> Asked:
    return Asked(
        kind=row.kind,
        status=row.status,
        owner=owner or "",
        plan=row.plan,
        due_on=row.due_on,
        answered_on=row.answered_on,
        settled_on=row.settled_on,
        stage_2_on=stage_2.get(row.certificate_id),
    )
