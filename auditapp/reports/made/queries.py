"""Somebody's own ordered files, newest first. Nobody sees anybody else's."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import AuditMember
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.reports.made.model import ReportOrder
from auditapp.reports.made.rules import Order, rights_of
from auditapp.reports.orders.queries import plain, with_names
from auditapp.reports.orders.rules import OPEN, OrderState


def _plain(row: ReportOrder, name: str) -> Order:
    return Order(
        **plain(row, name), label=Text.from_json(row.label), address=row.address, form=row.form, title=row.title,
        name=row.name, rights=row.rights,
    )  # fmt: skip


def _own(who: Principal) -> sa.ColumnElement[bool]:
    return ReportOrder.ordered_by_id == who.person_id


def orders(session: Session, who: Principal, *, page: int) -> Page[Order]:
    """A page of one's own that are not removed. Two statements."""
    query = with_names(ReportOrder).where(_own(who), ReportOrder.state != OrderState.REMOVED)
    query = query.order_by(ReportOrder.ordered_at.desc(), ReportOrder.id)
    found = paginate(session, query, page=page, scalars=False)
    rows = [_plain(*row) for row in found.rows]
    return Page(rows=rows, number=found.number, per_page=found.per_page, total=found.total)


def order_of(session: Session, who: Principal, order_id: UUID) -> Order:
    """One of one's own. Raises NotFound, also for one of somebody else. One statement."""
    found = session.execute(with_names(ReportOrder).where(_own(who), ReportOrder.id == order_id)).first()
    if found is None:
        raise NotFound
    return _plain(*found)


def same_asked(session: Session, who: Principal, address: str) -> Order | None:
    """The newest that somebody has of the same address: being made or ready. One statement."""
    query = with_names(ReportOrder).where(
        _own(who), ReportOrder.address == address, ReportOrder.state.in_({*OPEN, OrderState.READY})
    )
    found = session.execute(query.order_by(ReportOrder.ordered_at.desc()).limit(1)).first()
    return _plain(*found) if found is not None else None


def open_of(session: Session, who: Principal) -> int:
    """How many of somebody's wait or are being made."""
    query = sa.select(sa.func.count()).select_from(ReportOrder).where(_own(who), ReportOrder.state.in_(OPEN))
    return session.scalar(query) or 0


def rights_now(session: Session, who: Principal) -> str:
    """The mark of what somebody may see now. Two statements."""
    me = who.person_id
    runs = session.scalars(
        sa.select(Relationship.id).where(
            sa.or_(Relationship.owner_id == me, Relationship.manager_id == me, Relationship.ser_id == me)
        )
    )
    audits = session.scalars(sa.select(AuditMember.audit_id).where(AuditMember.person_id == me))
    return rights_of(who, runs, audits)
