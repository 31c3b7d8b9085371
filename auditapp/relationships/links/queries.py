"""Reading links, each only as far as its reader may see what it leads to.

Rooms say by :func:`linkable` what can be linked to; rooms above this one do so too, so nothing here knows them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.links.rules import ADDRESS, Shown, Target

# Gives the targets among some refs that the person may see, by ref in capitals. One statement.
Finder = Callable[[Session, Principal, Collection[str]], dict[str, Target]]


@dataclass(frozen=True, kw_only=True)
class LinkKind:
    """A kind of record that can be linked to."""

    key: str
    label: Text
    find: Finder


_KINDS: dict[str, LinkKind] = {}
ADDRESS_LABEL = Text("Address")


def linkable(key: str, label: Text) -> Callable[[Finder], Finder]:
    """Register a finder: from then on a record of this kind can be linked to by its number."""

    def register(find: Finder) -> Finder:
        _KINDS[key] = LinkKind(key=key, label=label, find=find)
        return find

    return register


def find_target(session: Session, principal: Principal, ref: str) -> tuple[str, Target] | None:
    """The kind and record of a number that somebody typed; ``None`` when there is none they may see."""
    wanted = ref.strip().upper().replace("\0", "")
    for kind in _KINDS.values():
        found = kind.find(session, principal, [wanted]).get(wanted)
        if found is not None:
            return kind.key, found
    return None


def targets_of(
    session: Session, principal: Principal, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Target]:
    """The records behind (kind, number), as far as the person may see them. One statement for each kind."""
    refs: dict[str, set[str]] = defaultdict(set)
    for kind, ref in wanted:
        if kind in _KINDS and ref:
            refs[kind].add(ref)
    return {
        (kind, ref): target
        for kind, some in refs.items()
        for ref, target in _KINDS[kind].find(session, principal, sorted(some)).items()
    }


def links_of(
    session: Session, principal: Principal, from_kind: str, ids: Collection[UUID]
) -> dict[UUID, list[Shown]]:
    """The links of several things of one kind, in the order they were added.

    One statement, and one for each kind of record that is linked to.
    """
    found: dict[UUID, list[Shown]] = {one: [] for one in ids}
    if not found:
        return found
    rows: Sequence[RecordLink] = session.scalars(
        sa.select(RecordLink)
        .where(RecordLink.from_kind == from_kind, RecordLink.from_id.in_(found))
        .order_by(RecordLink.added_at, RecordLink.id)
    ).all()
    targets = targets_of(session, principal, [(row.to_kind, row.to_ref) for row in rows])
    for row in rows:
        kind = _KINDS.get(row.to_kind)
        found[row.from_id].append(
            Shown(
                id=row.id,
                slot=row.slot,
                kind=row.to_kind,
                kind_label=kind.label if kind else ADDRESS_LABEL,
                ref=row.to_ref,
                label=row.label,
                url=row.url if row.to_kind == ADDRESS else "",
                target=targets.get((row.to_kind, row.to_ref)),
            )
        )
    return found
