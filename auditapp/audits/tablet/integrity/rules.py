"""The chain of each tablet: every operation names the hash of the one before it. Pure.

An operation is hashed on the tablet before it leaves it, and its text is kept as it came. So a text that was changed
later, one that was taken out, or one that was put in between shows at its place, whoever did it and wherever.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from auditapp.audits.tablet.sync.rules import hashed

FIELDS = ("id", "device", "seq", "previous", "audit", "person", "kind")


class Link(Protocol):
    """What the chain needs to know of an operation that is kept."""

    id: UUID
    device_id: UUID
    seq: int
    audit_id: UUID
    person_id: UUID
    kind: str
    text: str
    sha256: str
    previous_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where a tablet's chain does not hold: ``kind`` is changed, reordered, missing, begin or head."""

    device_id: UUID
    seq: int
    kind: str
    message: str

    @property
    def open(self) -> bool:
        """Whether it may yet be mended: what is missing can still be on the tablet."""
        return self.kind == "missing"


def breaks(links: Iterable[Link], heads: dict[UUID, tuple[int, str]] | None = None) -> Iterator[Break]:
    """Walk the chains, in order of device and number, and tell every place where one does not hold.

    ``heads``: the highest operation that was acknowledged to each device, as (seq, sha256).
    """
    left = dict(heads or {})
    before: Link | None = None
    for link in links:
        if before is not None and before.device_id != link.device_id:
            yield from _ends(before, left)
            before = None
        yield from _sound(link)
        yield from _follows(before, link)
        before = link
    if before is not None:
        yield from _ends(before, left)
    for device_id, (seq, _) in left.items():
        if seq:
            yield Break(
                device_id=device_id,
                seq=seq,
                kind="head",
                message=f"operation {seq} was acknowledged and is gone",
            )


def _sound(link: Link) -> Iterator[Break]:
    if hashed(link.text) != link.sha256:
        yield Break(
            device_id=link.device_id,
            seq=link.seq,
            kind="changed",
            message=f"operation {link.seq} is not the text that was hashed",
        )
        return
    wrong = [name for name, said in _said(link.text).items() if said != _kept(link)[name]]
    if wrong:
        yield Break(
            device_id=link.device_id,
            seq=link.seq,
            kind="changed",
            message=f"operation {link.seq} is kept under another {', '.join(wrong)} than it says",
        )


def _follows(before: Link | None, link: Link) -> Iterator[Break]:
    expected = before.seq + 1 if before is not None else 1
    if link.seq > expected:
        last = link.seq - 1
        span = f"operation {expected}" if last == expected else f"operations {expected} to {last}"
        yield Break(
            device_id=link.device_id,
            seq=expected,
            kind="missing",
            message=f"{span} did not come: still on the tablet, or taken out",
        )
    elif link.previous_sha256 != (before.sha256 if before is not None else ""):
        kind = "begin" if before is None else "reordered"
        yield Break(
            device_id=link.device_id,
            seq=link.seq,
            kind=kind,
            message=f"operation {link.seq} does not follow the one before it",
        )


def _ends(last: Link, left: dict[UUID, tuple[int, str]]) -> Iterator[Break]:
    head = left.pop(last.device_id, None)
    if head is not None and head != (last.seq, last.sha256):
        yield Break(
            device_id=last.device_id,
            seq=head[0],
            kind="head",
            message=f"operation {head[0]} was acknowledged, the newest here is {last.seq}",
        )


def _said(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
        return {name: told.get(name) for name in FIELDS}
    except (ValueError, AttributeError, RecursionError):
        return dict.fromkeys(FIELDS)


def _kept(link: Link) -> dict[str, Any]:
    return {
        "id": str(link.id),
        "device": str(link.device_id),
        "seq": link.seq,
        "previous": link.previous_sha256,
        "audit": str(link.audit_id),
        "person": str(link.person_id),
        "kind": link.kind,
    }
