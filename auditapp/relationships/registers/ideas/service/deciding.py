"""Each party decides; then the idea is carried out."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.registers.ideas.model import Idea, IdeaDecision
from auditapp.relationships.registers.ideas.queries import deciding, idea_by_id
from auditapp.relationships.registers.ideas.rules import (
    NO_STEP,
    NOT_DECIDED_ANY_MORE,
    STEPS,
    IdeaState,
    IdeaVerb,
    Verdict,
)
from auditapp.relationships.registers.ideas.service.base import (
    DECIDED,
    REVIEW,
    may_carry_out,
    may_decide,
    settle,
)
from auditapp.relationships.registers.service import (
    fresh,
    must_change,
    reviewed,
    running,
)
from auditapp.relationships.service import must_be_theirs, must_manage
from auditapp.trail.service import record


def decide(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    idea_id: UUID,
    version: int,
    party_id: UUID | None,
    verdict: Verdict,
    reason: str,
    said_by: str = "",
) -> Idea:
    """A party decides. Our side may write down what a partner said (``said_by``), until that partner says it itself."""
    found = idea_by_id(session, actor, idea_id)
    running(session, actor, found.relationship_id)
    if not may_decide(actor, found):
        must_manage(actor, found.relationship_id)
    fresh(version, found.version)
    if found.state not in DECIDED:
        raise Refusal(NOT_DECIDED_ANY_MORE)
    if party_id not in deciding(session, found):
        raise Invalid(Text("This party does not decide about the idea."), field="party")
    earlier = session.scalar(_holding(found.id, party_id))
    if party_id != actor.partner_id:
        if actor.partner_id is not None:
            must_be_theirs(actor, party_id)
        if earlier is not None and not earlier.said_by:
            raise NotAllowed(Text("The partner has decided here itself. Ask them if it has changed."))
        if not said_by.strip():
            raise Invalid(Text("Say who of the partner said so, and when."), field="said_by")
    else:
        said_by = ""
    if verdict is not Verdict.ACCEPTED and not reason.strip():
        raise Invalid(Text("Say why. Who raised the idea reads it."), field="reason")
    if earlier is not None:
        earlier.holds = False
    made = IdeaDecision(
        idea_id=found.id, party_id=party_id, verdict=verdict, reason=reason.strip(), said_by=said_by.strip()[:200],
        by_id=actor.person_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    settle(session, found)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="idea.decided", thing_kind="idea", thing_id=found.id,
        thing_ref=found.ref, context_id=found.relationship_id,
        after={"party": str(party_id or ""), "verdict": verdict.value, "reason": reason.strip(), "state": found.state.value},
    )  # fmt: skip
    return found


def _holding(idea_id: UUID, party_id: UUID | None) -> sa.Select[IdeaDecision]:
    return sa.select(IdeaDecision).where(
        IdeaDecision.idea_id == idea_id,
        IdeaDecision.holds,
        IdeaDecision.party_id.is_(None) if party_id is None else IdeaDecision.party_id == party_id,
    )


def move_idea(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    idea_id: UUID,
    version: int,
    verb: IdeaVerb,
    lesson: str = "",
) -> Idea:
    """Start it, stop it, say that it is realised or not yet; withdraw it or bring it back."""
    found = idea_by_id(session, actor, idea_id)
    running(session, actor, found.relationship_id)
    if verb in (IdeaVerb.WITHDRAW, IdeaVerb.REOPEN):
        must_change(actor, found.relationship_id, found.party_id, (found.raised_by_id,))
    elif not may_carry_out(actor, found):
        raise NotAllowed(Text("The owner of the idea, and who keeps the relationship, can do this."))
    fresh(version, found.version)
    if verb not in _BY_HAND:
        raise Refusal(NO_STEP)
    found.state = step(STEPS, found.state, verb, NO_STEP)
    if verb is IdeaVerb.START and found.owner_id is None:
        raise Refusal(Text("Say first who carries it out: change the idea and choose an owner."))
    if verb is IdeaVerb.REOPEN:  # everybody is asked anew
        session.execute(sa.update(IdeaDecision).where(IdeaDecision.idea_id == found.id).values(holds=False))
    found.realised_on = today_of(session, at) if found.state is IdeaState.REALISED else None
    if lesson.strip():
        found.lesson = lesson.strip()
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="idea.moved", thing_kind="idea", thing_id=found.id,
        thing_ref=found.ref, context_id=found.relationship_id, after={"state": found.state.value},
    )  # fmt: skip
    return found


_BY_HAND = (
    IdeaVerb.START,
    IdeaVerb.STOP,
    IdeaVerb.REALISE,
    IdeaVerb.RESUME,
    IdeaVerb.WITHDRAW,
    IdeaVerb.REOPEN,
)


def review_register(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, on: date, outcome: str
) -> None:
    """Ideas and their value were reviewed."""
    found = reviewed(
        session, actor=actor, at=at, key=REVIEW, relationship_id=relationship_id, on=on, outcome=outcome
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="idea.register_reviewed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"on": on.isoformat(), "reason": outcome.strip()},
    )  # fmt: skip
