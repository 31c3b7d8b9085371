"""Ordering an archive, saying how far it is, and ending it; the trail knows who took the whole organization out."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.overview.archive import queries
from auditapp.overview.archive.manifest import Manifest, stamped
from auditapp.overview.archive.model import ArchiveOrder
from auditapp.overview.archive.rules import GOOD_FOR
from auditapp.people.rules import Capability, Principal
from auditapp.reports.orders import service as orders
from auditapp.reports.orders.rules import OrderState, file_name
from auditapp.trail.service import record


class Begun(NamedTuple):
    """What is to be made."""

    passwords: bool


def _ref(at: datetime) -> str:
    return f"archive-{stamped(at)}"


def _note(
    session: Session,
    order: ArchiveOrder,
    verb: str,
    *,
    actor: Principal | None,
    at: datetime,
    **after: object,
) -> None:
    record(
        session,
        actor_id=actor.person_id if actor is not None else None,
        at=at,
        verb=verb,
        thing_kind="archive",
        thing_id=order.id,
        thing_ref=_ref(order.ordered_at),
        after=after or None,
    )


def _may(actor: Principal) -> None:
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Archives of the whole organization are the system manager’s."))


def place_order(session: Session, *, actor: Principal, at: datetime, passwords: bool) -> UUID:
    """Ask for an archive. Raises NotAllowed, and Refusal while another one is being made."""
    _may(actor)
    if queries.is_open(session):
        raise Refusal(Text("An archive is being made already. Wait until it is ready, or remove it first."))
    made = ArchiveOrder(ordered_by_id=actor.person_id, ordered_at=at, beat_at=at, passwords=passwords)
    session.add(made)
    session.flush()
    _note(session, made, verb="archive.ordered", actor=actor, at=at, passwords=passwords)
    return made.id


def begin(session: Session, *, order_id: UUID, at: datetime) -> Begun | None:
    """Make it mine to make; ``None`` when somebody else was faster or it is none any more."""
    found = orders.begin(session, ArchiveOrder, order_id, at=at)
    if found is None:
        return None
    if orders.too_often(found):
        fail(session, order_id=order_id, at=at, why=orders.BROKEN_OFF)
        return None
    return Begun(found.passwords)


def finish(session: Session, *, order_id: UUID, at: datetime, size: int, sha256: str, made: Manifest) -> bool:
    """It is ready; ``False`` when nobody wants it any more, so that its file is to be removed."""
    found = orders.finish(session, ArchiveOrder, order_id, at=at, size=size, sha256=sha256)
    if found is None:
        return False
    found.expires_at = at + GOOD_FOR
    session.flush()
    _note(session, found, verb="archive.made", actor=None, at=at, size=size, sha256=sha256, **_about(made))
    return True


def fail(session: Session, *, order_id: UUID, at: datetime, why: Text) -> None:
    """It could not be made; ``why`` is for the person who asked."""
    found = orders.fail(session, ArchiveOrder, order_id, why=why)
    if found is not None:
        _note(session, found, verb="archive.failed", actor=None, at=at, why=found.error)


def fetch(session: Session, *, actor: Principal, at: datetime, order_id: UUID) -> str:
    """Note that it is taken away; gives the name of its file. Only who ordered it may.

    Raises NotAllowed, NotFound, and Refusal when it is not ready or not here any more.
    """
    _may(actor)
    found = orders.found(session, ArchiveOrder, order_id)
    if found.ordered_by_id != actor.person_id:
        raise NotAllowed(
            Text("Only who ordered an archive, with the own password, can fetch it. Order one yourself.")
        )
    if found.state is not OrderState.READY or found.expires_at is None or found.expires_at <= at:
        raise Refusal(Text("This archive is not here any more, or not ready yet. Order a new one."))
    _note(session, found, verb="archive.fetched", actor=actor, at=at, sha256=found.sha256)
    return file_name(found.id)


def remove(session: Session, *, actor: Principal | None, at: datetime, order_id: UUID) -> None:
    """Take it away, or leave off making it; ``actor`` is empty when it expired. Removed already: nothing happens."""
    if actor is not None:
        _may(actor)
    found = orders.remove(session, ArchiveOrder, order_id)
    if found is None:
        return
    if actor is not None:
        _note(session, found, verb="archive.removed", actor=actor, at=at)
    else:
        _note(session, found, verb="archive.expired", actor=None, at=at)


def note_export(session: Session, *, at: datetime, made: Manifest) -> None:
    """Record that the organization was exported on the command line, after its snapshot was taken."""
    record(
        session,
        actor_id=None,
        at=at,
        verb="archive.exported",
        thing_kind="archive",
        thing_id=_ref(made.stamp),
        thing_ref=_ref(made.stamp),
        after={"passwords": made.passwords, **_about(made)},
    )


def _about(made: Manifest) -> dict[str, object]:
    return {
        "rows": made.rows,
        "files": len(made.files),
        "trail": made.trail.seq if made.trail is not None else 0,
        "stamp": made.stamp.isoformat(),
    }
