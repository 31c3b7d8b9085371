"""The chain itself: how a row's hash is made and how a broken chain is told. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from auditapp.kit.orm import canonical

GENESIS = "0" * 64


class Link(Protocol):
    """What the chain needs to know of a row."""

    seq: int
    at: datetime
    actor_id: UUID | None
    verb: str
    thing_kind: str
    thing_id: str
    thing_ref: str
    context_id: UUID | None
    request_id: str
    before: str
    after: str
    personal_digest: str
    prev: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The hash that stood at ``seq`` when somebody wrote it down outside the database."""

    seq: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class Break:
    """A place where the chain does not hold: ``kind`` is changed, removed, reordered, added, personal or cut."""

    seq: int
    kind: str
    message: str


def link_hash(link: Link) -> str:
    """SHA-256 over the canonical JSON of a row and the hash before it."""
    return hashlib.sha256(
        canonical(
            [
                link.prev,
                link.seq,
                link.at.astimezone(UTC).isoformat(),
                str(link.actor_id or ""),
                link.verb,
                link.thing_kind,
                link.thing_id,
                link.thing_ref,
                str(link.context_id or ""),
                link.request_id,
                link.before,
                link.after,
                link.personal_digest,
            ]
        ).encode()
    ).hexdigest()


def personal_hash(salt: str, payload: str) -> str:
    """SHA-256 of a salted personal payload."""
    return hashlib.sha256(f"{salt}:{payload}".encode()).hexdigest()


def breaks(
    links: Iterable[tuple[Link, str | None, str | None]], anchors: Iterable[Anchor] = ()
) -> Iterator[Break]:
    """Walk the chain in order of ``seq`` and tell every place where it does not hold.

    ``links`` gives (row, salt, payload), the last two ``None`` when the fact has no personal payload (any more).
    """
    wanted: dict[int, set[str]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.seq, set()).add(anchor.hash)
    expected = 1
    prev = GENESIS
    for link, salt, payload in links:
        if link.seq > expected:
            last = link.seq - 1
            span = f"row {expected}" if last == expected else f"rows {expected} to {last}"
            yield Break(seq=expected, kind="removed", message=f"{span} missing before row {link.seq}")
        elif link.seq < expected:
            yield Break(seq=link.seq, kind="added", message=f"row {link.seq} stands outside the numbering")
        sound = link_hash(link) == link.hash
        if not sound:
            yield Break(
                seq=link.seq,
                kind="changed",
                message=f"row {link.seq} ({link.verb} {link.thing_ref}) was changed",
            )
        if link.seq == expected and link.prev != prev and sound:
            yield Break(
                seq=link.seq,
                kind="reordered",
                message=f"row {link.seq} does not follow the row before it: reordered, replaced or inserted",
            )
        if payload is not None and personal_hash(salt or "", payload) != link.personal_digest:
            yield Break(
                seq=link.seq, kind="personal", message=f"the personal part of row {link.seq} was changed"
            )
        if link.seq in wanted:
            if wanted[link.seq] != {link.hash}:
                yield Break(
                    seq=link.seq,
                    kind="changed",
                    message=f"row {link.seq} is not the one anchored: history rewritten",
                )
            del wanted[link.seq]
        prev = link.hash
        expected = link.seq + 1
    for seq in sorted(wanted):
        yield Break(
            seq=seq, kind="cut", message=f"row {seq} is anchored outside but missing: the end was cut off"
        )
