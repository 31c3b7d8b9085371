"""What the verbs of objectives and measures share."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.registers.objectives.model import Measure, Objective
from auditapp.relationships.registers.objectives.queries import objective_of, seats_of
from auditapp.relationships.registers.objectives.rules import REFUSALS, STEPS, Verb, Whose
from auditapp.relationships.rules import MemberRole
from auditapp.relationships.service import must_be_theirs, must_manage, must_run
from auditapp.trail.service import record

WRITES_FOR_PARTNER = frozenset({MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER, MemberRole.JOINT_TEAM})


def must_write(session: Session, actor: Principal, found: Objective) -> None:
    """Refuse whoever may not change an objective.

    A joint one is changed by whoever runs the relationship, by the partner's executive, manager or joint team, and by
    who proposed it; an own one by its party alone.
    """
    if found.whose is not Whose.JOINT:
        must_be_theirs(actor, found.party_id)
    if actor.partner_id is None:
        must_manage(actor, found.relationship_id)
    elif (
        found.whose is Whose.JOINT
        and found.created_by_id != actor.person_id
        and not seats_of(session, actor, found.relationship_id) & WRITES_FOR_PARTNER
    ):
        raise NotAllowed(
            Text(
                "Joint objectives are changed by the partner's executive, its relationship manager "
                "and the joint management team."
            )
        )


def running(session: Session, actor: Principal, relationship_id: UUID) -> Relationship:
    """The relationship, if the actor sees it and it has not ended."""
    found = relationship_of(session, actor, relationship_id)
    must_run(found)
    return found


def may_agree_for_own(actor: Principal, found: Relationship) -> bool:
    """Whether somebody may agree for our own organization: SER, owner, manager of the relationship, system manager."""
    if actor.partner_id is not None:
        return False
    return (
        actor.can(Capability.MANAGE_SETTINGS)
        or Role.SER in actor.roles
        or actor.can(Capability.MANAGE_RELATIONSHIPS, found.id)
        or actor.person_id in {found.ser_id, found.owner_id}
    )


def may_read_off(session: Session, actor: Principal, measure: Measure, found: Objective) -> bool:
    """Whether somebody may add readings: who measures, who owns the objective, who runs the relationship.

    Of a joint objective also anybody who has a seat for the partner.
    """
    if actor.person_id in {measure.measured_by_id, found.owner_id}:
        return True
    if actor.partner_id is None:
        return actor.can(Capability.MANAGE_RELATIONSHIPS, found.relationship_id)
    if found.whose is Whose.OWN:
        return actor.partner_id == found.party_id
    return bool(seats_of(session, actor, found.relationship_id))


def must_read_off(session: Session, actor: Principal, measure: Measure, found: Objective) -> None:
    """Refuse whoever may not add readings."""
    if not may_read_off(session, actor, measure, found):
        raise NotAllowed(
            Text(
                "Readings are taken by who measures, by the owner of the objective, "
                "and by who runs the relationship."
            )
        )


def move(found: Objective, verb: Verb) -> None:
    """Take a step of an objective's life, or refuse it."""
    found.state = step(STEPS, found.state, verb, REFUSALS[verb])


def must_be_somebody(session: Session, person_id: UUID | None, found: Relationship, *, field: str) -> None:
    """Refuse a person who is of neither side."""
    if person_id is None:
        return
    person = session.get(Person, person_id)
    if person is None or person.partner_id not in {None, *(one.id for one in found.partners)}:
        raise Invalid(Text("Choose somebody of either side."), field=field)


def must_not_be_ahead(session: Session, day: date, at: datetime, *, field: str) -> None:
    """Refuse a day that has not come."""
    if day > today_of(session, at):
        raise Invalid(Text("This day has not come yet. A reading says what was."), field=field)


def must_say(text: str, field: str, refusal: Text) -> str:
    """The text, or a refusal that belongs to its field."""
    if not text.strip():
        raise Invalid(refusal, field=field)
    return text.strip()


def tell(
    session: Session,
    found: Objective,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    measure: Measure | None = None,
    before: Any = None,
    after: Any = None,
) -> None:
    """Record what happened to an objective, or to a measure of it."""
    if measure is not None:
        record(
            session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="measure", thing_id=measure.id,
            thing_ref=measure.ref, context_id=found.relationship_id, before=before, after=after,
        )  # fmt: skip
        return
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="objective", thing_id=found.id,
        thing_ref=found.ref, context_id=found.relationship_id, before=before, after=after,
    )  # fmt: skip


@owns_links("objective")
def may_link(session: Session, actor: Principal, objective_id: UUID) -> tuple[str, UUID | None]:
    """Who may change the links of an objective."""
    found = objective_of(session, actor, objective_id)
    must_write(session, actor, found)
    running(session, actor, found.relationship_id)
    return found.ref, found.relationship_id


@owns_links("measure")
def may_link_measure(session: Session, actor: Principal, measure_id: UUID) -> tuple[str, UUID | None]:
    """Who may change the links of a measure: who may change its objective."""
    measure = session.get(Measure, measure_id)
    found = objective_of(session, actor, measure.objective_id if measure else measure_id)
    must_write(session, actor, found)
    running(session, actor, found.relationship_id)
    return measure.ref if measure else "", found.relationship_id
