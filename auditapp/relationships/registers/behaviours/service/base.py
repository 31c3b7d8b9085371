"""What the verbs of behaviours share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.people.service import person_ref
from auditapp.relationships.contacts.queries import Someone
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours.queries import all_people, reader_of, someone, subject_of
from auditapp.relationships.registers.behaviours.rules import Reader, Subject
from auditapp.relationships.registers.service import running
from auditapp.trail.service import record

REVIEW = "behaviour_review"
NOT_YOURS = Text("This is personal: only the person, and who manages them in this relationship, can do this.")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A person of a relationship, and who acts."""

    relationship: Relationship
    one: Someone
    subject: Subject
    reader: Reader


def case_of(session: Session, actor: Principal, relationship_id: UUID, person_id: UUID) -> Case:
    """The relationship, which must run, and the person in it. Raises NotFound."""
    found = running(session, actor, relationship_id)
    people = all_people(session, relationship_id)
    one = someone(people, person_id)
    return Case(relationship=found, one=one, subject=subject_of(one), reader=reader_of(actor, found, people))


def must(allowed: bool) -> None:  # noqa: FBT001 - the answer of a rule
    """Refuse what a rule did not allow."""
    if not allowed:
        raise NotAllowed(NOT_YOURS)


def tell(
    session: Session, case: Case, *, actor: Principal, at: datetime, verb: str, after: Any = None
) -> None:
    """Record that something was done about a person; never what it says of them."""
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="person", thing_id=case.one.person_id,
        thing_ref=person_ref(case.one.person_id), context_id=case.relationship.id, after=after,
    )  # fmt: skip
