"""What is due of people: trainings and competences that run out, inductions, and what they do to develop."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.kit.text import Text, day_words
from auditapp.people.model import Competence, Person, Training
from auditapp.people.rules import Capability, Role
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.queries import manageable
from auditapp.relationships.registers.behaviours.model import BehaviourDevelopment, Induction
from auditapp.relationships.registers.behaviours.rules import DevelopmentState, InductionState
from auditapp.relationships.rules import MemberRole
from auditapp.reminders.rules import Kind
from auditapp.reminders.sources.base import Draft, Seat, Wanted, short, stands


def trainings(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Trainings of our own people that run out and were not taken again. One statement."""
    kind, word = Kind.TRAINING, "training"
    if not wanted.wants(kind, word) or wanted.from_outside:
        return
    later = aliased(Training)
    taken_again = sa.exists().where(
        later.person_id == Training.person_id,
        later.course == Training.course,
        later.taken_on > Training.taken_on,
    )
    rows = session.execute(
        sa.select(Training.id, Training.person_id, Training.course, Training.expires_on, Person.name)
        .join(Person, Person.id == Training.person_id)
        .where(
            *wanted.days(Training.expires_on, kind),
            Person.active,
            Person.partner_id.is_(None),
            ~taken_again,
            *wanted.narrow(word, Training.id),
            *wanted.mine(Training.person_id),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", title=short(f"{row.course}: {row.name}"), version=f"{row.expires_on}",
            step=Text("Take the course again, and have it recorded: it holds until %(day)s.", day=day_words(row.expires_on)),
            why=Text("It is your training."), due_on=row.expires_on, thing_id=str(row.id), **_of(row, "training"),
        )  # fmt: skip


def competences(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Competences to audit that run out. One statement."""
    kind, word = Kind.TRAINING, "competence"
    if not wanted.wants(kind, word) or wanted.from_outside:
        return
    rows = session.execute(
        sa.select(
            Competence.id, Competence.person_id, Competence.library_key, Competence.expires_on, Person.name
        )
        .join(Person, Person.id == Competence.person_id)
        .where(
            *wanted.days(Competence.expires_on, kind),
            Person.active,
            Person.partner_id.is_(None),
            *wanted.narrow(word, Competence.id),
            *wanted.mine(Competence.person_id),
        )
    )
    for row in rows:
        named = Text("Competence to audit by %(library)s", library=row.library_key)
        yield Draft(
            key=f"{word}:{row.id}", version=f"{row.expires_on}", due_on=row.expires_on,
            title=short(f"{named}: {row.name}"),
            step=Text("Show that you are still competent, and have it recorded: it holds until %(day)s.",
                      day=day_words(row.expires_on)),
            why=Text("It is your competence."), thing_id=str(row.id), **_of(row, "competence"),
        )  # fmt: skip


def _of(row: Any, thing_kind: str) -> dict[str, Any]:
    return {
        "kind": Kind.TRAINING,
        "ref": "",
        "endpoint": "persons.show",
        "args": {"person_id": str(row.person_id)},
        "owners": (row.person_id,),
        "thing_kind": thing_kind,
    }


def inductions(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Inductions under way. One statement."""
    yield from _of_behaviours(
        session, wanted, "induction", Induction, what=sa.literal(""), is_open=stands(Induction.state, InductionState.OPEN),
        step=Text("Go through what is left of the induction, and tick it off."), why=Text("You are being brought in."),
    )  # fmt: skip


def developments(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """What people do to come closer to what is expected of them. One statement."""
    yield from _of_behaviours(
        session, wanted, "development", BehaviourDevelopment, what=BehaviourDevelopment.what,
        is_open=stands(BehaviourDevelopment.state, DevelopmentState.OPEN),
        step=Text("Do it, and say what came of it."), why=Text("It is what you do to develop."),
    )  # fmt: skip


def _of_behaviours(
    session: Session, wanted: Wanted, word: str, model: Any, *, what: Any, is_open: Any, step: Text, why: Text
) -> Iterator[Draft]:
    kind = Kind.INDUCTION
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        sa.select(
            model.id,
            model.person_id,
            model.relationship_id,
            model.due_on,
            model.created_at,
            what.label("what"),
            Person.name,
            Relationship.ref,
            Relationship.name.label("relationship_name"),
        )
        .join(Person, Person.id == model.person_id)
        .join(Relationship, Relationship.id == model.relationship_id)
        .where(
            is_open,
            *wanted.days(model.due_on, kind),
            Person.active,
            Relationship.ended_on.is_(None),
            *wanted.narrow(word, model.id, relationship=model.relationship_id),
            *wanted.mine(model.person_id),
            *_may_see(wanted, model, levels=word == "development"),
        )
    )
    for row in rows:
        title = row.what or str(Text("Induction into %(name)s", name=row.relationship_name))
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, title=short(f"{row.name}: {title}"), step=step, why=why,
            due_on=row.due_on, version=f"{row.due_on}", endpoint="behaviours.show",
            args={"ref": row.ref, "person_id": str(row.person_id)}, owners=(row.person_id,),
            otherwise=(Seat.RELATIONSHIP_MANAGER,), thing_kind="behaviour", thing_id=str(row.id),
            relationship_id=row.relationship_id, personal=True, changed_at=row.created_at,
        )  # fmt: skip


def _may_see(wanted: Wanted, model: Any, *, levels: bool) -> list[sa.ColumnElement[bool]]:
    """As the rules of behaviours have it: an induction is for the same party, and for who keeps the relationship.

    What shows levels is for the person, and for who manages them in their own party.
    """
    who = wanted.reader
    if who is None:
        return []
    me = who.person_id
    own = model.person_id == me
    if not who.can(Capability.VIEW_ORGANIZATION):
        party = Person.partner_id == who.partner_id
        here = sa.select(RelationshipMember.relationship_id).where(
            RelationshipMember.person_id == me, RelationshipMember.until.is_(None)
        )
        leads = here.where(RelationshipMember.role.in_((MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER)))
        return [
            model.relationship_id.in_(here),
            sa.or_(own, sa.and_(party, model.relationship_id.in_(leads))),
        ]
    keeps = model.relationship_id.in_(sa.select(Relationship.id).where(manageable(who)))
    ours = Person.partner_id.is_(None)
    if not levels:
        return [sa.or_(own, ours, keeps)]
    is_ser = sa.or_(
        sa.true() if Role.SER in who.roles else sa.false(),
        Relationship.ser_id == me,
        Relationship.id.in_([one for one, roles in who.scoped.items() if Role.SER in roles]),
    )
    return [sa.or_(own, sa.and_(ours, sa.or_(keeps, is_ser)))]
