"""Reading findings: of one audit, or over all audits that a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from auditapp.audits.execution.findings.rules import requirements_of
from auditapp.audits.execution.model import Answer, AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import Audit, AuditRelationship
from auditapp.audits.plan.queries import visible_audits
from auditapp.kit.clock import day_in
from auditapp.kit.errors import NotFound
from auditapp.kit.fulltext import matching
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list of findings is narrowed to; everything when empty."""

    grade: Grade | None = None
    status: FindingStatus | None = None
    relationship: str = ""  # a relationship's ref
    year: int | None = None  # of raising
    words: str = ""


def _rows(principal: Principal) -> sa.Select[Finding, str, str, str, str, str]:
    seen = visible_audits(principal).with_only_columns(Audit.id)
    return (
        sa.select(
            Finding, Audit.ref.label("audit_ref"), Audit.title.label("audit_title"), Relationship.ref.label("relationship_ref"),
            Relationship.name.label("relationship_name"), Person.name.label("auditee_name"),
        )
        .join(Audit, Audit.id == Finding.audit_id)
        .outerjoin(Relationship, Relationship.id == Finding.relationship_id)
        .outerjoin(Person, Person.id == Finding.auditee_id)
        .where(Finding.audit_id.in_(seen))
    )  # fmt: skip


def findings_page(
    session: Session, principal: Principal, filters: Filters, *, page: int, audit_id: UUID | None = None
) -> Page[Any]:
    """Findings of the audits that a person may see, newest first: rows of (Finding, audit_ref, …). Two statements."""
    query = _rows(principal).order_by(Finding.raised_at.desc(), Finding.ref.desc())
    if audit_id is not None:
        query = query.where(Finding.audit_id == audit_id)
    return paginate(session, narrowed(query, principal, filters), page=page, scalars=False)


def narrowed(query: Any, principal: Principal, filters: Filters) -> Any:
    """``query``, which joins Relationship, with what the reader of a list looks for."""
    if filters.grade is not None:
        query = query.where(Finding.grade == filters.grade)
    if filters.status is not None:
        query = query.where(Finding.status == filters.status)
    if filters.relationship:
        query = query.where(Relationship.ref == filters.relationship)
    if filters.year is not None:
        zone = ZoneInfo(principal.zone)
        start, end = datetime(filters.year, 1, 1, tzinfo=zone), datetime(filters.year + 1, 1, 1, tzinfo=zone)
        query = query.where(Finding.raised_at >= start, Finding.raised_at < end)
    if filters.words:
        pattern = filters.words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        query = query.where(
            sa.or_(
                Finding.statement.ilike(f"%{pattern}%", escape="\\"),
                Finding.ref.ilike(f"%{pattern}%", escape="\\"),
                Finding.id.in_(matching("finding", filters.words)),
            )
        )
    return query


def counts_by_grade(session: Session, audit_id: UUID) -> dict[Grade, int]:
    """How many findings of an audit stand, by grade; the withdrawn ones do not."""
    rows = session.execute(
        sa.select(Finding.grade, sa.func.count())
        .where(Finding.audit_id == audit_id, Finding.status != FindingStatus.WITHDRAWN)
        .group_by(Finding.grade)
    ).all()
    return {row[0]: row[1] for row in rows}


def finding_by_ref(session: Session, principal: Principal, ref: str) -> Any:
    """One row of (Finding, audit_ref, …), if its audit may be seen. Raises NotFound."""
    row = session.execute(_rows(principal).where(Finding.ref == ref.upper())).first()
    if row is None:
        raise NotFound
    return row


def support_of(session: Session, finding_id: UUID) -> Sequence[Any]:
    """The answers that support a finding: rows of (AuditQuestion, Answer) in the order of the walk."""
    return session.execute(
        sa.select(AuditQuestion, Answer)
        .join(FindingQuestion, FindingQuestion.question_id == AuditQuestion.id)
        .join(Answer, Answer.question_id == AuditQuestion.id)
        .where(FindingQuestion.finding_id == finding_id)
        .order_by(AuditQuestion.position)
    ).all()


def questions_for_choice(session: Session, audit_id: UUID) -> Sequence[Any]:
    """Every question of an audit as (id, position, section, text, relationship ref), to choose supports from."""
    return session.execute(
        sa.select(
            AuditQuestion.id,
            AuditQuestion.position,
            AuditQuestion.section,
            AuditQuestion.text,
            Relationship.ref,
        )
        .outerjoin(Relationship, Relationship.id == AuditQuestion.relationship_id)
        .where(AuditQuestion.audit_id == audit_id)
        .order_by(AuditQuestion.position)
    ).all()


def question_at(session: Session, audit_id: UUID, position: str) -> Any:
    """(AuditQuestion, Answer) at a position of the walk; ``None`` when there is none."""
    if not position.isascii() or not position.isdigit() or len(position) > 6:  # noqa: PLR2004 - no walk is longer
        return None
    return session.execute(
        sa.select(AuditQuestion, Answer)
        .join(Answer, Answer.question_id == AuditQuestion.id)
        .where(AuditQuestion.audit_id == audit_id, AuditQuestion.position == int(position))
    ).first()


def requirement_choices(session: Session, audit_id: UUID, asked: Any) -> list[dict[str, Any]]:
    """The requirements that a finding may name: those of its question first, then every other of the audit."""
    places = session.scalars(
        sa.select(AuditQuestion.counts_for)
        .where(AuditQuestion.audit_id == audit_id)
        .order_by(AuditQuestion.position)
    ).all()
    first = requirements_of(asked[0].counts_for) if asked else []
    found = {(one["standard"], one["ref"]): one for one in first}
    for every in places:
        for one in requirements_of(every):
            found.setdefault((one["standard"], one["ref"]), one)
    return list(found.values())


def relationships_of(
    session: Session, principal: Principal, *, audit_id: UUID | None = None
) -> Sequence[Relationship]:
    """The relationships that one audit samples, or that the audits a person may see have findings on."""
    sampled: sa.Select[Any]
    if audit_id is not None:
        sampled = sa.select(AuditRelationship.relationship_id).where(AuditRelationship.audit_id == audit_id)
    else:
        sampled = sa.select(Finding.relationship_id).where(
            Finding.audit_id.in_(visible_audits(principal).with_only_columns(Audit.id))
        )
    return session.scalars(
        sa.select(Relationship).where(Relationship.id.in_(sampled)).order_by(Relationship.ref).limit(500)
        .options(lazyload(Relationship.partners))
    ).all()  # fmt: skip


def years_of(session: Session, principal: Principal) -> list[int]:
    """The years in which findings were raised in audits that a person may see, newest first."""
    seen = visible_audits(principal).with_only_columns(Audit.id)
    found: tuple[datetime | None, ...] = tuple(
        session.execute(
            sa.select(sa.func.min(Finding.raised_at), sa.func.max(Finding.raised_at)).where(
                Finding.audit_id.in_(seen)
            )
        ).one()
    )
    years = [day_in(principal.zone, moment).year for moment in found if moment is not None]
    return list(range(years[1], years[0] - 1, -1)) if years else []
