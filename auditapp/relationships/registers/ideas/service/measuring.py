"""What an idea was worth to each party."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.registers.ideas.model import IdeaValue
from auditapp.relationships.registers.ideas.queries import idea_by_id, value_by_id
from auditapp.relationships.registers.ideas.rules import (
    IdeaState,
    Phase,
)
from auditapp.relationships.registers.ideas.service.base import Worth, may_carry_out, unit, worth_fits
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.registers.service import (
    past,
    running,
)
from auditapp.relationships.service import must_be_theirs, must_manage
from auditapp.trail.service import record


def measure(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    idea_id: UUID,
    party_id: UUID | None,
    worth: Worth,
    on: date,
    shared_how: str = "",
) -> IdeaValue:
    """Keep what an idea was worth to a party. Each party says it for itself; our side may for a partner, by name."""
    found = idea_by_id(session, actor, idea_id)
    running(session, actor, found.relationship_id)
    if actor.partner_id is None:
        if not may_carry_out(actor, found):
            must_manage(actor, found.relationship_id)
    else:
        must_be_theirs(actor, party_id)
    if found.state not in (IdeaState.IN_PROGRESS, IdeaState.REALISED):
        raise Refusal(Text("Value is measured once the idea is being carried out. Start it first."))
    if party_id not in party_names(session, found.relationship_id):
        raise Invalid(Text("Choose one of the parties."), field="party")
    worth_fits(worth, needed=True)
    past(session, at, on, "on")
    made = IdeaValue(
        idea_id=found.id, phase=Phase.MEASURED, party_id=party_id, amount=worth.amount,
        unit=unit(worth), words=worth.words.strip(), on=on, shared_how=shared_how.strip(),
        by_id=actor.person_id, by_party_id=actor.partner_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="idea.measured", thing_kind="idea", thing_id=found.id,
        thing_ref=found.ref, context_id=found.relationship_id,
        after={"party": str(party_id or ""), "hundredths": worth.amount, "unit": made.unit, "on": on.isoformat()},
    )  # fmt: skip
    return made


def take_back_value(
    session: Session, *, actor: Principal, at: datetime, idea_id: UUID, value_id: UUID, back: bool = True
) -> None:
    """Take a measured value back, or (``back`` false) count it again."""
    found = idea_by_id(session, actor, idea_id)
    value = value_by_id(session, found, value_id)
    must_be_theirs(actor, value.by_party_id)
    if actor.partner_id is None and value.by_id != actor.person_id:
        must_manage(actor, found.relationship_id)
    running(session, actor, found.relationship_id)
    if value.taken_back is back or value.phase is not Phase.MEASURED:
        return
    value.taken_back = back
    record(
        session, actor_id=actor.person_id, at=at, verb="idea.value_taken_back", thing_kind="idea",
        thing_id=found.id, thing_ref=found.ref, context_id=found.relationship_id,
        after={"value": str(value.id), "taken_back": back},
    )  # fmt: skip
