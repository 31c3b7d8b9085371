"""What the registers share in keeping: who may change a row, whom it may name, and that a register was reviewed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.registers.queries import people_of
from auditapp.relationships.registers.rules import FUTURE, may_change
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_be_theirs, must_manage, must_run


def must_change(
    actor: Principal, relationship_id: UUID, party_id: UUID | None, own: tuple[UUID | None, ...] = ()
) -> None:
    """Refuse whoever may not change a row: the other party, and of ours who neither keeps nor owns it."""
    must_be_theirs(actor, party_id)
    if not may_change(actor, relationship_id, party_id, own):
        raise NotAllowed(
            Text(
                "Only who keeps this relationship, and who wrote or owns this, can change it. Ask one of them."
            )
        )


def running(session: Session, actor: Principal, relationship_id: UUID) -> Relationship:
    """The relationship, as long as it runs. Raises NotFound for one that is not to be seen."""
    found = relationship_of(session, actor, relationship_id)
    must_run(found)
    return found


def fresh(version: int, was: int) -> None:
    """Refuse a change of what somebody else has changed since the page was opened."""
    if version != was:
        raise Stale(
            Text(
                "Somebody changed this since you opened the page. Open it again, look, and repeat your change."
            )
        )


def shown_to(actor: Principal, sharing: Sharing) -> Sharing:
    """Who reads it: what a partner's contact writes is always shared."""
    return Sharing.SHARED if actor.partner_id is not None else sharing


def must_be_of(
    session: Session, relationship_id: UUID, person_id: UUID | None, *, own: bool | None, field: str
) -> None:
    """Refuse a person who is not of the side meant (``own`` empty: of either side)."""
    if person_id is None:
        return
    sides = {one: partner_id for one, _, partner_id in people_of(session, relationship_id)}
    if person_id not in sides or (own is not None and (sides[person_id] is None) is not own):
        raise Invalid(Text("Choose somebody who is offered: an active person of that side."), field=field)


def past(session: Session, at: datetime, on: date, field: str) -> date:
    """A day that has come; refuses one that has not."""
    if on > today_of(session, at):
        raise Invalid(FUTURE, field=field)
    return on


def reviewed(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    key: str,
    relationship_id: UUID,
    on: date,
    outcome: str,
) -> Relationship:
    """A whole register was reviewed: what was due is done, the next is counted from the day intended."""
    must_manage(actor, relationship_id)
    found = running(session, actor, relationship_id)
    if not outcome.strip():
        raise Invalid(Text("Say what came of the review. One sentence is enough."), field="outcome")
    past(session, at, on, "on")
    obligations.done(
        session, actor=actor, at=at, key=key, subject=relationship_id, on=on, note=outcome.strip()
    )
    return found
