"""Assessing people, taking an assessment back, and that the register was reviewed."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.registers.behaviours.model import BehaviourAssessment
from auditapp.relationships.registers.behaviours.queries import assessment_of, items
from auditapp.relationships.registers.behaviours.rules import LEVELS, Source, assesses_as
from auditapp.relationships.registers.behaviours.service.base import NOT_YOURS, REVIEW, case_of, must, tell
from auditapp.relationships.registers.service import past, reviewed
from auditapp.trail.service import record


def assess(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    on: date,
    levels: Mapping[str, tuple[int, str]],
) -> Source:
    """Give a person levels, each with its evidence, by the key of what is expected; as what one is to them."""
    case = case_of(session, actor, relationship_id, person_id)
    source = assesses_as(case.reader, case.subject)
    if source is None:
        raise NotAllowed(NOT_YOURS)
    past(session, at, on, "on")
    if not levels:
        raise Invalid(Text("Give at least one level."), field="on")
    known = {item.key for item in items(session)}
    for key, (level, evidence) in levels.items():
        if key not in known or level not in LEVELS:
            raise Invalid(Text("Choose a level from 1 to 4."), field=f"level_{key}")
        if source is not Source.SELF and not evidence.strip():
            raise Invalid(
                Text("Say what you have seen: a level without evidence helps nobody."),
                field=f"evidence_{key}",
            )
        made = BehaviourAssessment(
            relationship_id=relationship_id, person_id=person_id, item_key=key, source=source, level=level,
            evidence=evidence.strip(), assessed_on=on, by_id=actor.person_id, created_at=at,
        )  # fmt: skip
        session.add(made)
    session.flush()
    tell(
        session, case, actor=actor, at=at, verb="behaviour.assessed",
        after={"source": source.value, "count": len(levels), "on": on.isoformat()},
    )  # fmt: skip
    return source


def take_back_assessment(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    assessment_id: UUID,
) -> None:
    """Take back a level one gave: the one before counts again."""
    case = case_of(session, actor, relationship_id, person_id)
    found = assessment_of(session, relationship_id, person_id, assessment_id)
    must(found.by_id == actor.person_id)
    if found.taken_back:
        return
    found.taken_back = True
    tell(
        session, case, actor=actor, at=at, verb="behaviour.assessment_taken_back",
        after={"source": found.source.value},
    )  # fmt: skip


def review_register(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, on: date, outcome: str
) -> None:
    """Competence and behaviours were reviewed."""
    found = reviewed(
        session, actor=actor, at=at, key=REVIEW, relationship_id=relationship_id, on=on, outcome=outcome
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="behaviour.register_reviewed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"on": on.isoformat(), "reason": outcome.strip()},
    )  # fmt: skip
