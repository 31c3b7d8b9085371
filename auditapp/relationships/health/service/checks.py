"""Opening a health check, and who is asked."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number, principal_of_person, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.health.model import HealthAnswer, HealthCheck, HealthInvite
from auditapp.relationships.health.queries import (
    current_edition,
    open_check_of,
    parties_of,
    party_key,
    questions_of,
)
from auditapp.relationships.health.rules.life import MOST_MINIMUM, CheckVerb
from auditapp.relationships.health.rules.questions import QuestionSet, Step, as_data
from auditapp.relationships.health.service.base import KEY, move, tell
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.service import must_manage, must_run

BOTH_SIDES = Text("Choose at least one person of each side: the difference between the sides is the result.")


def _checked_desired(questions: QuestionSet, desired: Mapping[str, int]) -> dict[str, int]:
    wanted = {one.key for one in questions.dimensions}
    if set(desired) != wanted or any(step not in set(Step) for step in desired.values()):
        raise Invalid(Text("Choose a desired state for each respect."))
    return {one.key: int(desired[one.key]) for one in questions.dimensions}


def _must_fit(session: Session, closes_on: date, minimum: int, at: datetime) -> None:
    if closes_on < today_of(session, at):
        raise Invalid(Text("The closing date lies in the past. People need some days."), field="closes_on")
    if not 1 <= minimum <= MOST_MINIMUM:
        raise Invalid(Text("Between 1 and %(most)s answers.", most=MOST_MINIMUM), field="minimum")


def open_check(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    desired: Mapping[str, int],
    closes_on: date,
    people: Collection[UUID],
    minimum: int = 1,
) -> HealthCheck:
    """Open a health check with the questions that hold now, and ask people of both sides.

    One is open at a time. ``minimum``: from so many people who answered on, a side's result is shown.
    """
    place = relationship_of(session, actor, relationship_id)
    must_manage(actor, relationship_id)
    must_run(place)
    there = open_check_of(session, relationship_id)
    if there is not None:
        raise Refusal(
            Text(
                "%(ref)s is still being answered. Close it, or call it off, before the next one.",
                ref=there.ref,
            )
        )
    questions, _row = current_edition(session)
    _must_fit(session, closes_on, minimum, at)
    today = today_of(session, at)
    obligations.begin(
        session, at=at, key=KEY, subject=place.id, anchor_on=today, first_on=closes_on, relationship_id=place.id,
        thing_kind="relationship", thing_ref=place.ref, title=place.name,
    )  # fmt: skip
    due = open_one(session, KEY, place.id)
    made = HealthCheck(
        id=new_id(), ref=f"HC-{today.year}-{next_number(session, f'HC-{today.year}'):03d}",
        relationship_id=place.id, edition=questions.edition, questions=as_data(questions),
        desired=_checked_desired(questions, desired), opened_at=at, opened_by_id=actor.person_id,
        closes_on=closes_on, intended_on=due.intended_on if due else None, minimum=minimum,
    )  # fmt: skip
    session.add(made)
    session.flush()
    sides = {_invited(session, made, place, one, at=at).party_id for one in dict.fromkeys(people)}
    if None not in sides or len(sides) == 1:
        raise Invalid(BOTH_SIDES, field="ours" if None not in sides else "theirs")
    session.flush()
    tell(
        session, made, actor=actor, at=at, verb="health.opened",
        after={"edition": made.edition, "closes_on": closes_on.isoformat(), "asked": len(set(people)),
               "minimum": minimum},
    )  # fmt: skip
    return made


def _invited(
    session: Session, check: HealthCheck, place: Relationship, person_id: UUID, *, at: datetime
) -> HealthInvite:
    """Ask somebody. Raises Invalid for who is of neither side, or could not come to the questions."""
    person = session.get(Person, person_id)
    who = principal_of_person(session, person_id)
    field = "ours" if person is None or person.partner_id is None else "theirs"
    if person is None or who is None or party_key(person.partner_id) not in parties_of(place):
        raise Invalid(Text("Choose people of either side who have an account."), field=field)
    try:
        relationship_of(session, who, place.id)
    except NotFound:
        raise Invalid(
            Text(
                "%(name)s does not see this relationship. Make them a member of it first.", name=person.name
            ),
            field=field,
        ) from None
    there = session.scalar(
        sa.select(HealthInvite).where(HealthInvite.check_id == check.id, HealthInvite.person_id == person_id)
    )
    if there is not None:
        there.gone_at = None
        return there
    made = HealthInvite(check_id=check.id, person_id=person_id, party_id=person.partner_id, invited_at=at)
    session.add(made)
    return made


def invite(
    session: Session, *, actor: Principal, at: datetime, check: HealthCheck, person_id: UUID
) -> HealthInvite:
    """Ask one more person. The same again is a silent success."""
    must_manage(actor, check.relationship_id)
    move(check, CheckVerb.CHANGE)
    place = relationship_of(session, actor, check.relationship_id)
    made = _invited(session, check, place, person_id, at=at)
    session.flush()
    tell(session, check, actor=actor, at=at, verb="health.invited", after={"person": str(person_id)})
    return made


def uninvite(
    session: Session, *, actor: Principal, at: datetime, check: HealthCheck, person_id: UUID
) -> None:
    """Ask somebody no longer. Nobody who has begun to answer is left out: that would bend the result."""
    must_manage(actor, check.relationship_id)
    move(check, CheckVerb.CHANGE)
    there = session.scalar(
        sa.select(HealthInvite).where(
            HealthInvite.check_id == check.id,
            HealthInvite.person_id == person_id,
            HealthInvite.gone_at.is_(None),
        )
    )
    if there is None:
        return
    if session.scalar(sa.select(sa.func.count()).where(HealthAnswer.invite_id == there.id)):
        raise Refusal(Text("This person has answered already; to leave them out would bend the result."))
    there.gone_at = at
    tell(session, check, actor=actor, at=at, verb="health.uninvited", after={"person": str(person_id)})


def change(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    check: HealthCheck,
    version: int,
    desired: Mapping[str, int],
    closes_on: date,
    minimum: int,
) -> HealthCheck:
    """Another closing date, another desired state. The minimum is only raised: people answered because of it."""
    must_manage(actor, check.relationship_id)
    move(check, CheckVerb.CHANGE)
    if check.version != version:
        raise Stale(
            Text(
                "Somebody else changed this health check since you opened it. Look at it again, then change it."
            )
        )
    _must_fit(session, closes_on, minimum, at)
    if minimum < check.minimum:
        raise Invalid(
            Text("People were told that single answers are hidden. The number can only be raised."),
            field="minimum",
        )
    wanted = _checked_desired(questions_of(check), desired)
    if (check.closes_on, check.minimum, check.desired) == (closes_on, minimum, wanted):
        return check
    before = {"closes_on": check.closes_on.isoformat(), "minimum": check.minimum, "desired": check.desired}
    check.closes_on, check.minimum, check.desired = closes_on, minimum, wanted
    session.flush()
    tell(
        session, check, actor=actor, at=at, verb="health.changed", before=before,
        after={"closes_on": closes_on.isoformat(), "minimum": minimum, "desired": wanted},
    )  # fmt: skip
    return check
