"""Wording an objective."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Stale
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.rules import Verb, Whose, wording_hash
from auditapp.relationships.registers.objectives.service.base import (
    move,
    must_be_somebody,
    must_say,
    must_write,
    running,
    tell,
)
from auditapp.relationships.rules import Sharing, Stage
from auditapp.relationships.service import must_manage

SAY_IT = Text("Say in a sentence what is to be reached.")


def _sharing(actor: Principal, whose: Whose, sharing: Sharing) -> Sharing:
    """Joint ones are shared by what they are; a contact writes nothing that only we read."""
    return Sharing.SHARED if whose is Whose.JOINT or actor.partner_id is not None else sharing


def add_objective(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    whose: Whose,
    statement: str,
    details: str = "",
    stage: Stage | None = None,
    clause: str = "",
    owner_id: UUID | None = None,
    target_on: date | None = None,
    sharing: Sharing = Sharing.INTERNAL,
) -> Objective:
    """Propose an objective: our own people who run the relationship, or a partner's contact for their side."""
    place = running(session, actor, relationship_id)
    if actor.partner_id is None:
        must_manage(actor, relationship_id)
    statement = must_say(statement, "statement", SAY_IT)
    must_be_somebody(session, owner_id, place, field="owner")
    year = today_of(session, at).year
    made = Objective(
        ref=f"OB-{year}-{next_number(session, f'OB-{year}'):03d}", relationship_id=relationship_id, whose=whose,
        statement=statement, details=details.strip(), stage=stage, clause=clause.strip(), owner_id=owner_id,
        target_on=target_on, sharing=_sharing(actor, whose, sharing), party_id=actor.partner_id, created_at=at,
        created_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    tell(
        session, made, actor=actor, at=at, verb="objective.added",
        after={"whose": whose.value, "statement": statement, "sharing": made.sharing.value,
               "target_on": target_on.isoformat() if target_on else None},
    )  # fmt: skip
    return made


def set_objective(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Objective,
    version: int,
    statement: str,
    details: str,
    stage: Stage | None,
    clause: str,
    owner_id: UUID | None,
    target_on: date | None,
    sharing: Sharing,
) -> Objective:
    """Change an objective. Other words, or another day, put it before the parties again."""
    must_write(session, actor, found)
    place = running(session, actor, found.relationship_id)
    if found.version != version:
        raise Stale(
            Text(
                "Somebody else changed this objective since you opened it. Look at it again, then change it."
            )
        )
    statement = must_say(statement, "statement", SAY_IT)
    must_be_somebody(session, owner_id, place, field="owner")
    sharing = _sharing(actor, found.whose, sharing)
    now = (statement, details.strip(), stage, clause.strip(), owner_id, target_on, sharing)
    was = (
        found.statement, found.details, found.stage, found.clause, found.owner_id, found.target_on, found.sharing,
    )  # fmt: skip
    if now == was:
        return found
    anew = wording_hash(statement, target_on) != wording_hash(found.statement, found.target_on)
    move(found, Verb.REOPEN_TALK if anew else Verb.EDIT)
    before = {
        "statement": found.statement,
        "target_on": found.target_on.isoformat() if found.target_on else None,
    }
    (
        found.statement, found.details, found.stage, found.clause, found.owner_id, found.target_on, found.sharing,
    ) = now  # fmt: skip
    session.flush()
    tell(
        session, found, actor=actor, at=at, verb="objective.changed", before=before,
        after={"statement": statement, "target_on": target_on.isoformat() if target_on else None,
               "agreed_anew": anew},
    )  # fmt: skip
    return found
