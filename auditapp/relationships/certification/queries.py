"""Reading certificates. They are for our own people: a partner's contact sees none of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.certification import rules
from auditapp.relationships.certification.model import (
    Certificate,
    CertificateDecision,
    CertificateFinding,
    CertificateVisit,
)
from auditapp.relationships.certification.rules import (
    FINDING_LABELS,
    SCHEME_LABELS,
    STATUS_LABELS,
    Facts,
    FindingKind,
    FindingStatus,
    Standing,
)
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target

UNSETTLED = (FindingStatus.OPEN, FindingStatus.ANSWERED)


def visible(principal: Principal, query: sa.Select[Any]) -> sa.Select[Any]:
    """Everything for our own people, nothing for anybody else."""
    return query if principal.can(Capability.VIEW_ORGANIZATION) else query.where(sa.false())


def certificate_by_ref(session: Session, principal: Principal, ref: str) -> Certificate:
    """A certificate by its number here. Raises NotFound."""
    query = visible(principal, sa.select(Certificate)).where(Certificate.ref == ref.replace("\0", ""))
    found: Certificate | None = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def visit_by_id(session: Session, principal: Principal, visit_id: UUID) -> CertificateVisit:
    """A visit. Raises NotFound."""
    found: CertificateVisit | None = session.scalar(
        visible(principal, sa.select(CertificateVisit)).where(CertificateVisit.id == visit_id)
    )
    if found is None:
        raise NotFound
    return found


def finding_by_ref(session: Session, principal: Principal, ref: str) -> CertificateFinding:
    """A concern or finding by its number. Raises NotFound."""
    query = visible(principal, sa.select(CertificateFinding))
    found: CertificateFinding | None = session.scalar(
        query.where(CertificateFinding.ref == ref.replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def list_certificates(session: Session, principal: Principal, page: int) -> Page[Certificate]:
    """One page of certificates, those that run first."""
    query = visible(principal, sa.select(Certificate)).order_by(
        Certificate.ended_on.is_not(None), Certificate.ref.desc()
    )
    return paginate(session, query, page=page)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What hangs on a certificate, oldest first."""

    decisions: list[CertificateDecision]
    visits: list[CertificateVisit]
    unsettled: dict[FindingKind, int]


def parts_of(session: Session, ids: Collection[UUID]) -> dict[UUID, Parts]:
    """Decisions, visits and the counts of unsettled findings of several certificates. Three statements."""
    found = {one: Parts(decisions=[], visits=[], unsettled=defaultdict(int)) for one in ids}
    for decision in session.scalars(
        sa.select(CertificateDecision)
        .where(CertificateDecision.certificate_id.in_(found))
        .order_by(CertificateDecision.decided_on)
    ):
        found[decision.certificate_id].decisions.append(decision)
    for visit in session.scalars(
        sa.select(CertificateVisit).where(CertificateVisit.certificate_id.in_(found))
    ):
        found[visit.certificate_id].visits.append(visit)
    for parts in found.values():
        parts.visits.sort(key=lambda one: (one.held_from or one.planned_from or date.max, one.created_at))
    for certificate_id, kind, count in session.execute(
        sa.select(CertificateFinding.certificate_id, CertificateFinding.kind, sa.func.count())
        .where(CertificateFinding.certificate_id.in_(found), CertificateFinding.status.in_(UNSETTLED))
        .group_by(CertificateFinding.certificate_id, CertificateFinding.kind)
    ):
        found[certificate_id].unsettled[kind] = count
    return found


def plain_visit(row: CertificateVisit) -> rules.Visit:
    """A visit for the rules."""
    return rules.Visit(
        kind=row.kind,
        planned=(row.planned_from, row.planned_to) if row.planned_from and row.planned_to else None,
        held=(row.held_from, row.held_to) if row.held_from and row.held_to else None,
    )


def plain_decision(row: CertificateDecision) -> rules.Decision:
    """A decision for the rules."""
    return rules.Decision(kind=row.kind, decided_on=row.decided_on, expires_on=row.expires_on)


def standing_of(certificate: Certificate, parts: Parts, today: date) -> Standing:
    """How a certificate stands today."""
    return rules.standing(
        Facts(
            scheme=certificate.scheme,
            body=certificate.body,
            decisions=[plain_decision(one) for one in parts.decisions],
            visits=[plain_visit(one) for one in parts.visits if one.cancelled_on is None],
            concerns=parts.unsettled.get(FindingKind.CONCERN, 0),
            majors=parts.unsettled.get(FindingKind.MAJOR, 0),
            ended_on=certificate.ended_on,
        ),
        today,
    )


def list_findings(
    session: Session,
    principal: Principal,
    *,
    certificate_id: UUID | None = None,
    show: str = "open",
    page: int = 1,
) -> Page[tuple[CertificateFinding, CertificateVisit, str | None]]:
    """One page of (finding, its visit, owner's name): ``open`` by due day, or ``all`` newest first. Two statements."""
    query = (
        visible(principal, sa.select(CertificateFinding))
        .join(CertificateVisit, CertificateVisit.id == CertificateFinding.visit_id)
        .outerjoin(Person, Person.id == CertificateFinding.owner_id)
        .add_columns(CertificateVisit, Person.name)
    )
    if certificate_id is not None:
        query = query.where(CertificateFinding.certificate_id == certificate_id)
    if show == "open":
        query = query.where(CertificateFinding.status.in_(UNSETTLED)).order_by(
            CertificateFinding.due_on.is_(None), CertificateFinding.due_on, CertificateFinding.ref
        )
    else:
        query = query.order_by(CertificateFinding.created_at.desc(), CertificateFinding.ref.desc())
    return paginate(session, query, page=page, scalars=False)


def certificate_of(session: Session, principal: Principal, certificate_id: UUID) -> Certificate:
    """The certificate of a visit or finding. Raises NotFound."""
    found: Certificate | None = session.scalar(
        visible(principal, sa.select(Certificate)).where(Certificate.id == certificate_id)
    )
    if found is None:
        raise NotFound
    return found


@linkable("certificate", Text("Certificate"))
def find_certificates(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Certificates by number."""
    query = visible(principal, sa.select(Certificate)).where(Certificate.ref.in_(refs))
    return {
        one.ref: Target(
            ref=one.ref, title=f"{SCHEME_LABELS[one.scheme]}, {one.body}", endpoint="certification.show",
            values={"ref": one.ref},
        )
        for one in session.scalars(query)
    }  # fmt: skip


@linkable("certificate_finding", Text("Finding of the certification body"))
def find_findings(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Concerns and findings by number."""
    query = visible(principal, sa.select(CertificateFinding)).where(CertificateFinding.ref.in_(refs))
    return {
        one.ref: Target(
            ref=one.ref, title=f"{FINDING_LABELS[one.kind]}: {one.statement[:80]}",
            endpoint="certification.finding", values={"ref": one.ref}, status=STATUS_LABELS[one.status],
        )
        for one in session.scalars(query)
    }  # fmt: skip
