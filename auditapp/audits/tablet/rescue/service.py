"""Bringing in a rescue file: what somebody else's tablet held, in the name of whoever wrote it, each thing once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    here = settled_here(session, [one.id for one in given])
    landing = _Landing(
        session=session,
        actor=actor,
        at=at,
        rescue=rescue,
        given=given,
        here=here,
        mine=carried_audits(session, actor, {one.audit_id for one in given}),
        names=names_of(session, {one.person_id for one in given}),
    )
    receipts = landing.brought()
    hashes = [one.sha256 for one in rescue.pictures]
    known = expected_photos(session, landing.mine, hashes)
    landed = Landed(
        lines=tuple(landing.line(one, receipts) for one in read_ones),
        photos=sum(landing.arrived(one) for sha256, one in kept.items() if known.get(sha256) is False),
        photos_again=sum(known.get(one) is True for one in hashes),
        photos_homeless=sum(one not in known for one in hashes),
        photos_broken=sum(not one.whole for one in rescue.pictures),
        before=_imported_at(session, file_sha256),
    )
    landing.lighten(receipts, landed.photos)
    landing.record(file_sha256, landed)
    return landed


def _imported_at(session: Session, file_sha256: str) -> datetime | None:
    fact = session.scalars(facts_of(thing_kind="rescue", thing_id=file_sha256).limit(1)).first()
    return fact.at if fact else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Landing:
    """One file on its way in."""

    session: Session
    actor: Principal
    at: datetime
    rescue: Rescue
    given: Sequence[Given]
    here: Mapping[UUID, str]  # the hashes of what was here and done before
    mine: Mapping[UUID, Audit]  # the audits that the actor may bring something in for
    names: Mapping[UUID, str]

    def brought(self) -> dict[str, Receipt]:
        """The receipts of all operations that the actor may bring in, by id."""
        authors = {
            person_id: found
            for person_id in {one.person_id for one in self.given}
            if (found := principal_of_person(self.session, person_id)) is not None
        }
        receipts: dict[str, Receipt] = {}
        for audit in self.mine.values():
            outcome = bring(
                self.session,
                actor=self.actor,
                at=self.at,
                ref=audit.ref,
                tablet=Tablet(id=self.rescue.device_id, name=self.rescue.device),
                report=Report(),
                sent=[(one.text, one.sha256) for one in self.given if one.audit_id == audit.id],
                authors=authors,
            )
            receipts |= {one.id: one for one in outcome.receipts}
        return receipts

    def line(self, one: Given | None, receipts: Mapping[str, Receipt]) -> Line:
        """What became of one operation, in plain values."""
        if one is None:
            return Line(audit="", kind="", person="", written_at=None, state=ReceiptState.BROKEN, again=False)
        receipt = receipts.get(str(one.id))
        audit = self.mine.get(one.audit_id)
        state = receipt.state if receipt else ReceiptState.OTHER_PERSON
        why = receipt.why if receipt else str(NOT_YOURS)
        if receipt and state is ReceiptState.OTHER_PERSON:
            why = str(NOBODY)
        return Line(
            audit=audit.ref if audit else "",
            kind=one.kind.value,
            person=self.names.get(one.person_id, "") if audit else "",
            written_at=min(one.written_at, self.at),
            state=state,
            again=self.here.get(one.id) == one.sha256,
            why=why,
        )

    def arrived(self, kept: Kept) -> bool:
        """Put a photo to whatever waits for it; whether anything did."""
        found = sum(
            execution.arrive(self.session, actor=self.actor, at=self.at, audit=audit, kept=kept)
            for audit in self.mine.values()
        )
        return found > 0

    def lighten(self, receipts: Mapping[str, Receipt], photos: int) -> None:
        """What came by the file is not unsent any more, whatever the tablet said last."""
        fresh = [one for one in self.given if one.id not in self.here and str(one.id) in receipts]
        copies = self.session.scalars(
            sa.select(Copy).where(Copy.device_id == self.rescue.device_id, Copy.audit_id.in_(list(self.mine)))
        ).all()
        left = photos
        for copy in copies:
            done = sum(
                receipts[str(one.id)].final
                for one in fresh
                if one.person_id == copy.person_id and one.audit_id == copy.audit_id
            )
            taken = min(left, copy.unsent_photos)
            left -= taken
            copy.unsent, copy.unsent_photos = max(0, copy.unsent - done), copy.unsent_photos - taken
            if not copy.unsent:
                copy.oldest_at = None
            if not copy.unsent and not copy.unsent_photos:
                copy.unsent_bytes = 0

    def record(self, file_sha256: str, landed: Landed) -> None:
        """One fact for each audit; none when the same file changes nothing a second time."""
        done = landed.count(ReceiptState.APPLIED, ReceiptState.SAME, ReceiptState.CONFLICT)
        if landed.before is not None and not done and not landed.photos:
            return
        for audit in self.mine.values():
            trail.record(
                self.session,
                actor_id=self.actor.person_id,
                at=self.at,
                verb="rescue.imported",
                thing_kind="rescue",
                thing_id=file_sha256,
                thing_ref=f"{audit.ref} {self.rescue.device}"[:120],
                context_id=audit.id,
                after={
                    "device": str(self.rescue.device_id),
                    "made_at": self.rescue.made_at.isoformat() if self.rescue.made_at else None,
                    "part": [self.rescue.part, self.rescue.parts],
                    "operations": len(landed.lines),
                    "new": done,
                    "conflicts": landed.count(ReceiptState.CONFLICT),
                    "refused": landed.count(ReceiptState.REFUSED),
                    "photos": landed.photos,
                },
            )
