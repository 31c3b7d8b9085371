"""Ordering a pack, saying how far it is, and ending it; the trail knows who took what out."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, principal_of_person
from auditapp.people.rules import Principal
from auditapp.reports.orders import service as orders
from auditapp.reports.orders.rules import OrderState, file_name
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.queries import may_order
from auditapp.reports.pack.rules import Chosen
from auditapp.trail.service import record


class Begun(NamedTuple):
    """For whom a pack is made, what is to be in it, and its number."""

    who: Principal
    chosen: Chosen
    ref: str


def require_orderer(actor: Principal) -> None:
    """Raises NotAllowed for whoever does not prepare visits."""
    if not may_order(actor):
        raise NotAllowed(
            Text("Evidence packs hold every audit. The system manager, the SER and the programme manager make them.")
        )  # fmt: skip


def _note(
    session: Session, pack: EvidencePack, *, verb: str, actor: Principal | None, at: datetime, **after: object
) -> None:
    record(
        session,
        actor_id=actor.person_id if actor is not None else None,
        at=at,
        verb=verb,
        thing_kind="evidence_pack",
        thing_id=pack.id,
        thing_ref=pack.ref,
        after=after or None,
    )


def place_order(session: Session, *, actor: Principal, at: datetime, chosen: Chosen) -> str:
    """Ask for a pack; gives its number. Raises NotAllowed, and Invalid when nothing is chosen."""
    require_orderer(actor)
    if not chosen.reports and not (chosen.audits or chosen.plans or chosen.documents):
        raise Invalid(
            Text("Choose a report, or audits, plans or documents: a pack holds something."), field="reports"
        )
    made = EvidencePack(
        ref=f"EP-{at.year}-{next_number(session, f'EP-{at.year}'):03d}",
        chosen=chosen.to_json(),
        ordered_by_id=actor.person_id,
        ordered_at=at,
        beat_at=at,
    )
    session.add(made)
    session.flush()
    _note(session, made, verb="evidence_pack.ordered", actor=actor, at=at, chosen=chosen.to_json())
    return made.ref


def begin(session: Session, *, pack_id: UUID, at: datetime) -> Begun | None:
    """Make it mine to make: for whom, what, and its number; ``None`` when it is nobody's to make, or not any more allowed."""
    found = orders.begin(session, EvidencePack, pack_id, at=at)
    if found is None:
        return None
    if orders.too_often(found):
        fail(session, pack_id=pack_id, at=at, why=orders.BROKEN_OFF)
        return None
    who = principal_of_person(session, found.ordered_by_id)
    if who is None or not may_order(who):
        fail(
            session,
            pack_id=pack_id,
            at=at,
            why=Text("Who ordered it may not see all of this any more. Somebody who may orders it anew."),
        )
        return None  # fmt: skip
    return Begun(who, Chosen.from_json(found.chosen), found.ref)


def finish(
    session: Session, *, pack_id: UUID, at: datetime, size: int, files: int, sha256: str, manifest_sha256: str
) -> bool:
    """It is ready; ``False`` when nobody wants it any more, so that its file is to be removed."""
    found = orders.finish(session, EvidencePack, pack_id, at=at, size=size, sha256=sha256)
    if found is None:
        return False
    found.files, found.manifest_sha256 = files, manifest_sha256
    session.flush()
    _note(
        session, found, verb="evidence_pack.made", actor=None, at=at, size=size, files=files, sha256=sha256,
        manifest_sha256=manifest_sha256,
    )  # fmt: skip
    return True


def fail(session: Session, *, pack_id: UUID, at: datetime, why: Text) -> None:
    """It could not be made; ``why`` is for the person who asked."""
    found = orders.fail(session, EvidencePack, pack_id, why=why)
    if found is not None:
        _note(session, found, verb="evidence_pack.failed", actor=None, at=at, why=found.error)


def retry(session: Session, *, actor: Principal, at: datetime, pack_id: UUID) -> None:
    """Try one that failed once more. Raises NotAllowed and Refusal."""
    require_orderer(actor)
    found = orders.retry(session, EvidencePack, pack_id, at=at, by=actor.person_id)
    _note(session, found, verb="evidence_pack.retried", actor=actor, at=at)


def fetch(session: Session, *, actor: Principal, at: datetime, pack_id: UUID, path: str = "") -> str:
    """Note that it is taken away, or one file of it is looked at; gives the name of the pack's file. Raises Refusal."""
    require_orderer(actor)
    found = orders.found(session, EvidencePack, pack_id)
    if found.state is not OrderState.READY:
        raise Refusal(Text("This pack is not ready, or its file was removed. Look at how it stands now."))
    if not path:
        _note(session, found, verb="evidence_pack.fetched", actor=actor, at=at, sha256=found.sha256)
    return file_name(found.id)


def remove(session: Session, *, actor: Principal, at: datetime, pack_id: UUID) -> None:
    """Take it away, or leave off making it. Removed already: nothing happens."""
    require_orderer(actor)
    found = orders.remove(session, EvidencePack, pack_id)
    if found is not None:
        _note(session, found, verb="evidence_pack.removed", actor=actor, at=at)


def expire(session: Session, *, at: datetime, pack_id: UUID, days: int) -> bool:
    """Take a ready pack away whose ``days`` are over; ``False`` when it is not ready any more."""
    if orders.found(session, EvidencePack, pack_id).state is not OrderState.READY:
        return False
    gone = orders.remove(session, EvidencePack, pack_id)
    if gone is not None:
        _note(session, gone, verb="evidence_pack.expired", actor=None, at=at, days=days)
    return gone is not None
