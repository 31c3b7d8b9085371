"""Orders of packs, newest first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.people.rules import Capability, Principal
from auditapp.reports.orders.queries import plain, with_names
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.rules import Chosen, Order
from auditapp.trail.model import Fact
from auditapp.trail.queries import facts_of, parsed


def may_order(principal: Principal) -> bool:
    """Whether somebody prepares visits: whoever sees every audit and the whole history (system manager, SER, programme manager)."""
    return principal.can(Capability.VIEW_AUDITS) and principal.can(Capability.VIEW_TRAIL)


def _plain(row: EvidencePack, name: str) -> Order:
    return Order(
        **plain(row, name), ref=row.ref, chosen=Chosen.from_json(row.chosen), files=row.files,
        manifest_sha256=row.manifest_sha256,
    )  # fmt: skip


def orders(session: Session, *, page: int) -> Page[Order]:
    """A page of orders. Two statements."""
    found = paginate(
        session,
        with_names(EvidencePack).order_by(EvidencePack.ordered_at.desc(), EvidencePack.id),
        page=page,
        scalars=False,
    )
    return Page(
        rows=[_plain(*row) for row in found.rows],
        number=found.number,
        per_page=found.per_page,
        total=found.total,
    )


def order(session: Session, order_id: UUID) -> Order | None:
    """One order."""
    found = session.execute(with_names(EvidencePack).where(EvidencePack.id == order_id)).first()
    return None if found is None else _plain(*found)


def order_by_ref(session: Session, ref: str) -> Order | None:
    """One order by its number."""
    found = session.execute(
        with_names(EvidencePack).where(EvidencePack.ref == ref.upper().replace("\0", ""))
    ).first()
    return None if found is None else _plain(*found)


def removal(session: Session, pack_id: UUID) -> tuple[datetime, int | None] | None:
    """When a pack was removed, and after how many days if by itself; ``None`` where the trail knows nothing. One statement."""
    query = facts_of(thing_kind="evidence_pack", thing_id=pack_id)
    verbs = ("evidence_pack.removed", "evidence_pack.expired")
    fact = session.scalars(query.where(Fact.verb.in_(verbs)).limit(1)).first()
    return None if fact is None else (fact.at, (parsed(fact.after) or {}).get("days"))
