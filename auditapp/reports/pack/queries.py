"""Orders of packs, newest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.rules import LOST, OPEN, Chosen, Order, PackState


def may_order(principal: Principal) -> bool:
    """Whether somebody prepares visits: whoever sees every audit and the whole history (system manager, SER, programme manager)."""
    return principal.can(Capability.VIEW_AUDITS) and principal.can(Capability.VIEW_TRAIL)


def _orders() -> Any:
    return sa.select(EvidencePack, Person.name).join(Person, Person.id == EvidencePack.ordered_by_id)


def _plain(row: EvidencePack, name: str) -> Order:
    return Order(
        id=row.id, ref=row.ref, state=row.state, chosen=Chosen.from_json(row.chosen), ordered_by_id=row.ordered_by_id,
        ordered_by=name, ordered_at=row.ordered_at, done=row.done, total=row.total, size=row.size, files=row.files,
        manifest_sha256=row.manifest_sha256, error=row.error, made_at=row.made_at,
    )  # fmt: skip


def orders(session: Session, *, page: int) -> Page[Order]:
    """A page of orders. Two statements."""
    found = paginate(
        session, _orders().order_by(EvidencePack.ordered_at.desc(), EvidencePack.id), page=page, scalars=False
    )
    return Page(
        rows=[_plain(*row) for row in found.rows],
        number=found.number,
        per_page=found.per_page,
        total=found.total,
    )


def order(session: Session, order_id: UUID) -> Order | None:
    """One order."""
    found = session.execute(_orders().where(EvidencePack.id == order_id)).first()
    return None if found is None else _plain(*found)


def order_by_ref(session: Session, ref: str) -> Order | None:
    """One order by its number."""
    found = session.execute(_orders().where(EvidencePack.ref == ref.upper().replace("\0", ""))).first()
    return None if found is None else _plain(*found)


def next_to_make(session: Session, at: datetime) -> UUID | None:
    """The order that is to be made first, if any."""
    wants = sa.or_(
        EvidencePack.state == PackState.WAITING,
        sa.and_(EvidencePack.state == PackState.MAKING, EvidencePack.beat_at < at - LOST),
    )
    return session.scalar(
        sa.select(EvidencePack.id).where(wants).order_by(EvidencePack.ordered_at, EvidencePack.id).limit(1)
    )


def files_in_use(session: Session) -> set[str]:
    """Names of the files that orders have or are getting."""
    query = sa.select(EvidencePack.id).where(EvidencePack.state.in_({*OPEN, PackState.READY}))
    return {f"{one.hex}.zip" for one in session.scalars(query)}
