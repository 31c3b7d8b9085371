"""What can be done with training and competence. Both belong to whoever manages people or the audit programme."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Competence, Person, Training
from auditapp.people.rules import Capability, Principal
from auditapp.people.service import must_manage, person_ref
from auditapp.trail.service import record

PERSONAL = frozenset({"basis", "course", "note"})  # free words about a person: erasable


def record_competence(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    person_id: UUID,
    library_key: str,
    since: date,
    expires_on: date | None,
    basis: str,
) -> UUID:
    """Say that a person may audit against a library from a day, until a day; returns the id.

    A person has one competence per library: recording it again renews it. Raises Invalid for days the wrong way round.
    """
    _may(session, actor, person_id)
    _in_order(since, expires_on, field="expires_on")
    found = session.scalar(
        sa.select(Competence).where(Competence.person_id == person_id, Competence.library_key == library_key)
    )
    before = _plain(found) if found is not None else None
    if found is None:
        found = Competence(id=new_id(), person_id=person_id, library_key=library_key, since=since)
        session.add(found)
    found.since, found.expires_on, found.basis = since, expires_on, basis
    after = _plain(found)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="competence.recorded", thing_kind="person",
            thing_id=person_id, thing_ref=person_ref(person_id), **_told(person_id, before, after),
        )  # fmt: skip
    return found.id


def remove_competence(
    session: Session, *, actor: Principal, at: datetime, competence_id: UUID
) -> UUID | None:
    """Take a competence away; returns whose it was, ``None`` when it is gone already."""
    found = session.get(Competence, competence_id)
    if found is None:
        return None
    _may(session, actor, found.person_id)
    person_id = found.person_id
    record(
        session, actor_id=actor.person_id, at=at, verb="competence.removed", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id), **_told(person_id, _plain(found), None),
    )  # fmt: skip
    session.delete(found)
    return person_id


def record_training(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    person_id: UUID,
    course: str,
    taken_on: date,
    expires_on: date | None,
    note: str,
    training_id: UUID | None = None,
) -> UUID:
    """A course somebody took, or (with ``training_id``) a correction of its record; returns the id."""
    _may(session, actor, person_id)
    _in_order(taken_on, expires_on, field="expires_on")
    found = session.get(Training, training_id) if training_id is not None else None
    if training_id is not None and (found is None or found.person_id != person_id):
        raise NotFound
    before = _training(found) if found is not None else None
    if found is None:
        found = Training(id=new_id(), person_id=person_id, course=course, taken_on=taken_on)
        session.add(found)
    found.course, found.taken_on, found.expires_on, found.note = course, taken_on, expires_on, note
    after = _training(found)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="training.recorded", thing_kind="person",
            thing_id=person_id, thing_ref=person_ref(person_id), **_told(person_id, before, after),
        )  # fmt: skip
    return found.id


def remove_training(session: Session, *, actor: Principal, at: datetime, training_id: UUID) -> UUID | None:
    """Remove the record of a training; returns whose it was, ``None`` when it is gone already."""
    found = session.get(Training, training_id)
    if found is None:
        return None
    _may(session, actor, found.person_id)
    person_id = found.person_id
    record(
        session, actor_id=actor.person_id, at=at, verb="training.removed", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id), **_told(person_id, _training(found), None),
    )  # fmt: skip
    session.delete(found)
    return person_id


def _may(session: Session, actor: Principal, person_id: UUID) -> None:
    must_manage(actor, Capability.MANAGE_PROGRAMME)
    if session.get(Person, person_id) is None:
        raise NotFound


def _in_order(since: date, expires_on: date | None, *, field: str) -> None:
    if expires_on is not None and expires_on < since:
        raise Invalid(Text("The last day lies before the first. Change one of them."), field=field)


def _told(person_id: UUID, before: dict[str, str] | None, after: dict[str, str] | None) -> dict[str, Any]:
    """What a fact says of a record: library and days in the chain, what was written about the person apart."""

    def part(values: dict[str, str] | None, *, personal: bool) -> dict[str, str] | None:
        return values and {key: value for key, value in values.items() if (key in PERSONAL) is personal}

    return {
        "before": part(before, personal=False),
        "after": part(after, personal=False),
        "personal": {"before": part(before, personal=True), "after": part(after, personal=True)},
        "personal_of": person_id,
    }


def _plain(found: Competence) -> dict[str, str]:
    return {
        "library_key": found.library_key,
        "since": found.since.isoformat(),
        "expires_on": found.expires_on.isoformat() if found.expires_on else "",
        "basis": found.basis,
    }


def _training(found: Training) -> dict[str, str]:
    return {
        "course": found.course,
        "taken_on": found.taken_on.isoformat(),
        "expires_on": found.expires_on.isoformat() if found.expires_on else "",
        "note": found.note,
    }
