"""Lists of audits, and the choices that the forms of a plan offer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from auditapp.audits.model import Audit, AuditMember, AuditRelationship, Programme
from auditapp.audits.plan.queries.access import visible_audits
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.fulltext import matching
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.model import Partner, Relationship

MOST_CHOICES = 1000  # of one select box
S = AuditStatus


class View(StrEnum):
    """The tabs above the list of audits."""

    OPEN = "open"
    MINE = "mine"
    DONE = "done"
    ALL = "all"


OPEN_STATUSES = (S.PLANNED, S.SCHEDULED, S.IN_PROGRESS, S.REPORTING, S.POSTPONED)
DONE_STATUSES = (S.ISSUED, S.FOLLOW_UP, S.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the reader of a list looks for; empty is everything."""

    view: View = View.OPEN
    status: AuditStatus | None = None
    programme: str = ""  # its ref
    relationship: str = ""  # its ref
    year: int | None = None
    person_id: UUID | None = None
    text: str = ""


def audit_list(session: Session, principal: Principal, wanted: Wanted, *, page: int) -> Page[Audit]:
    """A page of audits, those with the nearest first day first; four statements, whatever the number."""
    query = narrowed(visible_audits(principal), principal, wanted)
    newest_first = wanted.view in {View.DONE, View.ALL}
    order = Audit.starts_on.desc() if newest_first else Audit.starts_on.asc()
    options = (
        selectinload(Audit.relationships).options(selectinload(Relationship.partners)),
        selectinload(Audit.members.and_(AuditMember.role == MemberRole.LEADER)).selectinload(
            AuditMember.person
        ),
    )
    found: Page[Audit] = paginate(
        session, query.order_by(Audit.starts_on.is_(None), order, Audit.ref).options(*options), page=page
    )
    return found


def view_counts(session: Session, principal: Principal) -> dict[View, int]:
    """How many audits each tab has, without the other filters. One statement."""
    seen = visible_audits(principal).subquery()
    mine = sa.select(AuditMember.audit_id).where(AuditMember.person_id == principal.person_id)
    row = session.execute(
        sa.select(
            sa.func.count().filter(seen.c.status.in_(OPEN_STATUSES)),
            sa.func.count().filter(seen.c.id.in_(mine)),
            sa.func.count().filter(seen.c.status.in_(DONE_STATUSES)),
            sa.func.count(),
        ).select_from(seen)
    ).one()
    return dict(zip((View.OPEN, View.MINE, View.DONE, View.ALL), row, strict=True))


def narrowed(query: sa.Select[Audit], principal: Principal, wanted: Wanted) -> sa.Select[Audit]:
    """``query`` with what the reader looks for; unordered."""
    if wanted.status is not None:
        query = query.where(Audit.status == wanted.status)
    elif wanted.view is View.OPEN:
        query = query.where(Audit.status.in_(OPEN_STATUSES))
    elif wanted.view is View.DONE:
        query = query.where(Audit.status.in_(DONE_STATUSES))
    if wanted.view is View.MINE:
        query = query.where(Audit.id.in_(_of_person(principal.person_id)))
    if wanted.person_id is not None:
        query = query.where(Audit.id.in_(_of_person(wanted.person_id)))
    if wanted.programme:
        query = query.where(
            Audit.programme_id.in_(sa.select(Programme.id).where(Programme.ref == wanted.programme))
        )
    if wanted.relationship:
        query = query.where(
            Audit.id.in_(
                sa.select(AuditRelationship.audit_id)
                .join(Relationship, Relationship.id == AuditRelationship.relationship_id)
                .where(Relationship.ref == wanted.relationship)
            )
        )
    if wanted.year is not None:
        query = query.where(Audit.starts_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.text:
        query = query.where(
            sa.or_(
                Audit.ref.icontains(wanted.text, autoescape=True),
                Audit.title.icontains(wanted.text, autoescape=True),
                Audit.id.in_(matching("audit", wanted.text)),
            )
        )
    return query


def _of_person(person_id: UUID) -> sa.Select[UUID]:
    return sa.select(AuditMember.audit_id).where(AuditMember.person_id == person_id)


def years(session: Session, principal: Principal) -> list[int]:
    """The years in which audits begin that the person may see, newest first. One statement."""
    seen = visible_audits(principal).subquery()
    first, last = session.execute(
        sa.select(sa.func.min(seen.c.starts_on), sa.func.max(seen.c.starts_on))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def programme_choices(session: Session, *, open_only: bool = False) -> list[tuple[UUID, str, str]]:
    """Id, ref and title of the programmes, newest first."""
    query = sa.select(Programme.id, Programme.ref, Programme.title).order_by(Programme.starts_on.desc())
    if open_only:
        query = query.where(Programme.closed_at.is_(None))
    return [(row.id, row.ref, row.title) for row in session.execute(query.limit(MOST_CHOICES))]


def relationship_choices(session: Session, kept: Collection[UUID] = ()) -> list[tuple[UUID, str, str]]:
    """Id, ref and name of relationships that have not ended (and of those ``kept``), by ref."""
    query = (
        sa.select(Relationship.id, Relationship.ref, Relationship.name)
        .where(sa.or_(Relationship.ended_on.is_(None), Relationship.id.in_(kept)))
        .order_by(Relationship.ref)
        .limit(MOST_CHOICES)
    )
    return [(row.id, row.ref, row.name) for row in session.execute(query)]


def person_choices(session: Session) -> Sequence[tuple[UUID, str, str]]:
    """Id, name, and job title or partner of everybody active, by name."""
    query = (
        sa.select(Person.id, Person.name, Person.job_title, Partner.name)
        .outerjoin(Partner, Partner.id == Person.partner_id)
        .where(Person.active)
        .order_by(Person.name, Person.id)
        .limit(MOST_CHOICES)
    )
    return [(row[0], row[1], row[3] or row[2]) for row in session.execute(query)]
