"""Bringing in a rescue file: what somebody else's tablet held, in the name of whoever wrote it, each thing once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution import service as execution
from auditapp.audits.execution.devices.model import Copy
from auditapp.audits.model import Audit
from auditapp.audits.tablet.rescue.queries import carried_audits, expected_photos, names_of, settled_here
from auditapp.audits.tablet.rescue.rules import Rescue
from auditapp.audits.tablet.sync.rules import Given, Kind, ReceiptState, Report, read
from auditapp.audits.tablet.sync.service import Receipt, Tablet, bring
from auditapp.kit.errors import NotAllowed
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.trail import service as trail
from auditapp.trail.queries import facts_of

NOT_YOURS = Text(
    "You are not of this audit's team. Somebody of the team, or a system manager, can bring it in."
)
NOBODY = Text("Whoever wrote this has no account here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one operation of the file."""

    audit: str  # its ref; empty when the reader may not know of it
    kind: str
    person: str
    written_at: datetime | None
    state: ReceiptState
    again: bool  # it was here before this file
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of a rescue file."""

    lines: tuple[Line, ...]
    photos: int  # that came with it and found their place
    photos_again: int  # whose bytes were here before
    photos_homeless: int  # that no operation here or in the file names
    photos_broken: int  # whose bytes are not what was hashed
    before: datetime | None  # when this very file was brought in before

    def count(self, *states: ReceiptState, again: bool = False) -> int:
        """How many operations have one of these states and were new (or were here before)."""
        return sum(line.state in states and line.again is again for line in self.lines)


def wanted(session: Session, *, actor: Principal, rescue: Rescue) -> frozenset[str]:
    """The hashes of those photos of the file that are worth keeping: something here or in the file names them.

    Raises NotAllowed when the actor may bring in nothing of the file.
    """
    given = [one for one in (read(text, sha256) for text, sha256 in rescue.operations) if one is not None]
    mine = carried_audits(session, actor, {one.audit_id for one in given})
    if given and not mine:
        raise NotAllowed(NOT_YOURS)
    named = {str(one.body.get("sha256")) for one in given if one.kind is Kind.PHOTO and one.audit_id in mine}
    hashes = [one.sha256 for one in rescue.pictures if one.whole]
    known = expected_photos(session, mine, hashes)
    return frozenset(one for one in hashes if one in named or known.get(one) is False)


def land(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    rescue: Rescue,
    file_sha256: str,
    kept: Mapping[str, Kept],
) -> Landed:
    """Apply what a rescue file holds. ``kept``: its photos that are in the store already, by hash.

    Each operation is judged by the rights of its author; who brought it is kept with it. A second time changes nothing.
    """
    read_ones = [read(text, sha256) for text, sha256 in rescue.operations]
    given = [one for one in read_ones if one is not None]
    mine = carried_audits(session, actor, {one.audit_id for one in given})
    names = names_of(session, {one.person_id for one in given})
    before = settled_here(session, [one.id for one in given])
    receipts = _brought(session, actor, at, rescue, given, mine)
    lines = tuple(_line(one, receipts, mine, names, before, at) for one in read_ones)
    hashes = [one.sha256 for one in rescue.pictures]
    known = expected_photos(session, mine, hashes)
    came = 0
    for sha256, one in kept.items():
        if known.get(sha256) is False:
            came += sum(
                bool(execution.arrive(session, actor=actor, at=at, audit=audit, kept=one))
                for audit in mine.values()
            )
    landed = Landed(
        lines=lines,
        photos=came,
        photos_again=sum(known.get(one) is True for one in hashes),
        photos_homeless=sum(one not in known for one in hashes),
        photos_broken=sum(not one.whole for one in rescue.pictures),
        before=_imported_at(session, file_sha256),
    )
    _lighten(session, rescue, [one for one in given if one.id not in before], receipts, mine, landed)
    _record(session, actor, at, rescue, file_sha256, mine, landed)
    return landed


def _brought(
    session: Session,
    actor: Principal,
    at: datetime,
    rescue: Rescue,
    given: Sequence[Given],
    mine: Mapping[UUID, Audit],
) -> dict[str, Receipt]:
    """The receipts of all operations that the actor may bring in, by id."""
    authors = {
        person_id: found
        for person_id in {one.person_id for one in given}
        if (found := principal_of_person(session, person_id)) is not None
    }
    receipts: dict[str, Receipt] = {}
    for audit in mine.values():
        sent = [(one.text, one.sha256) for one in given if one.audit_id == audit.id]
        outcome = bring(
            session,
            actor=actor,
            at=at,
            ref=audit.ref,
            tablet=Tablet(id=rescue.device_id, name=rescue.device),
            report=Report(),
            sent=sent,
            authors=authors,
        )
        receipts |= {one.id: one for one in outcome.receipts}
    return receipts


def _line(
    one: Given | None,
    receipts: Mapping[str, Receipt],
    mine: Mapping[UUID, Audit],
    names: Mapping[UUID, str],
    before: Mapping[UUID, str],
    at: datetime,
) -> Line:
    if one is None:
        return Line(audit="", kind="", person="", written_at=None, state=ReceiptState.BROKEN, again=False)
    receipt = receipts.get(str(one.id))
    audit = mine.get(one.audit_id)
    state = receipt.state if receipt else ReceiptState.OTHER_PERSON
    why = receipt.why if receipt else str(NOT_YOURS)
    if receipt and state is ReceiptState.OTHER_PERSON:
        why = str(NOBODY)
    return Line(
        audit=audit.ref if audit else "",
        kind=one.kind.value,
        person=names.get(one.person_id, "") if audit else "",
        written_at=min(one.written_at, at),
        state=state,
        again=before.get(one.id) == one.sha256,
        why=why,
    )


def _imported_at(session: Session, file_sha256: str) -> datetime | None:
    fact = session.scalars(facts_of(thing_kind="rescue", thing_id=file_sha256).limit(1)).first()
    return fact.at if fact else None


def _lighten(
    session: Session,
    rescue: Rescue,
    fresh: Sequence[Given],
    receipts: Mapping[str, Receipt],
    mine: Mapping[UUID, Audit],
    landed: Landed,
) -> None:
    """What came by the file is not unsent any more, whatever the tablet said last."""
    copies = session.scalars(
        sa.select(Copy).where(Copy.device_id == rescue.device_id, Copy.audit_id.in_(list(mine)))
    ).all()
    left = landed.photos
    for copy in copies:
        done = sum(
            one.person_id == copy.person_id and one.audit_id == copy.audit_id and receipts[str(one.id)].final
            for one in fresh
            if str(one.id) in receipts
        )
        copy.unsent = max(0, copy.unsent - done)
        taken = min(left, copy.unsent_photos)
        copy.unsent_photos -= taken
        left -= taken
        if not copy.unsent:
            copy.oldest_at = None
        if not copy.unsent and not copy.unsent_photos:
            copy.unsent_bytes = 0


def _record(
    session: Session,
    actor: Principal,
    at: datetime,
    rescue: Rescue,
    file_sha256: str,
    mine: Mapping[UUID, Audit],
    landed: Landed,
) -> None:
    done = landed.count(ReceiptState.APPLIED, ReceiptState.SAME, ReceiptState.CONFLICT)
    if landed.before is not None and not done and not landed.photos:
        return
    after: dict[str, Any] = {
        "device": str(rescue.device_id),
        "made_at": rescue.made_at.isoformat() if rescue.made_at else None,
        "part": [rescue.part, rescue.parts],
        "operations": len(landed.lines),
        "new": done,
        "conflicts": landed.count(ReceiptState.CONFLICT),
        "refused": landed.count(ReceiptState.REFUSED),
        "photos": landed.photos,
    }
    for audit in mine.values():
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="rescue.imported",
            thing_kind="rescue",
            thing_id=file_sha256,
            thing_ref=f"{audit.ref} {rescue.device}"[:120],
            context_id=audit.id,
            after=after,
        )
