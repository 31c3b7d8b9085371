"""Finding programmes, and counting what is in them."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from auditapp.audits.model import Audit, Programme, ProposalDismissal
from auditapp.audits.programme.queries.coverage import ISSUED
from auditapp.audits.rules import AuditStatus
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate


def programme_list(session: Session, *, page: int) -> Page[Programme]:
    """Programmes, the newest period first. Three statements."""
    query = sa.select(Programme).options(selectinload(Programme.responsible))
    found: Page[Programme] = paginate(
        session, query.order_by(Programme.starts_on.desc(), Programme.ref.desc()), page=page
    )
    return found


def programme_by_ref(session: Session, ref: str) -> Programme:
    """The programme people call ``ref``; everybody of the organization may look at it. Raises NotFound."""
    found = session.scalar(
        sa.select(Programme).where(Programme.ref == ref.upper()).options(selectinload(Programme.responsible))
    )
    if found is None:
        raise NotFound
    return found


def audit_counts(session: Session, programme_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(audits, those with an issued report) per programme, without cancelled ones. One statement."""
    rows = session.execute(
        sa.select(
            Audit.programme_id,
            sa.func.count().filter(Audit.status != AuditStatus.CANCELLED),
            sa.func.count().filter(Audit.status.in_(ISSUED)),
        )
        .where(Audit.programme_id.in_(programme_ids))
        .group_by(Audit.programme_id)
    )
    counts: dict[UUID, tuple[int, int]] = dict.fromkeys(programme_ids, (0, 0))
    return counts | {row[0]: (row[1], row[2]) for row in rows if row[0] is not None}


def dismissals_of(session: Session, programme_id: UUID) -> Sequence[ProposalDismissal]:
    """Dismissed proposals that were not brought back, newest first."""
    return session.scalars(
        sa.select(ProposalDismissal)
        .where(ProposalDismissal.programme_id == programme_id, ProposalDismissal.brought_back_at.is_(None))
        .order_by(ProposalDismissal.dismissed_at.desc(), ProposalDismissal.id.desc())
        .limit(200)
    ).all()
