"""Taking in what a tablet brings: each operation once, each with a receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Copy, Device, Operation
from auditapp.audits.execution.devices.rules import OperationState
from auditapp.audits.execution.queries import Access, access
from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import require_team
from auditapp.audits.tablet.sync.queries import held_places
from auditapp.audits.tablet.sync.rules import (
    BACK_AFTER,
    Given,
    ReceiptState,
    Report,
    Waiting,
    believed,
    read,
)
from auditapp.audits.tablet.sync.service.kinds import APPLY, Scene
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal

FINAL = frozenset({OperationState.APPLIED, OperationState.SAME, OperationState.CONFLICT})
PLACE_TAKEN = Text("Another operation has this place in the tablet's chain.")
OTHER_AUDIT = Text("This belongs to another audit. Open that audit's walk; it is sent from there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """What a tablet says of itself."""

    id: UUID
    name: str
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one operation; ``result`` has what its kind tells."""

    id: str
    sha256: str
    state: ReceiptState
    at: datetime
    why: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def final(self) -> bool:
        """Whether the tablet need not send it again."""
        return self.state.value in {one.value for one in FINAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Receipts in the order of what was brought, and which of the device's operations are here: the highest, all runs."""

    receipts: tuple[Receipt, ...]
    held: Sequence[Sequence[int]]
    head_seq: int
    head_sha256: str


def bring(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    ref: str,
    tablet: Tablet,
    report: Report,
    sent: Sequence[tuple[object, object]],
    authors: Mapping[UUID, Principal] | None = None,
) -> Outcome:
    """Take in operations as (text, sha256), oldest first. Each is applied in a savepoint of its own, and once.

    ``authors``: whose operations ``actor`` may carry besides their own (a rescue file); an operation is judged by the
    rights of its author. Raises NotFound and NotAllowed for an audit that is not the actor's; an operation that a
    rule refuses raises nothing and is kept with its reason.
    """
    who = access(session, actor, ref)
    if authors is None:
        require_team(who.role)
    device = _device(session, actor, at, tablet)
    read_ones = [(read(text, sha256), text, sha256) for text, sha256 in sent]
    here = _here(session, [one for one, _, _ in read_ones if one is not None])
    desk = _Desk(
        session=session, actor=actor, at=at, who=who, device=device, here=here, authors=authors or {}
    )
    receipts = [
        desk.take(one)
        if one is not None
        else Receipt(id=_number(text), sha256=str(sha256)[:64], state=ReceiptState.BROKEN, at=at)
        for one, text, sha256 in read_ones
    ]
    if authors is None:
        copy = _copy(session, actor, at, who.audit, device)
        _heard(copy, at, report, receipts)
    session.flush()
    return Outcome(
        receipts=tuple(receipts),
        head_seq=device.head_seq,
        head_sha256=device.head_sha256,
        held=held_places(session, device.id),
    )


def _device(session: Session, actor: Principal, at: datetime, tablet: Tablet) -> Device:
    device = session.get(Device, tablet.id)
    name = " ".join(tablet.name.split())[:80] or "Tablet"
    if device is None:
        device = Device(
            id=tablet.id,
            name=name,
            agent=tablet.agent[:300],
            created_at=at,
            created_by_id=actor.person_id,
            seen_at=at,
            seen_by_id=actor.person_id,
        )
        session.add(device)
        session.flush()
    else:
        device.name, device.seen_at, device.seen_by_id = name, at, actor.person_id
    return device


def _here(session: Session, given: Sequence[Given]) -> dict[UUID, Operation]:
    """The operations that are here already: those that were brought, and those that they name. One statement."""
    wanted = {one.id for one in given}
    for one in given:
        for name in ("after", "photo", "finding"):
            try:
                named = one.uuid(name)
            except Refusal:
                continue
            if named is not None:
                wanted.add(named)
    if not wanted:
        return {}
    rows = session.scalars(sa.select(Operation).where(Operation.id.in_(wanted))).all()
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where one request's operations are taken in."""

    session: Session
    actor: Principal
    at: datetime
    who: Access
    device: Device
    here: dict[UUID, Operation]
    authors: Mapping[UUID, Principal]

    def take(self, given: Given) -> Receipt:
        """The receipt of one operation: the one that it had, or what becomes of it now."""
        known = self.here.get(given.id)
        if known is not None and known.sha256 != given.sha256:
            return self._not(given, ReceiptState.REUSED, Text("Its number belongs to another operation."))
        if known is not None and known.state in FINAL:
            return _told(known)
        author = self.actor if given.person_id == self.actor.person_id else self.authors.get(given.person_id)
        if author is None:
            return self._not(given, ReceiptState.OTHER_PERSON)
        if given.audit_id != self.who.audit.id:
            return self._not(given, ReceiptState.WAITING, OTHER_AUDIT)
        if known is None and self._place_is_taken(given):
            return self._not(given, ReceiptState.REUSED, PLACE_TAKEN)
        return self._apply(given, author, known)

    def _apply(self, given: Given, author: Principal, known: Operation | None) -> Receipt:
        operation = known or self._new(given, author)
        scene = Scene(
            session=self.session,
            actor=author,
            at=self.at,
            audit=self.who.audit,
            given=given,
            earlier=self.here,
        )
        operation.received_at = self.at
        try:
            with self.session.begin_nested():
                operation.state, operation.result = APPLY[given.kind](scene)
                operation.why = ""
                self.session.flush()
        except Waiting as waiting:
            self.session.refresh(self.who.audit)
            return self._not(given, ReceiptState.WAITING, waiting.text)
        except Refusal as refusal:
            self.session.refresh(self.who.audit)
            operation.state, operation.why = OperationState.REFUSED, str(refusal.text)
        self.session.add(operation)
        self.session.flush()
        self.here[given.id] = operation
        if given.seq > self.device.head_seq:
            self.device.head_seq, self.device.head_sha256 = given.seq, given.sha256
        return _told(operation)

    def _new(self, given: Given, author: Principal) -> Operation:
        return Operation(
            id=given.id,
            device_id=self.device.id,
            seq=given.seq,
            audit_id=self.who.audit.id,
            person_id=author.person_id,
            carried_by_id=self.actor.person_id,
            kind=given.kind.value,
            text=given.text,
            sha256=given.sha256,
            previous_sha256=given.previous,
            written_at=believed(given.written_at, self.at),
            received_at=self.at,
            state=OperationState.REFUSED,
        )

    def _place_is_taken(self, given: Given) -> bool:
        if given.device_id != self.device.id:
            return True
        if given.seq > self.device.head_seq:
            return False
        return (
            self.session.scalar(
                sa.select(Operation.id).where(
                    Operation.device_id == self.device.id, Operation.seq == given.seq
                )
            )
            is not None
        )

    def _not(self, given: Given, state: ReceiptState, why: Text | None = None) -> Receipt:
        return Receipt(
            id=str(given.id), sha256=given.sha256, state=state, at=self.at, why=str(why) if why else ""
        )


def _told(operation: Operation) -> Receipt:
    return Receipt(
        id=str(operation.id),
        sha256=operation.sha256,
        state=ReceiptState(operation.state.value),
        at=operation.received_at,
        why=operation.why,
        result=operation.result,
    )


def _copy(session: Session, actor: Principal, at: datetime, audit: Audit, device: Device) -> Copy:
    copy = session.get(Copy, (device.id, audit.id, actor.person_id))
    if copy is None:
        copy = Copy(device_id=device.id, audit_id=audit.id, person_id=actor.person_id, heard_at=at)
        session.add(copy)
    return copy


def _heard(copy: Copy, at: datetime, report: Report, receipts: Sequence[Receipt]) -> None:
    """Keep what the tablet says that it still holds, less what came with this request."""
    done = sum(receipt.final for receipt in receipts)
    copy.unsent = max(0, report.unsent - done)
    copy.unsent_photos, copy.unsent_bytes = report.photos, report.bytes
    copy.oldest_at = believed(report.oldest, at) if report.oldest and copy.unsent else None
    if report.taken:
        copy.taken_at, copy.removed_at = at, None
    if report.departed:
        copy.departed_at = at
    elif copy.departed_at and not copy.unsent and (done or at - copy.departed_at > BACK_AFTER):
        copy.departed_at = None  # it is back, and empty
    if report.removed and not copy.unsent and not copy.unsent_photos:
        copy.removed_at, copy.departed_at = at, None
    elif receipts and not report.removed:
        copy.removed_at = None
    copy.heard_at = at


def _number(text: object) -> str:
    """The id that a broken operation claims, so that the tablet finds it again; empty when it shows none."""
    head = text[:60] if isinstance(text, str) else ""
    mark = '"id":"'
    at = head.find(mark)
    return head[at + len(mark) : at + len(mark) + 36] if at >= 0 else ""
