"""The life of an objective: agreed by each party, reached, dropped, taken up again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.registers.objectives.model import Objective, ObjectiveAgreement
from auditapp.relationships.registers.objectives.queries import (
    AGREES_FOR_PARTNER,
    agreements_of,
    parties_of,
    seats_of,
)
from auditapp.relationships.registers.objectives.rules import Verb, wording_hash
from auditapp.relationships.registers.objectives.service.base import (
    may_agree_for_own,
    move,
    must_say,
    must_write,
    running,
    tell,
)
from auditapp.relationships.service import must_manage


def given_of(session: Session, found: Objective) -> set[UUID | None]:
    """The parties whose agreement holds: to the words and the day as they stand."""
    wording = wording_hash(found.statement, found.target_on)
    return {one.party_id for one, _ in agreements_of(session, found.id) if one.wording == wording}


def agree(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    party_id: UUID | None,
    version: int,
    note: str = "",
) -> Objective:
    """A party agrees to the objective as it is worded. With the last one it is agreed. The same again is a silent success.

    A partner's SER or manager agrees signed in; whoever runs the relationship may write their agreement down, and says
    where it is kept. ``version``: the objective's as it was read, so that nobody agrees to words they did not see.
    """
    place = running(session, actor, found.relationship_id)
    parties = [one for one, _ in parties_of(session, found)]
    if party_id not in parties:
        raise NotFound
    given = given_of(session, found)
    if party_id in given:
        return found
    move(found, Verb.AGREE)
    if found.version != version:
        raise Stale(
            Text("The objective was worded anew since you opened it. Read it again before you agree to it.")
        )
    on_behalf = False
    if party_id is None:
        if not may_agree_for_own(actor, place):
            raise NotAllowed(
                Text("For our organization the SER, or whoever owns or runs the relationship, agrees.")
            )
    elif actor.partner_id is not None:
        if actor.partner_id != party_id or not seats_of(session, actor, found.relationship_id) & set(
            AGREES_FOR_PARTNER
        ):
            raise NotAllowed(
                Text("For the partner its Senior Executive Responsible or its relationship manager agrees.")
            )
    else:
        must_manage(actor, found.relationship_id)
        if not note.strip():
            raise Invalid(
                Text(
                    "Say where the partner's agreement is written down: a letter, minutes, a message with its date."
                ),
                field="note",
            )
        on_behalf = True
    wording = wording_hash(found.statement, found.target_on)
    session.add(
        ObjectiveAgreement(
            objective_id=found.id, party_id=party_id, person_id=actor.person_id, agreed_at=at, wording=wording,
            note=note.strip(), on_behalf=on_behalf,
        )
    )  # fmt: skip
    tell(
        session, found, actor=actor, at=at, verb="objective.agreed",
        after={"party": str(party_id or ""), "on_behalf": on_behalf, "wording": wording},
    )  # fmt: skip
    if given | {party_id} >= set(parties):
        move(found, Verb.COMPLETE)
    session.flush()
    return found


def reach(session: Session, *, actor: Principal, at: datetime, found: Objective, reason: str) -> Objective:
    """The objective is reached, and how one knows."""
    must_write(session, actor, found)
    running(session, actor, found.relationship_id)
    reason = must_say(reason, "reason", Text("Say how one knows that it is reached."))
    move(found, Verb.REACH)
    found.reason = reason
    found.settled_on = today_of(session, at)
    tell(session, found, actor=actor, at=at, verb="objective.reached", after={"reason": found.reason})
    return found


def drop(session: Session, *, actor: Principal, at: datetime, found: Objective, reason: str) -> Objective:
    """The objective is given up, with the reason."""
    must_write(session, actor, found)
    running(session, actor, found.relationship_id)
    reason = must_say(reason, "reason", Text("Say why it is dropped. The reason stays on record."))
    move(found, Verb.DROP)
    found.reason = reason
    found.settled_on = today_of(session, at)
    tell(session, found, actor=actor, at=at, verb="objective.dropped", after={"reason": found.reason})
    return found


def take_up(session: Session, *, actor: Principal, at: datetime, found: Objective) -> Objective:
    """What was reached or dropped too soon goes on: a reached one as agreed, a dropped one as proposed.

    Agreements to the same words still hold, so a dropped one that all had agreed to is agreed again at once.
    """
    must_write(session, actor, found)
    running(session, actor, found.relationship_id)
    move(found, Verb.TAKE_UP)
    before = {"reason": found.reason}
    found.reason, found.settled_on = "", None
    parties = {one for one, _ in parties_of(session, found)}
    if found.state.value == "proposed" and given_of(session, found) >= parties:
        move(found, Verb.COMPLETE)
    tell(session, found, actor=actor, at=at, verb="objective.taken_up", before=before)
    return found
