"""Adding and taking away links. A room says by :func:`owns_links` whose they are; the pages here serve all rooms."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.links.rules import ADDRESS, is_address
from auditapp.trail.service import record

# Refuses whoever may not change the thing; gives its number and the id of the relationship it belongs to.
Owner = Callable[[Session, Principal, UUID], tuple[str, UUID | None]]
_OWNERS: dict[str, Owner] = {}


def owns_links(from_kind: str) -> Callable[[Owner], Owner]:
    """Register who may change the links of a kind of thing."""

    def register(owner: Owner) -> Owner:
        _OWNERS[from_kind] = owner
        return owner

    return register


def add_link(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    from_kind: str,
    from_id: UUID,
    to: str,
    label: str = "",
    slot: str = "",
) -> RecordLink:
    """Link a thing to a record (its number) or to an address (http or https). The same again is a silent success.

    Raises Invalid for field ``to`` when there is no such record that the actor may see.
    """
    thing_ref, relationship_id = _owner(session, actor, from_kind, from_id)
    to = to.strip()
    if is_address(to):
        to_kind, to_ref, url = ADDRESS, "", to
    else:
        found = find_target(session, actor, to)
        if found is None:
            raise Invalid(
                Text(
                    "Nothing here has the number “%(ref)s”. Type the number of a record (such as IS-2026-004), "
                    "or an address that begins with https://.",
                    ref=to[:60],
                ),
                field="to",
            )
        to_kind, to_ref, url = found[0], found[1].ref, ""
    there = session.scalar(
        sa.select(RecordLink).where(
            RecordLink.from_kind == from_kind,
            RecordLink.from_id == from_id,
            RecordLink.slot == slot,
            RecordLink.to_kind == to_kind,
            RecordLink.to_ref == to_ref,
            RecordLink.url == url,
        )
    )
    if there is not None:
        return there
    made = RecordLink(
        from_kind=from_kind, from_id=from_id, slot=slot, to_kind=to_kind, to_ref=to_ref, url=url,
        label=label.strip()[:200], added_at=at, added_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    record(
        session, actor_id=actor.person_id, at=at, verb="link.added", thing_kind=from_kind, thing_id=from_id,
        thing_ref=thing_ref, context_id=relationship_id, after={"to": to_ref or url, "slot": slot},
    )  # fmt: skip
    return made


def remove_link(session: Session, *, actor: Principal, at: datetime, link_id: UUID) -> None:
    """Take a link away."""
    found = session.get(RecordLink, link_id)
    if found is None:
        raise NotFound
    thing_ref, relationship_id = _owner(session, actor, found.from_kind, found.from_id)
    session.delete(found)
    record(
        session, actor_id=actor.person_id, at=at, verb="link.removed", thing_kind=found.from_kind,
        thing_id=found.from_id, thing_ref=thing_ref, context_id=relationship_id,
        before={"to": found.to_ref or found.url, "slot": found.slot},
    )  # fmt: skip


def _owner(session: Session, actor: Principal, from_kind: str, from_id: UUID) -> tuple[str, UUID | None]:
    owner = _OWNERS.get(from_kind)
    if owner is None:
        raise NotFound
    return owner(session, actor, from_id)
