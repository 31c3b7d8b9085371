"""Tying a nonconformity to an earlier one that it repeats."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.life.service.base import allowed, check_version, standing, tell, touch
from auditapp.findings.model import Nonconformity, Repeat
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def relate(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    earlier_id: UUID,
    note: str = "",
    version: int | None = None,
) -> None:
    """Say that it repeats an earlier one. Said already with the same note: nothing happens.

    Raises NotAllowed, Refusal (it has ended), Invalid (itself, a later one, one that the actor may not see).
    """
    allowed(session, nc, NcVerb.RELATE, actor=actor)
    linked = session.get(Repeat, (nc.id, earlier_id))
    if linked is not None and linked.note == note.strip():
        return
    check_version(session, nc, version)
    earlier: Nonconformity | None = session.scalar(
        queries.visible_nonconformities(actor).where(Nonconformity.id == earlier_id)
    )
    if earlier is None:
        raise Invalid(Text("Choose an earlier nonconformity that you may see."), field="earlier")
    if earlier.id == nc.id or (earlier.raised_at, earlier.ref) > (nc.raised_at, nc.ref):
        raise Invalid(
            Text("%(earlier)s is not earlier than %(ref)s.", earlier=earlier.ref, ref=nc.ref), field="earlier"
        )
    before = standing(nc)
    if linked is None:
        session.add(
            Repeat(
                nonconformity_id=nc.id,
                earlier_id=earlier.id,
                note=note.strip(),
                linked_by_id=actor.person_id,
                linked_at=at,
            )
        )
    else:
        linked.note = note.strip()
    touch(nc)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.repeat_linked",
        before=before,
        earlier=earlier.ref,
        note=note.strip(),
    )


def unrelate(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    earlier_id: UUID,
    version: int | None = None,
) -> None:
    """Take back that it repeats an earlier one. Not said: nothing happens."""
    allowed(session, nc, NcVerb.RELATE, actor=actor)
    linked = session.get(Repeat, (nc.id, earlier_id))
    if linked is None:
        return
    check_version(session, nc, version)
    before = standing(nc)
    earlier = session.scalar(sa.select(Nonconformity.ref).where(Nonconformity.id == earlier_id))
    session.delete(linked)
    touch(nc)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.repeat_unlinked",
        before=before,
        earlier=earlier,
    )
