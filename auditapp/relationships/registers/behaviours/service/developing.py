"""What a person does to come closer to what is expected."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.registers.behaviours.model import BehaviourDevelopment
from auditapp.relationships.registers.behaviours.queries import development_of, items
from auditapp.relationships.registers.behaviours.rules import (
    DEVELOPMENT_STEPS,
    NO_STEP,
    DevelopmentState,
    DevelopmentVerb,
    may_develop,
)
from auditapp.relationships.registers.behaviours.service.base import case_of, must, tell
from auditapp.relationships.registers.service import fresh


def plan_development(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    what: str,
    due_on: date,
    item_key: str = "",
) -> BehaviourDevelopment:
    """Plan a development action for a person."""
    case = case_of(session, actor, relationship_id, person_id)
    must(may_develop(case.reader, case.subject))
    if not what.strip():
        raise Invalid(Text("Say what is done."), field="what")
    if due_on < today_of(session, at):
        raise Invalid(Text("Give a day that is still to come."), field="due_on")
    if item_key and item_key not in {item.key for item in items(session)}:
        raise Invalid(Text("Choose what it is about."), field="item_key")
    made = BehaviourDevelopment(
        relationship_id=relationship_id, person_id=person_id, item_key=item_key, what=what.strip(), due_on=due_on,
        by_id=actor.person_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    tell(
        session, case, actor=actor, at=at, verb="behaviour.development_planned",
        after={"due_on": due_on.isoformat()},
    )  # fmt: skip
    return made


def move_development(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    development_id: UUID,
    version: int,
    verb: DevelopmentVerb,
    result: str = "",
) -> BehaviourDevelopment:
    """Say that it is done, drop it, or open it again. Done and dropped ask for a word."""
    case = case_of(session, actor, relationship_id, person_id)
    must(may_develop(case.reader, case.subject))
    found = development_of(session, relationship_id, person_id, development_id)
    fresh(version, found.version)
    new = step(DEVELOPMENT_STEPS, found.state, verb, NO_STEP)
    if new is not DevelopmentState.OPEN and not result.strip():
        raise Invalid(Text("Say what came of it."), field="reason")
    found.state, found.result = new, result.strip()
    found.ended_on = None if new is DevelopmentState.OPEN else today_of(session, at)
    session.flush()
    tell(session, case, actor=actor, at=at, verb="behaviour.development_moved", after={"state": new.value})
    return found
